"""A file handed in is checked and kept beside the roster; the roster has nothing of it until it is taken."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from policies.roster.headings import Meaning, worth_keeping
from services.jobs.orders import SYSTEM, order
from services.sheets import LIMITS
from services.sheets.reader import load_bytes
from services.usecases.import_errors import CheckClosed
from services.usecases.import_files import DAYS, given, keep_given, keep_refused
from services.usecases.import_judge import ACTIONS, Step, judging_of, silent
from services.usecases.import_outcome import Outcome, look
from services.work import Work
from tenants import journal
from tenants.import_rows import CheckState, ImportCheck, RosterKind
from tenants.stores import import_checks, import_headings

OPEN: tuple[CheckState, ...] = ("columns", "checked", "failed")
DROPPABLE: tuple[CheckState, ...] = (*OPEN, "waiting", "ordered")


async def check_file(
    work: Work,
    kind: RosterKind,
    data: bytes,
    name: str,
    *,
    columns: Mapping[str, str] | None = None,
    inline: bool = False,
) -> ImportCheck:
    """Check a file against the rules and the roster of now, and keep the outcome; the roster is not touched.

    Args:
        work: of the registry keeper, for officers also of the administrator; or of the system, for a file
            that another system sent.
        data: the file's bytes, xlsx or csv. name: its name.
        columns: heading → field, "" = not imported, for headings that are not the template's.
        inline: check now whatever its size; else a large file is left to the worker.

    Returns:
        The kept check: `checked`; `columns` where headings are to be settled first; `waiting`.

    Raises:
        Problem: the file is unreadable; then nothing is kept.
    """
    _allow(work, kind)
    load_bytes(data, name, LIMITS)
    row = _row(work, kind, data, name)
    if not inline and is_large(work, row.size):
        row = replace(row, state="waiting", columns=_chosen(columns or {}))
        await keep_given(work, row, data)
        await import_checks.put(work.db, work.scope, row)
        await order(work, "import.check", {"check": str(row.id)})
    else:
        found = await look(work, await judging_of(work, kind), data, name, columns or {})
        row = replace(row, state=state_of(found), **found.values)
        await keep_given(work, row, data)
        await _keep_outcome(work, row, found)
        await import_checks.put(work.db, work.scope, row)
    await say(work, row, None, {"check": row.state, "sha256": row.sha256, **counts_of(row)})
    return row


async def get_check(work: Work, id: UUID) -> ImportCheck:
    """One of the own bureau's checks. Raises Missing; Forbidden: the kind is not the person's to import."""
    row = await import_checks.get(work.db, work.scope, work.scope.bureau, id)
    _allow(work, row.kind)
    return row


def _allow(work: Work, kind: RosterKind) -> None:
    """A file that another system sent is checked at night too; only a person takes it."""
    if SYSTEM not in work.principal.roles:
        work.require(ACTIONS[kind])


async def choose_columns(
    work: Work, id: UUID, columns: Mapping[str, str], *, inline: bool = False
) -> ImportCheck:
    """Say what headings mean, and check the file anew with it; what was said before stays said.

    Args:
        columns: heading → field, "" = not imported. inline: as for `check_file`.

    Raises:
        CheckClosed: it is on its way, taken or dropped. CheckExpired: the file is gone.
    """
    row = await get_check(work, id)
    kept = {m["text"]: m["field"] for m in row.columns or () if m["why"] == "chosen"}
    known = {m["text"] for m in row.columns or ()}
    said = {text: field for text, field in columns.items() if text in known}
    return await _anew(work, row, kept | said, inline=inline)


async def check_again(work: Work, id: UUID) -> ImportCheck:
    """Check the same file by the rules and the roster of now. Raises as `choose_columns`."""
    row = await get_check(work, id)
    return await _anew(work, row, {m["text"]: m["field"] for m in row.columns or () if m["why"] == "chosen"})


async def drop_check(work: Work, id: UUID) -> ImportCheck:
    """Take nothing of a checked file; asked twice is asked once.

    Raises:
        CheckClosed: it was taken, or the worker has begun to.
    """
    row = await get_check(work, id)
    if row.state == "dropped":
        return row
    if row.state not in DROPPABLE:
        raise CheckClosed(row.state, wanted="、".join(DROPPABLE))
    who = {"decided_at": work.now, "decided_by": work.principal.subject}
    await import_checks.move(work.db, work.scope, id, "dropped", before=DROPPABLE, values=who)
    await say(work, row, {"check": row.state}, {"check": "dropped"})
    return await get_check(work, id)


async def finish_check(work: Work, id: UUID, step: Step = silent) -> ImportCheck:
    """What the worker does with a file that waits: the check, kept in the name of who handed it in.

    Raises:
        Problem: the file is unreadable. WrongState: it was dropped meanwhile.
    """
    row = await get_check(work, id)
    chosen = {m["text"]: m["field"] for m in row.columns or () if m["why"] == "chosen"}
    found = await look(
        work, await judging_of(work, row.kind), await given(work, row), row.file_name, chosen, step
    )
    return await _settle(work, row, found, ("waiting",))


def is_large(work: Work, size: int) -> bool:
    """Whether a file is left to the worker."""
    return size > work.app.settings.import_background


def state_of(found: Outcome) -> CheckState:
    """Checked, or its headings are to be settled first."""
    return "columns" if found.check is None else "checked"


def counts_of(row: ImportCheck) -> dict[str, int]:
    """What the journal is told of a check."""
    report = (row.summary or {}).get("report", {})
    return {name: report[name] for name in ("rows", "valid", "errors", "duplicates") if name in report}


async def say(work: Work, row: ImportCheck, before: Any, after: Any) -> None:
    """Note a step of a file in the journal; it names the file, never a row."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=ACTIONS[row.kind],
        target=f"roster/check/{row.id}",
        why=row.file_name,
        before=before,
        after=after,
        at=work.now,
    )


async def _anew(
    work: Work, row: ImportCheck, chosen: Mapping[str, str], *, inline: bool = False
) -> ImportCheck:
    if row.state not in OPEN:
        raise CheckClosed(row.state, wanted="、".join(OPEN))
    if is_large(work, row.size) and not inline:
        await given(work, row)
        values = {"columns": _chosen(chosen), "problem": None}
        await import_checks.move(work.db, work.scope, row.id, "waiting", before=OPEN, values=values)
        await order(work, "import.check", {"check": str(row.id)})
        await say(work, row, {"check": row.state}, {"check": "waiting"})
        return await get_check(work, row.id)
    data = await given(work, row)
    found = await look(work, await judging_of(work, row.kind), data, row.file_name, chosen)
    return await _settle(work, row, found, OPEN)


async def _settle(
    work: Work, row: ImportCheck, found: Outcome, before: tuple[CheckState, ...]
) -> ImportCheck:
    await import_checks.move(work.db, work.scope, row.id, state_of(found), before=before, values=found.values)
    await _keep_outcome(work, row, found)
    made = await get_check(work, row.id)
    await say(work, made, {"check": row.state}, {"check": made.state, **counts_of(made)})
    return made


async def _keep_outcome(work: Work, row: ImportCheck, found: Outcome) -> None:
    """The refused rows as a workbook; what was said of headings, once the check with it went through."""
    if found.check is None or found.check.layout is None:
        return
    await keep_refused(work.app.home, row.bureau, row.kind, str(row.id), found.check)
    said = worth_keeping(found.columns, found.check.layout) if found.check.valid else {}
    by = work.principal.subject
    await import_headings.keep(work.db, work.scope, row.kind, said, at=work.now, by=by)


def _chosen(columns: Mapping[str, str]) -> list[dict[str, str]]:
    """What was said of headings, before the file itself was looked at."""
    return [Meaning("", text, text, "", field, "chosen").as_dict() for text, field in columns.items()]


def _row(work: Work, kind: RosterKind, data: bytes, name: str) -> ImportCheck:
    return ImportCheck(
        bureau=work.scope.bureau,
        id=uuid4(),
        kind=kind,
        file_name=name[:200],
        sha256=sha256(data).hexdigest(),
        size=len(data),
        state="checked",
        made_at=work.now,
        made_by=work.principal.subject,
        made_by_name=work.principal.name,
        expires_at=work.now + timedelta(days=DAYS),
    )
