"""What the journal says of a leave or recusal: officer, days, kind of reason, never the remark."""

from typing import Any

from policies.terms import Officer
from services.work import Work
from tenants import journal
from tenants.officer_rows import Span
from tenants.stores import officers


async def note_span(work: Work, action: str, span: Span, *, before: Officer, why: str = "") -> None:
    """Note that a span began or ended, with the officer's days before and after."""
    after = await officers.one(work.db, work.scope, span.bureau, span.certificate)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"officer/{span.bureau}/{span.certificate}",
        why=why,
        before=_days(before),
        after=_days(after) | {"span": str(span.id), "kind": span.kind, "reason": span.reason},
        at=work.now,
    )


def _days(officer: Officer) -> dict[str, Any]:
    leave = [[first.isoformat(), last.isoformat()] for first, last in officer.leave]
    return {"leave": leave, "recusals": list(officer.recusals)}
