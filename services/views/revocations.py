"""What pages say about revoking: who asks for it and why, and whether it still can be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.work import Work
from tenants.revocation_rows import Revocation
from tenants.rows import RuleChoice
from tenants.stores import revocations


@dataclass(frozen=True, slots=True)
class RevokedFace:
    """One revocation, of one choice or of several of a document asked for together."""

    state: str
    why: str
    by: str
    at: datetime
    second: str
    settled_at: datetime | None
    withdrawn_why: str


@dataclass(frozen=True, slots=True)
class RevokingFace:
    """Attributes:
    possible: some of the choices are approved, their day still to come, and nobody asks yet.
    open: what is asked for now. mine: the reader asked. past: settled ones.
    """

    possible: bool
    open: RevokedFace | None
    mine: bool
    past: tuple[RevokedFace, ...]


async def revoking_face(work: Work, rows: Sequence[RuleChoice], people: Mapping[str, str]) -> RevokingFace:
    """For these choices of the bureau acted for."""
    ids = {row.id for row in rows}
    kept = await revocations.all_of(work.db, work.scope, rows[0].bureau)
    mine = [one for one in kept if one.choice in ids]
    asked = [one for one in mine if one.state == "proposed"]
    coming = any(row.state == "approved" and row.effective > work.today for row in rows)
    past = {(one.at, one.state, one.why): one for one in mine if one.state != "proposed"}
    return RevokingFace(
        coming and not asked,
        _face(asked[0], people) if asked else None,
        any(one.proposed_by == work.principal.subject for one in asked),
        tuple(_face(one, people) for one in past.values()),
    )


def _face(one: Revocation, people: Mapping[str, str]) -> RevokedFace:
    second = one.approved_by or one.withdrawn_by or ""
    return RevokedFace(
        one.state,
        one.why,
        people.get(one.proposed_by, one.proposed_by),
        one.at,
        people.get(second, second),
        one.approved_at or one.withdrawn_at,
        one.withdrawn_why or "",
    )
