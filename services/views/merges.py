"""A merge of sections' lists as a page shows it: part of its rows, what is decided, what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args
from uuid import UUID

from policies.roster.merge import EXTRA, conflict_key
from services.ruling.roster_form import RosterForm, roster_form
from services.usecases.merge_parts import get_merge
from services.work import Work
from tenants.evidence_rows import Merge

PAGE = 50
Show = Literal["all", "conflict", "new", "changed"]
_SHOWS: Mapping[str, Show] = {one: one for one in get_args(Show)}


@dataclass(frozen=True, slots=True)
class MergeFace:
    """One page of a merge.

    Attributes:
        rows: as they are kept with the merge, see `merge_plan.planned`.
        counts: rows that are new, changed, in conflict; conflicts in all, those still open.
        page: from 1. pages: how many there are. headings: field → heading.
    """

    merge: Merge
    rows: tuple[dict[str, Any], ...]
    counts: Mapping[str, int]
    show: Show
    page: int
    pages: int
    headings: Mapping[str, str]

    def choice(self, code: str, field: str) -> str:
        """What was chosen for a conflict, or ""."""
        return self.merge.choices.get(conflict_key(code, field), "")

    def part(self, id: str) -> dict[str, str]:
        """Section, person and file of a list."""
        found: dict[str, str] = self.merge.plan["parts"][id]
        return found


async def merge_face(work: Work, id: UUID, show: str = "all", page: int = 1) -> MergeFace:
    """A page of a merge of the own bureau. Raises Missing."""
    merge = await get_merge(work, id)
    rows: Sequence[dict[str, Any]] = merge.plan["rows"]
    wanted = _SHOWS.get(show, "all")
    found = [row for row in rows if _is(row, wanted)]
    pages = max(1, -(-len(found) // PAGE))
    at = min(max(page, 1), pages)
    form = await roster_form(work)
    part = tuple(found[(at - 1) * PAGE : at * PAGE])
    return MergeFace(merge, part, counts_of(merge), wanted, at, pages, headings_of(form))


def counts_of(merge: Merge) -> dict[str, int]:
    """Rows and conflicts; see `MergeFace.counts`."""
    rows = merge.plan["rows"]
    keys = [conflict_key(row["code"], one["field"]) for row in rows for one in row["conflicts"]]
    return {
        "all": len(rows),
        "new": sum(row["kind"] == "new" for row in rows),
        "changed": sum(row["kind"] == "changed" for row in rows),
        "conflict": sum(bool(row["conflicts"]) for row in rows),
        "conflicts": len(keys),
        "open": sum(key not in merge.choices for key in keys),
        "same": merge.plan["same"],
        "absent": merge.plan["absent"]["count"],
    }


def headings_of(form: RosterForm) -> dict[str, str]:
    """Field of a change → heading of the template; what is chosen together bears the name of its whole."""
    found = {column.key: column.heading for column in form.layout.columns}
    found |= {EXTRA + one.code: one.heading for one in form.extra}
    return found | {"lon": "坐标", "key": "重点", "special": "特殊"}


def _is(row: Mapping[str, Any], show: Show) -> bool:
    if show == "conflict":
        return bool(row["conflicts"])
    return show == "all" or row["kind"] == show
