"""A checked file is taken: exactly what the check said, or nothing. Basis: obligations 5–12.

One transaction: the file is judged once more, and where that comes to anything else than what was shown,
nothing is kept.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from policies.roster.headings import Meaning
from services.jobs.orders import order
from services.sheets.quiet import no_collection
from services.usecases.import_check import get_check, is_large, say
from services.usecases.import_errors import CheckClosed, CheckExpired, NoValidRow, RosterMoved
from services.usecases.import_files import DAYS, given
from services.usecases.import_judge import ACTIONS, Step, compared, judging_of, silent
from services.usecases.import_outcome import reread
from services.usecases.import_roster import GivenFile, Imported, keep
from services.work import Work
from tenants.import_rows import CheckState, ImportCheck
from tenants.locks import hold
from tenants.stores import import_checks

READY: tuple[CheckState, ...] = ("checked",)
TABLES = {"sites": "site", "officers": "officer"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A check after somebody asked to take it; `done` is None when it was taken or ordered before."""

    check: ImportCheck
    done: Imported[Any] | None = None


async def take_check(work: Work, id: UUID, *, inline: bool = False) -> Taken:
    """Take the valid rows of a checked file; asked twice, it is taken once.

    Args:
        inline: take it now whatever its size; else a large file is left to the worker.

    Raises:
        Missing: the own bureau has no such check. RosterMoved: taking it would do something else now.
        NoValidRow, CheckExpired: see there. CheckClosed: it is not checked, or was dropped.
    """
    work.require(ACTIONS[(await get_check(work, id)).kind])  # never by the system itself
    row = await import_checks.locked(work.db, work.scope, id)
    if row.state in ("taken", "ordered", "taking"):
        return Taken(row)
    _takeable(work, row)
    if is_large(work, row.size) and not inline:
        who = {"decided_at": work.now, "decided_by": work.principal.subject}
        await import_checks.move(work.db, work.scope, id, "ordered", before=READY, values=who)
        await order(work, "import.take", {"check": str(id)})
        await say(work, row, {"check": row.state}, {"check": "ordered"})
        return Taken(await get_check(work, id))
    with no_collection():
        return await _take(work, row, silent)


async def finish_take(work: Work, id: UUID, step: Step = silent) -> Taken:
    """What the worker does with a check it was told to take, in the name of who told it.

    Raises:
        as `take_check`; WrongState: it is not being taken.
    """
    row = await get_check(work, id)
    if row.state != "taking":
        raise CheckClosed(row.state, wanted="taking")
    with no_collection():
        return await _take(work, row, step)


def _takeable(work: Work, row: ImportCheck) -> None:
    if row.state != "checked":
        raise CheckClosed(row.state, wanted="checked")
    if row.expires_at <= work.now:
        raise CheckExpired(row.file_name, days=DAYS)
    if not (row.summary or {}).get("report", {}).get("valid"):
        raise NoValidRow("0")


async def _take(work: Work, row: ImportCheck, step: Step) -> Taken:
    data, how = await given(work, row), await judging_of(work, row.kind)
    columns = tuple(Meaning.from_dict(one) for one in row.columns or ())
    check = await reread(how, data, row.file_name, columns, step)
    await step("store", 0, len(check.valid))
    await hold(work.db, "roster", TABLES[row.kind], work.scope.bureau)  # from here on it stays as compared
    diff, mark = await compared(how, check)
    if mark != row.mark:
        raise RosterMoved(row.file_name)
    file = GivenFile(row.kind, data, row.file_name)
    said = {"check": str(row.id), "columns": [one.as_dict() for one in columns if one.why != "template"]}
    done = await keep(work, how, file, check, said, diff, step)
    values = {
        "batch": done.batch,
        "decided_at": work.now,
        "decided_by": work.principal.subject,
        "problem": None,
    }
    await import_checks.move(
        work.db, work.scope, row.id, "taken", before=("checked", "taking"), values=values
    )
    await say(work, row, {"check": row.state}, {"check": "taken", "batch": str(done.batch)})
    return Taken(await get_check(work, row.id), done)
