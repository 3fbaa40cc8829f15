"""The rules of a bureau on a day: the law tree, then the bureau's own approved choices."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import yaml

from policies.rulebook.lawbook import Choice, read_choices, rules_at
from policies.rulebook.rules import Rules
from services.work import Work
from tenants.organisation_rows import PublicChoice
from tenants.rows import RuleChoice
from tenants.stores import bureaus, choices

_BASIS = ("text", "clause", "mark")
_DAYS = ("effective", "checked_on", "until")
_WORDS = ("note", "item", "subject")


async def rules_for(
    work: Work,
    bureau: str,
    *,
    subject: str = "",
    item: str = "routine-source",
    on: date | None = None,
) -> Rules:
    """The rules in force.

    Args:
        work: the transaction; `bureau` must be visible in it.
        bureau: who draws or inspects.
        subject: whose roster, when it is another's (overlay).
        item: 抽查事项.
        on: the day, default today.

    Raises:
        LawProblem: a choice of the bureau that the law tree refuses.
    """
    entry = await bureaus.get(work.control, bureau)
    rows = await choices.all_of(await work.at(bureau), work.scope, bureau)
    return rules_at(
        work.app.book,
        ("CN", *entry.path),
        on or work.today,
        typed(rows),
        subject="" if subject == bureau else subject,
        item=item,
        level=entry.level,
    )


def least_officers(work: Work) -> int:
    """How many officers the nation's rules ask for at a visit; a bureau may ask for more."""
    return int(rules_at(work.app.book, ("CN",), work.today).value("record.officers").value)


def typed(rows: Iterable[RuleChoice]) -> tuple[Choice, ...]:
    """Kept choices as the law reader's; only those another person approved, and nobody revoked, count."""
    return tuple(choice for row in rows if row.state == "approved" for choice in read_row(row))


def read_row(row: RuleChoice | PublicChoice) -> tuple[Choice, ...]:
    """One kept choice as the law reader's, approved or not; raises `LawProblem` naming bureau and key."""
    body = yaml.safe_dump({row.bureau: {row.key: [_entry(row)]}}, allow_unicode=True)
    return read_choices(body, f"{row.bureau}/{row.key}")[row.bureau]


def _entry(row: RuleChoice | PublicChoice) -> dict[str, Any]:
    """The form of a law file: dates as dates, only known members."""
    basis = row.basis
    entry: dict[str, Any] = {"value": row.value, "effective": row.effective}
    entry |= {name: basis[name] for name in (*_BASIS, *_WORDS) if basis.get(name)}
    entry |= {n: date.fromisoformat(basis[n]) for n in _DAYS if basis.get(n) and n != "effective"}
    if basis.get("sentence"):
        entry["quote"] = basis["sentence"]
    if row.factors:
        entry["factors"] = row.factors
    return entry
