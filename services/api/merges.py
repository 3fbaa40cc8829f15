"""Merges of what sections handed in: the difference, the conflicts, what was decided, taken as one batch."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import HeaderParameter, JSONBody, QueryParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import Page, paged, unpack
from services.api.types import NO_NUL, Body, Bureau, Cursor, KeyInPath, Limit, Out, Version, Words
from services.usecases.merge_parts import (
    MergeDone,
    choose,
    compare_again,
    drop_merge,
    get_merge,
    open_merge,
    open_merges,
    take_merge,
)
from services.views.merges import counts_of
from services.web.depends import InWork
from tenants.evidence_rows import Merge

AnyRequest = Request[Any, Any, Any]
Choice = Annotated[str, Meta(min_length=1, max_length=80, pattern=NO_NUL)]
Key = Annotated[str, Meta(min_length=1, max_length=160, pattern=NO_NUL)]
Choices = Annotated[dict[Key, Choice], Meta(min_length=1, max_length=5000)]
Lists = Annotated[list[UUID], Meta(min_length=1, max_length=10)]
InKind = Annotated[Literal["", "new", "changed", "conflict"], QueryParameter(description="Only rows so.")]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="if-match", max_length=40, description="ETag of the merge; it goes before `version`."
    ),
]
ROOT = "/bureaus/{bureau:str}/roster-merges"
ONE = ROOT + "/{merge:uuid}"


class MergeOrder(Body):
    """`submissions`: lists that wait, to be laid beside the roster and each other."""

    submissions: Lists


class ChoiceOrder(Body):
    """`choices`: conflict, as "site code/field" → "ours" or the id of the submission that holds."""

    choices: Choices


class TakeOrder(Body):
    """`why`: needed where there were conflicts."""

    why: Words = ""


class MergeOut(Out):
    """A merge. `counts`: new, changed, same, absent rows; conflicts, and those still open.

    Steps name the `version` they were decided on; a newer one refuses them with 409.
    """

    id: UUID
    submissions: tuple[str, ...]
    state: Literal["open", "taken", "dropped"]
    version: int
    counts: dict[str, int]
    choices: dict[str, str]
    at: datetime
    by: str
    by_name: str
    why: str
    batch: UUID | None


class MergeRowOut(Out):
    """A site that merging touches; a field that cannot be decided alone stands for its whole.

    `changes`: {field, old, new, parts}. `conflicts`: {field, ours, options: submission → values}.
    """

    code: str
    name: str
    kind: Literal["new", "changed"]
    parts: list[str]
    changes: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]


class TakenOut(Out):
    """`batch` is undone as an import is."""

    batch: UUID
    added: int
    changed: int


@acts(ROOT, action="site.import")
async def open_roster_merge(once: InOnce, bureau: Bureau, data: JSONBody[MergeOrder]) -> Response[MergeOut]:
    """Lay lists that wait beside the roster and each other; nothing of them is in the roster yet."""
    return await once.run(lambda work: open_merge(work, data.submissions), _out)


@reads(ROOT, action="site.import")
async def list_roster_merges(work: InWork, bureau: Bureau) -> list[MergeOut]:
    """Merges that are neither taken nor dropped."""
    work.require("site.import", bureau=bureau)
    return [_out(one) for one in await open_merges(work)]


@reads(ONE, action="site.import")
async def get_roster_merge(work: InWork, bureau: Bureau, merge: KeyInPath) -> Response[MergeOut]:
    """One merge; its ETag is the version."""
    work.require("site.import", bureau=bureau)
    found = _out(await get_merge(work, merge))
    return Response(found, headers={"etag": f'"{found.version}"'})


@reads(ONE + "/rows", action="site.import")
async def list_roster_merge_rows(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    merge: KeyInPath,
    only: InKind = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[MergeRowOut]]:
    """Sites that merging would touch, those in conflict first, then by code."""
    work.require("site.import", bureau=bureau)
    rows = [row for row in (await get_merge(work, merge)).plan["rows"] if _wanted(row, only)]
    after = unpack(cursor) if cursor else 0
    start = after if isinstance(after, int) and after > 0 else 0
    numbered = list(enumerate(rows, 1))[start : start + limit + 1]
    return paged(request, numbered, limit, key=lambda one: one[0], form=lambda one: _row(one[1]))


@acts(ONE + "/choices", action="site.import", status_code=200)
async def choose_in_roster_merge(
    once: InOnce,
    bureau: Bureau,
    merge: KeyInPath,
    data: JSONBody[ChoiceOrder],
    version: Version = 0,
    if_match: IfMatch = None,
) -> Response[MergeOut]:
    """Decide conflicts; those not named stay as they are."""
    return await once.run(lambda work: choose(work, merge, _seen(version, if_match), data.choices), _out)


@acts(ONE + "/compare", action="site.import", status_code=200)
async def compare_roster_merge(
    once: InOnce, bureau: Bureau, merge: KeyInPath, version: Version = 0, if_match: IfMatch = None
) -> Response[MergeOut]:
    """Compare with the roster of now; choices stay where their conflict does."""
    return await once.run(lambda work: compare_again(work, merge, _seen(version, if_match)), _out)


@acts(ONE + "/drop", action="site.import", status_code=200)
async def drop_roster_merge(
    once: InOnce, bureau: Bureau, merge: KeyInPath, version: Version = 0, if_match: IfMatch = None
) -> Response[MergeOut]:
    """Give the merge up; its lists wait as before."""
    return await once.run(lambda work: drop_merge(work, merge, _seen(version, if_match)), _out)


@acts(ONE + "/take", action="site.import")
async def take_roster_merge(
    once: InOnce,
    bureau: Bureau,
    merge: KeyInPath,
    data: JSONBody[TakeOrder],
    version: Version = 0,
    if_match: IfMatch = None,
) -> Response[TakenOut]:
    """Take everything as shown and decided, as one batch; refused when a row stands otherwise by now."""
    return await once.run(lambda work: take_merge(work, merge, _seen(version, if_match), data.why), _taken)


def _seen(version: int, tag: str | None) -> int:
    """The version a step follows; a tag that is none of ours fits no version."""
    if tag is None or tag.strip() == "*":
        return version
    number = tag.strip().removeprefix("W/").strip('"')
    return int(number) if number.isascii() and number.isdigit() and len(number) < 9 else -1


def _out(row: Merge) -> MergeOut:
    names = ("id", "state", "version", "choices", "at", "by", "by_name", "why", "batch")
    found = {name: getattr(row, name) for name in names}
    return MergeOut(**found, submissions=tuple(row.parts), counts=counts_of(row))


def _taken(done: MergeDone) -> TakenOut:
    return TakenOut(batch=done.batch, added=done.added, changed=done.changed)


def _row(row: dict[str, Any]) -> MergeRowOut:
    return MergeRowOut(**{name: row[name] for name in MergeRowOut.__struct_fields__})


def _wanted(row: dict[str, Any], only: str) -> bool:
    return not only or (bool(row["conflicts"]) if only == "conflict" else row["kind"] == only)


routes = [
    open_roster_merge,
    list_roster_merges,
    get_roster_merge,
    list_roster_merge_rows,
    choose_in_roster_merge,
    compare_roster_merge,
    drop_roster_merge,
    take_roster_merge,
]
