"""Audits of a bureau by its superior, in the control database; both sides read what was sent."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
)

from tenants.tables.base import bureau_table, data, day, ident, moment, number, one_of, words


def _district() -> Column[Any]:
    return Column("district", Text, ForeignKey("bureau.code"), nullable=False)


def _of_case(table: Table) -> Table:
    table.append_constraint(
        ForeignKeyConstraint(
            [table.c.bureau, table.c.case_id],
            [audit_case.c.bureau, audit_case.c.id],
        )
    )
    table.info["stays"] = True
    return table


audit_case = bureau_table(
    "audit_case",
    ident(),
    _district(),
    words("period"),
    number("size"),
    number("records"),
    data("frame"),
    data("rule"),
    words("beacon_at"),
    words("root"),
    words("commitment"),
    data("evidence", null=True),
    words("secret", null=True),
    moment("drawn_at", null=True),
    words("drawn_by", null=True),
    words("state"),
    words("opened_by"),
    words("opened_name"),
    moment("opened_at"),
    words("letter", null=True),
    day("answer_by", null=True),
    words("proposed_by", null=True),
    words("proposed_name", null=True),
    moment("proposed_at", null=True),
    words("sent_by", null=True),
    words("sent_name", null=True),
    moment("sent_at", null=True),
    number("number", null=True),
    words("returned_why", null=True),
    moment("closed_at", null=True),
    one_of("state", "open", "proposed", "sent", "closed"),
    CheckConstraint("size >= 0 and size <= records", name="size"),
    CheckConstraint("district <> bureau", name="apart"),
    CheckConstraint("sent_by <> proposed_by", name="two_hands"),
    CheckConstraint(
        "(evidence is null) = (drawn_at is null) and (secret is null) = (drawn_at is null)"
        " and (drawn_by is null) = (drawn_at is null)",
        name="drawn",
    ),
    CheckConstraint(
        "(state in ('sent', 'closed')) = (sent_at is not null) and (sent_by is null) = (sent_at is null)"
        " and (number is null) = (sent_at is null) and (state = 'closed') = (closed_at is not null)"
        " and (state = 'open' or proposed_by is not null and letter is not null)"
        " and (size = 0 or state = 'open' or drawn_at is not null)",
        name="stage",
    ),
    UniqueConstraint("bureau", "district", "period"),  # one sample a quarter
)
audit_case.info["stays"] = True
Index("audit_case_district_idx", audit_case.c.district)

audit_check = _of_case(
    bureau_table(
        "audit_check",
        ident("case_id"),
        number("k", key=True),
        _district(),
        ident("visit", key=False),
        words("key"),
        words("record_sha256"),
        words("method", null=True),
        words("verdict", null=True),
        words("words", null=True),
        words("by", null=True),
        words("name", null=True),
        moment("at", null=True),
        moment("sent_at", null=True),
        one_of("method", "papers", "site"),
        one_of("verdict", "confirmed", "partly", "contradicted", "unclear"),
        CheckConstraint(
            "k >= 1 and (verdict is null) = (at is null) and (verdict is null) = (by is null)"
            " and (verdict is null) = (method is null) and (verdict is null) = (words is null)",
            name="said",
        ),
    )
)

audit_finding = _of_case(
    bureau_table(
        "audit_finding",
        ident("case_id"),
        number("n", key=True),
        _district(),
        words("kind"),
        words("text"),
        number("check_k", null=True),
        words("state"),
        moment("sent_at", null=True),
        words("responsible", null=True),
        words("post", null=True),
        words("measure", null=True),
        words("words", null=True),
        day("due", null=True),
        words("answered_by", null=True),
        words("answered_name", null=True),
        moment("answered_at", null=True),
        words("done_words", null=True),
        words("done_by", null=True),
        words("done_name", null=True),
        moment("done_at", null=True),
        words("settled_words", null=True),
        words("settled_by", null=True),
        words("settled_name", null=True),
        moment("settled_at", null=True),
        number("rounds"),
        one_of(
            "kind",
            "not_done",
            "late",
            "unpublished",
            "record",
            "caps",
            "roster",
            "procedure",
            "secrecy",
            "other",
        ),
        one_of("state", "drafted", "dropped", "sent", "answered", "done", "closed"),
        CheckConstraint("n >= 1 and rounds >= 0", name="n"),
        CheckConstraint(
            "(state in ('drafted', 'dropped')) = (sent_at is null)"
            " and (state not in ('answered', 'done', 'closed') or responsible is not null"
            " and post is not null and measure is not null and words is not null and due is not null)",
            name="stage",
        ),
        ForeignKeyConstraint(
            ["bureau", "case_id", "check_k"],
            ["audit_check.bureau", "audit_check.case_id", "audit_check.k"],
        ),
    )
)

audit_step = _of_case(
    bureau_table(
        "audit_step",
        ident("case_id"),
        number("n", key=True),
        _district(),
        number("finding", null=True),
        words("act"),
        words("words"),
        words("by"),
        words("name"),
        moment("at"),
        moment("sent_at", null=True),
        CheckConstraint("n >= 1", name="n"),
        append_only=True,
    )
)
