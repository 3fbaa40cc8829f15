"""Lists of sections are laid beside the roster, conflicts decided, and all of it taken as one batch.

Nobody merges what was not shown: a row that stands otherwise than it was shown refuses the whole step, and of
two people who go on from the same page one is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from policies.roster.merge import resolved
from policies.roster.merge_errors import (
    AlreadyMerging,
    MergeMoved,
    MergeOvertaken,
    MergeReasonMissing,
    NothingChosen,
)
from policies.terms import Site
from services.ruling.roster_form import roster_form
from services.usecases.merge_plan import (
    conflicts_of,
    counts_of,
    decided,
    moved_rows,
    names_of,
    planned,
    waiting,
)
from services.usecases.site_step import keep_step
from services.work import Work
from tenants import journal
from tenants.errors import WrongState
from tenants.evidence_rows import Merge, MergeStep
from tenants.locks import hold
from tenants.stores import merges, submissions
from tenants.submission_rows import Submission

MOST = 10  # lists laid side by side
SHOWN = 5  # codes named in a refusal
_NAME = "合并科室报送：{names}"
_REASON = "合并{names}报送：{why}"
_PLAIN = "没有冲突"


@dataclass(frozen=True, slots=True)
class MergeDone:
    """A merge that was taken; `batch` undoes it as an import is undone."""

    batch: UUID
    added: int
    changed: int
    merge: Merge


async def open_merge(work: Work, ids: Sequence[UUID]) -> Merge:
    """Lay lists that wait beside the roster and each other; nothing of them is in the roster yet.

    Raises:
        NothingChosen: none, or too many. WrongState: one was merged or returned already.
        AlreadyMerging: one is part of another open merge. NoSuchSection: no rule names its section now.
        RosterRefused: no row of a list passes by the rules of now.
    """
    work.require("site.import")
    wanted = sorted(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST:
        raise NothingChosen(f"{len(wanted)}", most=MOST)
    await hold(work.db, "roster-merge", work.scope.bureau)
    names = {str(id) for id in wanted}
    for other in await merges.open_ones(work.db, work.scope, work.scope.bureau):
        if set(other.parts) == names:
            return other
        if set(other.parts) & names:
            raise AlreadyMerging(other.by_name, who=other.by_name)
    rows = [await waiting(work, id) for id in wanted]
    plan, _ = await planned(work, rows)
    row = Merge(
        bureau=work.scope.bureau,
        id=uuid4(),
        parts=tuple(sorted(names)),
        plan=plan,
        choices={},
        version=1,
        state="open",
        at=work.now,
        by=work.principal.subject,
        by_name=work.principal.name,
    )
    await merges.put(work.db, work.scope, row)
    await _note(work, row.id, names_of(rows), None, {"state": "open", **counts_of(plan)})
    return row


async def get_merge(work: Work, id: UUID) -> Merge:
    """A merge of the own bureau. Raises Missing."""
    work.require("site.import")
    return await merges.get(work.db, work.scope, work.scope.bureau, id)


async def open_merges(work: Work) -> tuple[Merge, ...]:
    """Merges under way in the own bureau, newest first; none for who cannot merge."""
    if "registry_keeper" not in work.principal.roles:
        return ()
    return await merges.open_ones(work.db, work.scope, work.scope.bureau)


async def choose(work: Work, id: UUID, version: int, choices: Mapping[str, str]) -> Merge:
    """Decide conflicts; those not named stay as they are decided, or open.

    Args:
        version: the one that was looked at; 0 = the newest. choices: conflict → "ours" or a list's id.

    Raises:
        MergeOvertaken: another step was first. UnknownChoice: see there.
    """
    row = await get_merge(work, id)
    decided(row.plan, choices)
    now = {**row.choices, **choices}
    await _step(work, row, version, MergeStep(choices=now))
    before = {key: row.choices.get(key, "") for key in choices}
    await _note(work, id, _PLAIN, {"choices": before}, {"choices": dict(choices)})
    return await get_merge(work, id)


async def compare_again(work: Work, id: UUID, version: int) -> Merge:
    """Lay the lists beside the roster of now; choices stay where the same conflict is still there.

    Raises:
        MergeOvertaken: another step was first. And as `open_merge`.
    """
    row = await get_merge(work, id)
    plan, _ = await planned(work, [await waiting(work, UUID(part)) for part in row.parts])
    kept = {key: value for key, value in row.choices.items() if value in conflicts_of(plan).get(key, ())}
    await _step(work, row, version, MergeStep(plan=plan, choices=kept))
    await _note(work, id, _PLAIN, {"choices": len(row.choices)}, {"choices": len(kept), **counts_of(plan)})
    return await get_merge(work, id)


async def drop_merge(work: Work, id: UUID, version: int) -> Merge:
    """Give a merge up; its lists wait as before. Raises MergeOvertaken."""
    row = await get_merge(work, id)
    await _step(work, row, version, MergeStep(state="dropped"))
    await _note(work, id, _PLAIN, {"state": row.state}, {"state": "dropped"})
    return await get_merge(work, id)


async def take_merge(work: Work, id: UUID, version: int, why: str) -> MergeDone:
    """Take everything as it was shown and decided: one batch, or nothing.

    Args:
        version: the one that was looked at; 0 = the newest. why: needed where there were conflicts.

    Raises:
        MergeOvertaken: another step was first. MergeMoved: a row stands otherwise than shown.
        ConflictsOpen, MergeReasonMissing: see there. WrongState: a list was merged or returned meanwhile.
    """
    work.require("site.import")
    await hold(work.db, "roster", "site", work.scope.bureau)  # from here on every row stays as compared
    row, said = await get_merge(work, id), why.strip()[:1000]
    if conflicts_of(row.plan) and not said:
        raise MergeReasonMissing
    parts = [await waiting(work, UUID(part)) for part in row.parts] if row.state == "open" else []
    if not parts or (version and version != row.version):
        raise MergeOvertaken(row.state)
    plan, rows = await planned(work, parts)
    if moved := moved_rows(row.plan, plan):
        raise MergeMoved(f"{len(moved)}", codes="、".join(moved[:SHOWN]))
    written = resolved(rows, row.choices)
    added = {one.code for one in rows if one.kind == "new"}
    batch = await _keep(work, row, parts, written, said)
    counts = {"added": sum(one.code in added for one in written)}
    counts |= {"changed": len(written) - counts["added"]}
    before = {"state": "open", "submissions": list(row.parts)}
    after = {"state": "taken", "batch": str(batch), **counts, "choices": len(row.choices)}
    await _note(work, id, said or _PLAIN, before, after)
    return MergeDone(batch, counts["added"], counts["changed"], await get_merge(work, id))


async def disagreeing(work: Work, id: UUID) -> tuple[str, ...]:
    """Codes on which a list that waits and the others that wait disagree."""
    every = await submissions.recent(work.db, work.scope, work.scope.bureau)
    others = [one for one in every if one.state == "submitted" and one.id != id]
    if not others:
        return ()
    known = {one.code for one in (await roster_form(work)).sections}
    rows = [await waiting(work, id), *(one for one in others if one.section in known)]
    _, found = await planned(work, rows[:MOST])
    return tuple(one.code for one in found if any(str(id) in c.options for c in one.conflicts))


async def _step(work: Work, row: Merge, version: int, to: MergeStep) -> None:
    try:
        await merges.step(
            work.db,
            work.scope,
            row.id,
            version or row.version,
            to,
            at=work.now,
            by=work.principal.subject,
        )
    except WrongState:
        raise MergeOvertaken(row.state) from None


async def _keep(
    work: Work, row: Merge, parts: Sequence[Submission], written: Sequence[Site], why: str
) -> UUID:
    names, by = names_of(parts), work.principal.subject
    said = {"merge": str(row.id), "submissions": list(row.parts), "choices": row.choices, "why": why}
    reason = _REASON.format(names=names, why=why or _PLAIN)
    batch, _ = await keep_step(work, _NAME.format(names=names), said, written, reason)
    await _step(work, row, row.version, MergeStep(state="taken", batch=batch, why=why))
    for part in parts:
        await submissions.merged(work.db, work.scope, part.id, batch, by=by, at=work.now)
    return batch


async def _note(work: Work, id: UUID, why: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    await journal.note(
        work.db, work.scope, actor=work.principal, action="site.import", target=f"roster/merge/{id}",
        why=why, before=before, after=after, at=work.now,
    )  # fmt: skip
