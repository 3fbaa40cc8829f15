"""What the steps of a draw share: state, journal, the superior's keys, moments as text, retry."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from policies.access_states import state_words
from policies.rd1.logs import Entry
from policies.terms import Principal
from services.clock import CHINA
from services.drawing.draw_errors import BeaconPassed, NoSuperiorKey
from services.work import App, Work
from tenants import journal
from tenants.errors import TryAgain, WrongState
from tenants.records import LogEntry, WitnessKey
from tenants.rows import Draw
from tenants.stores import bureaus, draws, log, witness_keys

T = TypeVar("T")


async def draw_in(work: Work, draw_no: int, *states: str, bureau: str = "") -> Draw:
    """The draw, when it is in one of the states.

    Raises:
        Missing: no such draw is visible. WrongState: it is at another step.
    """
    whose = bureau or work.scope.bureau
    found = await draws.get(await work.at(whose), work.scope, whose, draw_no)
    if found.state not in states:
        raise WrongState(found.state, wanted=state_words("draw", states))
    return found


async def held_draw(work: Work, draw_no: int, *states: str) -> Draw:
    """As `draw_in` for a draw of the bureau acted for; other steps of it wait until this one is done."""
    found = await draws.locked(work.db, work.scope, draw_no)
    if found.state not in states:
        raise WrongState(found.state, wanted=state_words("draw", states))
    return found


def beacon_moment(draw: Draw) -> datetime:
    """The moment the manifest names: what was logged decides, not the column beside it. Frozen draws only."""
    return datetime.fromisoformat((draw.manifest or {})["beacon_at"])


async def note(
    work: Work,
    action: str,
    draw_no: int,
    after: dict[str, Any],
    *,
    why: str = "",
    bureau: str = "",
    before: Draw | dict[str, Any] | None = None,
) -> None:
    """A row of the journal about a draw; never a name, a key or a list.

    Args:
        before: of what is changed, the draw itself for its state; None where something new is kept.
    """
    target = f"draw/{bureau or work.scope.bureau}/{draw_no}"
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=target,
        why=why,
        before={"state": before.state} if isinstance(before, Draw) else before,
        after=after,
        at=work.now,
    )


async def enter_log(work: Work, entry: Entry, *, before: datetime | None = None) -> LogEntry:
    """Put an entry into the public log within this transaction.

    Args:
        before: the beacon's moment, for entries that prove something only before it. The log's time never
            runs back, so on a machine whose clock did, the entry may come out later than `work.now`.

    Raises:
        BeaconPassed: the entry would not stand before the beacon; nothing is kept.
    """
    await journal.hold_chain(work.db, work.scope)  # what is logged is journalled: everybody waits for both so
    index = await log.append(work.control, entry, work.now)
    kept = (await log.entries(work.control, index, index + 1))[0]
    if before is not None and kept.at >= before:
        raise BeaconPassed(utc(kept.at), beacon_at=local(before))
    return kept


async def superior_of(work: Work, bureau: str) -> WitnessKey:
    """The registered witness of the bureau above, to whose key secrets are sealed.

    Raises:
        NoSuperiorKey: none is registered, or it has no escrow key.
    """
    parent = (await bureaus.get(work.control, bureau)).parent or bureau
    for key in await witness_keys.all_(work.control):
        if key.bureau == parent and key.escrow_public is not None:
            return key
    raise NoSuperiorKey(bureau, superior=parent)


def local(at: datetime) -> str:
    """RFC 3339 in Chinese time, whole seconds: 2025-12-25T09:00:00+08:00."""
    return at.astimezone(CHINA).isoformat(timespec="seconds")


def utc(at: datetime) -> str:
    """RFC 3339 in UTC, whole seconds, ending in Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def again(app: App, principal: Principal, act: Callable[[Work], Awaitable[T]], tries: int = 5) -> T:
    """Run `act` in a SERIALIZABLE transaction, from the start when two transactions met."""
    while True:
        try:
            async with app.work(principal, serializable=True) as work:
                return await act(work)
        except TryAgain:
            tries -= 1
            if tries <= 0:
                raise
