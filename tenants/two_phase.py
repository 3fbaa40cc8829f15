"""Committing in several databases: all of them, or none, whatever dies in between.

1. The control transaction takes a lock that carries the unit's name: it is held as long as this process
   and its connection live.
2. Every other database that was written to prepares its transaction: from then on it can always commit,
   and survives the death of everybody.
3. The control transaction writes the decision, and commits: this is the moment it all happened.
4. The others commit what they had prepared; those whose lock guards rows of others come last.

Where the control database itself holds such a lock, it prepares like the others, and a second transaction
of it decides.

A death before 3 leaves prepared transactions without a decision: they are rolled back. A death after 3
leaves them with one: they are committed. `tenants.in_doubt` does both; the lock of step 1 keeps it from
deciding about a unit that is still under way.
"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from sqlalchemy import insert

from tenants.in_doubt import Gid, committed, finish
from tenants.locks import hold
from tenants.participants import Participant
from tenants.tables import unit_decision
from tenants.trouble import ControlUnavailable, OutcomeUnknown, unanswered

if TYPE_CHECKING:
    from tenants.databases import Databases

LOG = logging.getLogger("shuangsui.databases")


async def commit_together(
    databases: "Databases", control: Participant, others: Sequence[Participant]
) -> None:
    """Commit `control` and `others`; on any error before the decision, none of them.

    Args:
        databases: all of them.
        control: transaction of the control database that decides.
        others: those that prepare.

    Raises:
        ControlUnavailable: the control database was lost; nothing happened.
        OutcomeUnknown: it was lost while it committed; recovery finishes the unit, if it was decided.
        TryAgain: a SERIALIZABLE transaction met another.
    """
    unit = uuid4()
    gids = {part.name: Gid(databases.deployment, unit, part.name) for part in others}
    step = databases.step
    await hold(control.db, "unit", unit.hex)
    step("locked")
    prepared: list[Participant] = []
    try:
        for part in others:
            await part.prepare(gids[part.name].text)
            prepared.append(part)
            step(f"prepared {len(prepared)}")
        await control.db.execute(insert(unit_decision).values(unit=unit, databases=sorted(gids)))
        step("written")
        await _decide(databases, control, unit)
    except _Undecided:
        databases.doubt(gids)
        for part in prepared:
            await part.abandon()
        raise OutcomeUnknown from None
    except BaseException:
        await control.roll_back()
        databases.doubt([part.name for part in others if part not in prepared])
        await _end(databases, prepared, gids, commit=False)
        raise
    step("decided")
    await _end(databases, prepared, gids, commit=True)
    step("finished")


class _Undecided(Exception):
    """The control database was lost while it committed; only recovery will know."""


async def _decide(databases: "Databases", control: Participant, unit: UUID) -> None:
    """Commit the control transaction; when its answer is lost, look whether it was done."""
    try:
        await control.commit()
    except Exception as error:
        if not unanswered(error):
            raise
    else:
        return
    try:
        done = await committed(databases.control, unit)
    except Exception:
        raise _Undecided from None
    if not done:
        raise ControlUnavailable


async def _end(
    databases: "Databases", prepared: Sequence[Participant], gids: dict[str, Gid], *, commit: bool
) -> None:
    """Second half, everywhere; what cannot be reached now is left to recovery, and named."""
    for part in sorted(prepared, key=lambda one: one.guards):
        try:
            await finish(part.db, gids[part.name], commit=commit)
        except Exception:
            LOG.warning("%s: in doubt, will be settled: %s", part.name, gids[part.name].text)
            databases.doubt([part.name])
            await part.abandon()
        else:
            with suppress(Exception):
                await part.roll_back()  # gives the connection back
        databases.step(f"ended {part.name}")
