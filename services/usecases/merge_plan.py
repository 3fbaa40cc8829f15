"""What merging lists of sections would do: worked out, kept as it was shown, compared with what it is now."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from policies.roster.extras import supplies
from policies.roster.merge import MergePlan, MergeRow, conflict_key, plan_merge
from policies.roster.merge_errors import UnknownChoice
from policies.rulebook.roster_parts import Section
from policies.terms import Site, SiteStatus
from services.ruling.roster_form import roster_form
from services.usecases.import_judge import all_sites
from services.usecases.import_roster import check_part
from services.usecases.section_errors import NoSuchSection
from services.work import Work
from tenants.errors import WrongState
from tenants.stores import bulk, submissions
from tenants.submission_rows import Submission

ABSENT = 200  # codes of absent sites that are kept; their number is whole


async def waiting(work: Work, id: UUID) -> Submission:
    """A submission of the own bureau that waits. Raises Missing, WrongState."""
    row = await submissions.get(work.db, work.scope, work.scope.bureau, id)
    if row.state != "submitted":
        raise WrongState(row.state, wanted="submitted")
    return row


async def planned(work: Work, rows: Sequence[Submission]) -> tuple[dict[str, Any], tuple[MergeRow, ...]]:
    """What merging would do, as it is kept and as it is taken."""
    known = {one.code: one for one in (await roster_form(work)).sections}
    parts: dict[str, Sequence[Site]] = {}
    for row in rows:
        if row.section not in known:
            raise NoSuchSection(row.section_name, known="、".join(one.name for one in known.values()) or "—")
        data = await submissions.content(work.db, work.scope, row.bureau, row.id)
        parts[str(row.id)] = (await check_part(work, data, row.file_name, known[row.section])).values
    kept = {one.code: one for one in await all_sites(work)}
    mine = [known[row.section] for row in rows]
    plan = await asyncio.to_thread(_laid, kept, parts, mine)
    return await asyncio.to_thread(_as_json, plan, rows), plan.rows


def _laid(
    kept: Mapping[str, Site], parts: Mapping[str, Sequence[Site]], mine: Sequence[Section]
) -> MergePlan:
    live = (SiteStatus.ACTIVE, SiteStatus.SUSPENDED)
    covered = [
        code for code, one in kept.items() if one.status in live and any(supplies(s, one) for s in mine)
    ]
    return plan_merge(kept, parts, covered)


def _as_json(plan: MergePlan, parts: Sequence[Submission]) -> dict[str, Any]:
    """What is kept of a plan: rows with a conflict first; values as the roster keeps them."""
    rows = sorted(plan.rows, key=lambda row: (not row.conflicts, row.code))
    names = ("section", "section_name", "file_name", "by_name")
    return {
        "parts": {str(one.id): {name: getattr(one, name) for name in names} for one in parts},
        "rows": [_row_json(row) for row in rows],
        "same": plan.same,
        "absent": {"count": len(plan.absent), "codes": list(plan.absent[:ABSENT])},
    }


def _row_json(row: MergeRow) -> dict[str, Any]:
    changes = [
        {"field": one.field, "old": bulk.plain(one.old), "new": bulk.plain(one.new), "parts": list(one.parts)}
        for one in row.changes
    ]
    conflicts = [
        {
            "field": one.field,
            "ours": None if one.ours is None else bulk.plain(one.ours),
            "options": {part: bulk.plain(values) for part, values in one.options.items()},
        }
        for one in row.conflicts
    ]
    named = {"code": row.code, "name": row.after.name, "kind": row.kind, "mark": row.mark}
    return named | {"parts": list(row.parts), "changes": changes, "conflicts": conflicts}


def conflicts_of(plan: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Conflict → what may be chosen."""
    return {
        conflict_key(row["code"], one["field"]): (
            *(() if one["ours"] is None else ("ours",)),
            *one["options"],
        )
        for row in plan["rows"]
        for one in row["conflicts"]
    }


def decided(plan: Mapping[str, Any], choices: Mapping[str, str]) -> None:
    """Refuse a choice that is not on offer. Raises UnknownChoice."""
    known = conflicts_of(plan)
    for key, choice in choices.items():
        if choice not in known.get(key, ()):
            raise UnknownChoice(choice[:40], code=key.split("/")[0][:40])


def moved_rows(shown: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Codes of rows that merging would treat otherwise than it was shown."""
    old, new = ({row["code"]: row["mark"] for row in plan["rows"]} for plan in (shown, now))
    return sorted(code for code in old.keys() | new.keys() if old.get(code) != new.get(code))


def counts_of(plan: Mapping[str, Any]) -> dict[str, int]:
    """New and changed rows, and conflicts."""
    rows = plan["rows"]
    new = sum(row["kind"] == "new" for row in rows)
    return {"new": new, "changed": len(rows) - new, "conflicts": len(conflicts_of(plan))}


def names_of(rows: Sequence[Submission]) -> str:
    """The sections, in words."""
    return "、".join(dict.fromkeys(one.section_name for one in rows))
