"""The roster passes from one named keeper to the next: what it holds, confirmed by both with own logins.

Basis: 西环〔2024〕3号, obligation 11 asks for a named person; how a handover is recorded is our own.
"""

from dataclasses import dataclass, replace

from policies.roster.handover import roster_digest
from policies.terms import SiteStatus
from services.keepers import keeping_of
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.people_errors import BadTaker, HandoverOpen, NotKeeper, NotTaker, RosterMoved
from services.work import Work
from tenants import journal
from tenants.errors import WrongState
from tenants.role_rows import Handover
from tenants.stores import handovers, officers, sites

LONGEST = 400  # characters of a note


@dataclass(frozen=True, slots=True)
class RosterState:
    """What the rosters hold: rows, sites in operation, and a digest over all of it."""

    sites: int
    active: int
    officers: int
    digest: str


async def roster_state(work: Work) -> RosterState:
    """Of the bureau acted for, now; numbers and a digest, no row."""
    rows = await sites.all_of(work.db, work.scope, work.scope.bureau)
    people = await officers.all_of(work.db, work.scope, work.scope.bureau)
    active = sum(one.status is SiteStatus.ACTIVE for one in rows)
    return RosterState(len(rows), active, len(people), roster_digest(rows, people))


async def hand_over(work: Work, taker: str, text: str = "") -> Handover:
    """Hand the roster over to another registry keeper, who confirms; this is the giver's confirmation.

    Args:
        work: of the named keeper, or of the head where none is left.
        taker: subject of who takes it over.

    Raises:
        NotKeeper: somebody else hands over. BadTaker: no other registry keeper of today.
        HandoverOpen: one waits already. FieldMissing: the note.
    """
    work.require("roster.hand")
    if len(text.strip()) > LONGEST:
        raise FieldMissing(f"{len(text.strip())} 字", field="说明", need=f"不超过 {LONGEST} 字")
    keeping, who = await keeping_of(work), work.principal
    role = keeping.gives(who.subject, head="bureau_head" in who.roles)
    if not role:
        raise NotKeeper(who.name, wanted=keeping.keeper.taker_name if keeping.keeper else "单位负责人")
    if keeping.open is not None:
        raise HandoverOpen(keeping.open.taker_name)
    if taker == who.subject or taker not in keeping.able:
        raise BadTaker(taker[:60])
    state = await roster_state(work)
    row = Handover(
        bureau=work.scope.bureau,
        n=await handovers.next_number(work.db, work.scope),
        giver=who.subject,
        giver_name=who.name,
        giver_role=role,  # type: ignore[arg-type]  # one of the two, or it was refused
        taker=taker,
        taker_name=keeping.able[taker],
        sites=state.sites,
        active=state.active,
        officers=state.officers,
        digest=state.digest,
        note=text.strip(),
        given_at=work.now,
    )
    await handovers.give(work.db, work.scope, row)
    await _note(work, "roster.hand", row)
    return row


async def take_over(work: Work, n: int) -> Handover:
    """Confirm a handover as its taker: the rosters are still what was handed over.

    Raises:
        WrongState: none of that number waits. NotTaker: it is somebody else's.
        RosterMoved: the rosters changed meanwhile.
    """
    work.require("roster.take")
    row, who = await _waiting(work, n), work.principal.subject
    if row.taker != who:
        raise NotTaker(work.principal.name, wanted=row.taker_name)
    if (await roster_state(work)).digest != row.digest:
        raise RosterMoved(wanted=row.digest[:12])
    await handovers.confirm(work.db, work.scope, n, by=who, at=work.now)
    made = replace(row, confirmed_by=who, confirmed_at=work.now)
    await _note(work, "roster.take", made, before={"confirmed": False})
    return made


async def withdraw_handover(work: Work, n: int) -> Handover:
    """Take back or decline one that waits; giver, taker or head. Raises WrongState, NotTaker."""
    work.require("roster.hand")
    row, who = await _waiting(work, n), work.principal
    if who.subject not in (row.giver, row.taker) and "bureau_head" not in who.roles:
        raise NotTaker(who.name, wanted=f"{row.giver_name}、{row.taker_name}")
    await handovers.withdraw(work.db, work.scope, n, by=who.subject, at=work.now)
    made = replace(row, withdrawn_by=who.subject, withdrawn_at=work.now)
    await _note(work, "roster.withdraw", made, before={"withdrawn": False})
    return made


async def _waiting(work: Work, n: int) -> Handover:
    found = (await keeping_of(work)).open
    if found is None or found.n != n:
        raise WrongState(n, wanted="given")
    return found


async def _note(work: Work, action: str, row: Handover, before: dict[str, bool] | None = None) -> None:
    after = {"giver": row.giver, "giver_role": row.giver_role, "taker": row.taker, "sites": row.sites}
    after |= {"active": row.active, "officers": row.officers, "digest": row.digest}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"handover/{row.bureau}/{row.n}",
        before=before,
        after=after,
        at=work.now,
    )
