"""The city's key list taken over: the difference, the choice, the record, and who below has done so."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import spanned
from services.api.types import NO_NUL, Body, Bureau, Code, Hash, Out, Words
from services.usecases.key_list_takings import Stands, key_list_takings
from services.usecases.take_key_list import TakeShown, preview_take, take_key_list
from services.web.depends import InWork
from tenants.evidence_rows import Taking

InYear = Annotated[int, QueryParameter(ge=2000, le=2999, description="Calendar year.")]
Key = Annotated[str, Meta(min_length=1, max_length=40, pattern=NO_NUL)]
Marks = Annotated[dict[Key, Words], Meta(max_length=100_000)]
ROOT = "/bureaus/{bureau:str}/key-list-takings"


class TakeOrder(Body):
    """`mark`: of the list, `rows`: code → mark of the sites to change, both as the preview answered."""

    year: Annotated[int, Meta(ge=2000, le=2999)]
    mark: Hash
    rows: Marks = {}
    why: Words = ""


class UnknownOut(Out):
    """An entry without a site; `why`: closed, name (a site of another `site` code has it), or nobody."""

    code: str
    name: str
    why: Literal["closed", "name", "nobody"]
    site: str


class TakingOut(Out):
    """A list taken over; `counts`: became, ceased, stays, left, unknown. `batch` is undone like an import."""

    id: UUID
    bureau: Code
    year: int
    version: int
    mark: str
    sources: list[dict[str, str]]
    counts: dict[str, int]
    why: str
    at: datetime
    by: str
    by_name: str
    batch: UUID | None
    undone_at: datetime | None


class TakePreview(Out):
    """The list beside the roster. `became`, `ceased`: code → mark of sites that could change."""

    year: int
    version: int
    mark: str
    sources: list[str]
    became: dict[str, str]
    ceased: dict[str, str]
    stays: list[str]
    unknown: list[UnknownOut]
    takings: list[TakingOut]


class StandingOut(Out):
    """How a bureau below stands to the list; `since`: when it took its version, or that of now appeared."""

    bureau: Code
    name: str
    state: Literal["current", "older", "none", "unpublished"]
    version: int | None
    since: datetime | None
    counts: dict[str, int] | None


@reads(ROOT + "/preview", action="site.import")
async def preview_key_list_taking(work: InWork, bureau: Bureau, year: InYear) -> TakePreview:
    """What taking over the year's published list could do to the own roster; nothing is kept."""
    work.require("site.import", bureau=bureau)
    return _shown(await preview_take(work, year))


@acts(ROOT, action="site.import")
async def take_over_key_list(once: InOnce, bureau: Bureau, data: JSONBody[TakeOrder]) -> Response[TakingOut]:
    """Take the list over for the chosen sites; refused as a whole when list or roster changed since."""
    return await once.run(
        lambda work: take_key_list(work, data.year, data.mark, data.rows, data.why), _taking
    )


@reads("/key-list-takings", action="organisation.read", noted=True)
async def list_key_list_takings(work: InWork, year: InYear) -> Response[list[StandingOut]]:
    """Which bureaus below have taken over which version of the year's list; each is told of the read."""
    return spanned((await key_list_takings(work, year)).rows, _standing)


def _shown(found: TakeShown) -> TakePreview:
    plan, listed = found.plan, found.listed
    return TakePreview(
        year=found.year,
        version=listed.version if listed else 0,
        mark=found.mark,
        sources=list(listed.sources) if listed else [],
        became={one.site.code: one.mark for one in plan.became},
        ceased={one.site.code: one.mark for one in plan.ceased},
        stays=[site.code for site in plan.stays],
        unknown=[
            UnknownOut(code=one.listed.code, name=one.listed.name, why=one.why, site=one.code)
            for one in plan.unknown
        ],
        takings=[_taking(one) for one in found.before],
    )


def _taking(row: Taking) -> TakingOut:
    return TakingOut(**{name: getattr(row, name) for name in TakingOut.__struct_fields__})


def _standing(one: Stands) -> StandingOut:
    return StandingOut(
        bureau=one.bureau,
        name=one.name,
        state=one.state,
        version=one.taking.version if one.taking else None,
        since=one.since,
        counts=one.taking.counts if one.taking else None,
    )


routes = [preview_key_list_taking, take_over_key_list, list_key_list_takings]
