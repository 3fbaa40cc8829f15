"""Audits of a bureau by its superior: four tables of the control database, read by both, written by one side.

The rows are the superior's. The audited bureau reads what was sent to it; what it answers is written within
the superior's rows, step by step, as the functions below let it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"
TABLES = ("audit_case", "audit_check", "audit_finding", "audit_step")

# The sample is frozen with the case and drawn once; a letter that was sent stays as it was sent.
_CASE = """
create function audit_case_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'INSERT' then
    if new.state <> 'open' or new.sent_at is not null or new.drawn_at is not null or not exists (
      select from public.bureau b where b.code = new.district and b.parent = new.bureau
    ) then
      raise exception using errcode = '23514', constraint = 'audit_case_steps', message = 'not one below';
    end if;
    return new;
  end if;
  if (old.state, new.state) not in (
      ('open', 'open'), ('open', 'proposed'), ('proposed', 'open'), ('proposed', 'sent'),
      ('proposed', 'closed'), ('sent', 'closed'))
    or old.drawn_at is not null and (new.evidence, new.secret, new.drawn_at, new.drawn_by)
      is distinct from (old.evidence, old.secret, old.drawn_at, old.drawn_by)
    or old.state <> 'open' and (new.letter, new.answer_by, new.drawn_at)
      is distinct from (old.letter, old.answer_by, old.drawn_at)
    or old.sent_at is not null and (new.sent_at, new.sent_by, new.number, new.proposed_by)
      is distinct from (old.sent_at, old.sent_by, old.number, old.proposed_by)
  then
    raise exception using errcode = '23514', constraint = 'audit_case_steps', message = 'not the next step';
  end if;
  return new;
end $$
"""

# A verdict belongs to the case while it is open; afterwards only its sending is noted.
_CHECK = """
create function audit_check_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if not exists (
    select from public.audit_case c where c.bureau = new.bureau and c.id = new.case_id
      and c.district = new.district and c.drawn_at is not null
      and (c.state = 'open' or tg_op = 'UPDATE' and c.sent_at is not null
        and (new.method, new.verdict, new.words, new.name, new.at)
          is not distinct from (old.method, old.verdict, old.words, old.name, old.at))
  ) then
    raise exception using errcode = '23514', constraint = 'audit_check_steps', message = 'not open';
  end if;
  return new;
end $$
"""

_FINDING = """
create function audit_finding_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
declare fits boolean;
begin
  if tg_op = 'INSERT' then
    if new.state <> 'drafted' or not exists (
      select from public.audit_case c where c.bureau = new.bureau and c.id = new.case_id
        and c.district = new.district and c.state = 'open'
    ) then
      raise exception using errcode = '23514', constraint = 'audit_finding_steps', message = 'not open';
    end if;
    return new;
  end if;
  fits := case
    when old.state = 'drafted' and new.state = 'sent' then new.sent_at is not null
    when old.state = 'drafted' and new.state = 'dropped' then new.sent_at is null
    when old.state = 'sent' and new.state = 'answered' then new.answered_by is not null
    when old.state = 'answered' and new.state = 'done' then new.done_by is not null
    when old.state in ('answered', 'done') and new.state = 'sent' then new.rounds = old.rounds + 1
    when old.state = 'done' and new.state = 'closed' then new.settled_by is not null
    else false end;
  if not coalesce(fits, false) or old.sent_at is not null and new.sent_at is distinct from old.sent_at then
    raise exception using errcode = '23514', constraint = 'audit_finding_steps', message = 'not next';
  end if;
  return new;
end $$
"""

GUARDS = (
    "grant select, insert, update (evidence, secret, drawn_at, drawn_by, state, letter, answer_by,"
    " proposed_by, proposed_name, proposed_at, sent_by, sent_name, sent_at, number, returned_why, closed_at)"
    " on audit_case to shuangsui_app",
    "grant select, insert, update (method, verdict, words, by, name, at, sent_at)"
    " on audit_check to shuangsui_app",
    "grant select, insert, update (state, sent_at, responsible, post, measure, words, due, answered_by,"
    " answered_name, answered_at, done_words, done_by, done_name, done_at, settled_words, settled_by,"
    " settled_name, settled_at, rounds) on audit_finding to shuangsui_app",
    "grant select, insert on audit_step to shuangsui_app",
    "grant select on audit_case, audit_check, audit_finding, audit_step to shuangsui_auditor",
    _CASE,
    "create trigger audit_case_steps before insert or update on audit_case"
    " for each row execute function audit_case_steps()",
    _CHECK,
    "create trigger audit_check_steps before insert or update on audit_check"
    " for each row execute function audit_check_steps()",
    _FINDING,
    "create trigger audit_finding_steps before insert or update on audit_finding"
    " for each row execute function audit_finding_steps()",
    "create trigger audit_step_kept before update or delete or truncate on audit_step"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """Four tables, their policies and their steps."""
    _case()
    _check()
    _finding()
    _step()
    for table in TABLES:
        _guard(table)
    for statement in GUARDS:
        op.execute(statement)


def _guard(table: str) -> None:
    """The superior's rows; the audited bureau reads those that were sent to it."""
    op.execute(f"alter table {table} enable row level security, force row level security")
    for verb, clause in (
        (
            "select",
            f"using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE})"
            f" or (district = {_OWN} and sent_at is not null))",
        ),
        ("insert", f"with check (bureau = {_OWN})"),
        ("update", f"using (bureau = {_OWN}) with check (bureau = {_OWN})"),
        ("delete", f"using (bureau = {_OWN})"),
    ):
        name = "read" if verb == "select" else verb
        op.execute(f"create policy {table}_{name} on {table} as restrictive for {verb} to {_BOUND} {clause}")
    op.execute(f"create policy {table}_app on {table} to shuangsui_app using (true) with check (true)")
    op.execute(f"create policy {table}_auditor on {table} for select to shuangsui_auditor using (true)")


def _words(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _moment(name: str, *, null: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _of_case(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey"),
        sa.ForeignKeyConstraint(["district"], ["bureau.code"], name=f"{table}_district_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "case_id"],
            ["audit_case.bureau", "audit_case.id"],
            name=f"{table}_bureau_case_id_fkey",
        ),
    )


def _case() -> None:
    op.create_table(
        "audit_case",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("district", "period"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("frame", postgresql.JSONB(), nullable=False),
        sa.Column("rule", postgresql.JSONB(), nullable=False),
        *_words("beacon_at", "root", "commitment"),
        sa.Column("evidence", postgresql.JSONB(), nullable=True),
        *_words("secret", null=True),
        _moment("drawn_at"),
        *_words("drawn_by", null=True),
        *_words("state", "opened_by", "opened_name"),
        _moment("opened_at", null=False),
        *_words("letter", null=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        *_words("proposed_by", "proposed_name", null=True),
        _moment("proposed_at"),
        *_words("sent_by", "sent_name", null=True),
        _moment("sent_at"),
        sa.Column("number", sa.Integer(), nullable=True),
        *_words("returned_why", null=True),
        _moment("closed_at"),
        sa.CheckConstraint("state in ('open', 'proposed', 'sent', 'closed')", name="audit_case_state"),
        sa.CheckConstraint("size >= 0 and size <= records", name="audit_case_size"),
        sa.CheckConstraint("district <> bureau", name="audit_case_apart"),
        sa.CheckConstraint("sent_by <> proposed_by", name="audit_case_two_hands"),
        sa.CheckConstraint(
            "(evidence is null) = (drawn_at is null) and (secret is null) = (drawn_at is null)"
            " and (drawn_by is null) = (drawn_at is null)",
            name="audit_case_drawn",
        ),
        sa.CheckConstraint(
            "(state in ('sent', 'closed')) = (sent_at is not null) and (sent_by is null) = (sent_at is null)"
            " and (number is null) = (sent_at is null) and (state = 'closed') = (closed_at is not null)"
            " and (state = 'open' or proposed_by is not null and letter is not null)"
            " and (size = 0 or state = 'open' or drawn_at is not null)",
            name="audit_case_stage",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="audit_case_bureau_fkey"),
        sa.ForeignKeyConstraint(["district"], ["bureau.code"], name="audit_case_district_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="audit_case_pkey"),
        # one sample a quarter: nobody draws again until it suits
        sa.UniqueConstraint("bureau", "district", "period", name="audit_case_bureau_district_period_key"),
    )
    op.create_index("audit_case_district_idx", "audit_case", ["district"], unique=False)


def _check() -> None:
    op.create_table(
        "audit_check",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        *_words("district"),
        sa.Column("visit", sa.Uuid(), nullable=False),
        *_words("key", "record_sha256"),
        *_words("method", "verdict", "words", "by", "name", null=True),
        _moment("at"),
        _moment("sent_at"),
        sa.CheckConstraint("method in ('papers', 'site')", name="audit_check_method"),
        sa.CheckConstraint(
            "verdict in ('confirmed', 'partly', 'contradicted', 'unclear')", name="audit_check_verdict"
        ),
        sa.CheckConstraint(
            "k >= 1 and (verdict is null) = (at is null) and (verdict is null) = (by is null)"
            " and (verdict is null) = (method is null) and (verdict is null) = (words is null)",
            name="audit_check_said",
        ),
        *_of_case("audit_check"),
        sa.PrimaryKeyConstraint("bureau", "case_id", "k", name="audit_check_pkey"),
    )


def _finding() -> None:
    op.create_table(
        "audit_finding",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *_words("district", "kind", "text"),
        sa.Column("check_k", sa.Integer(), nullable=True),
        *_words("state"),
        _moment("sent_at"),
        *_words("responsible", "post", "measure", "words", null=True),
        sa.Column("due", sa.Date(), nullable=True),
        *_words("answered_by", "answered_name", null=True),
        _moment("answered_at"),
        *_words("done_words", "done_by", "done_name", null=True),
        _moment("done_at"),
        *_words("settled_words", "settled_by", "settled_name", null=True),
        _moment("settled_at"),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind in ('not_done', 'late', 'unpublished', 'record', 'caps', 'roster', 'procedure', 'secrecy',"
            " 'other')",
            name="audit_finding_kind",
        ),
        sa.CheckConstraint(
            "state in ('drafted', 'dropped', 'sent', 'answered', 'done', 'closed')",
            name="audit_finding_state",
        ),
        sa.CheckConstraint("n >= 1 and rounds >= 0", name="audit_finding_n"),
        sa.CheckConstraint(
            "(state in ('drafted', 'dropped')) = (sent_at is null)"
            " and (state not in ('answered', 'done', 'closed') or responsible is not null"
            " and post is not null and measure is not null and words is not null and due is not null)",
            name="audit_finding_stage",
        ),
        *_of_case("audit_finding"),
        sa.ForeignKeyConstraint(
            ["bureau", "case_id", "check_k"],
            ["audit_check.bureau", "audit_check.case_id", "audit_check.k"],
            name="audit_finding_bureau_case_id_check_k_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "case_id", "n", name="audit_finding_pkey"),
    )


def _step() -> None:
    op.create_table(
        "audit_step",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        *_words("district"),
        sa.Column("finding", sa.Integer(), nullable=True),
        *_words("act", "words", "by", "name"),
        _moment("at", null=False),
        _moment("sent_at"),
        sa.CheckConstraint("n >= 1", name="audit_step_n"),
        *_of_case("audit_step"),
        sa.PrimaryKeyConstraint("bureau", "case_id", "n", name="audit_step_pkey"),
    )
