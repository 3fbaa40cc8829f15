"""Roster differences before a freeze, and lists of the provincial platform: taken over, or compared."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from litestar import Request, Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody

from policies.errors import Missing
from policies.terms import DrawKind
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import spanned
from services.api.types import Bureau, Code, Index, Number, Out, show
from services.drawing.external_errors import PlatformListRefused
from services.drawing.platform_lists import PlatformFile
from services.usecases.compare_platform import Compared, compare_platform, read_comparison
from services.usecases.import_external_draw import ExternalDraw, TakenOver, import_external_draw
from services.usecases.show_difference import ShownDifference, read_difference, show_difference
from services.views.alarms import alarms_of
from services.web.depends import InWork
from services.web.problems import on_problem
from tenants.external_rows import PlatformList


class NumbersOut(Out):
    """The difference of a roster in numbers; `fingerprint` goes into the order to freeze.

    `sites`: added, removed and reclassified by reason, exclusions [before, now]. `people`: officers and
    recusals, without reasons. `log`: index of the roster's log entry once frozen.
    """

    draw_no: int
    n: int
    fingerprint: str
    sites: dict[str, Any]
    people: dict[str, Any]
    log: Index | None


class DifferenceOut(NumbersOut):
    """With names as far as the caller may see them; null for who may not."""

    roster_root: str | None
    changes: list[dict[str, Any]] | None
    officers: list[dict[str, Any]] | None


@dataclass
class PlatformDraw:
    """`file`: xlsx or csv as in the template `platform`. `batch`: the platform's batch number."""

    file: UploadFile
    batch: str
    subject: str
    period: str
    item: str = "routine-source"
    kind: DrawKind = DrawKind.ROUTINE


@dataclass
class PlatformCheck:
    """`batch` of a draw on the platform; with `file` the lists are compared, as one taken over needs."""

    batch: str
    file: UploadFile | None = None


class TakenOut(Out):
    """A draw taken over, in numbers. `warnings`: remarks on rows that were taken as they are."""

    bureau: Code
    draw_no: int
    batch: str
    drawn: int
    officers: int
    strata: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    verifiable: Literal[False]


class ListOut(Out):
    """A list of the platform by numbers: sites of ours not on it, sites on it not of ours, other teams.

    `fingerprint`: of the file, keyed; the plain hash is sealed as the codes are. Null: not shown to the role.
    """

    bureau: Code
    draw_no: int
    n: int
    batch: str | None
    verdict: Literal["source", "noted", "equal", "different"]
    fingerprint: str | None
    size: int | None
    missing: int | None
    extra: int | None
    teams: int | None
    at: datetime


class CodesOut(Out):
    """What differs, by site code, and the hash of the file; sealed to everyone else."""

    draw_no: int
    n: int
    batch: str
    verdict: str
    sha256: str
    missing: list[str]
    extra: list[str]
    teams: list[str]


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/difference", action="draw.difference")
async def compute_difference(once: InOnce, bureau: Bureau, draw_no: Number) -> Response[NumbersOut]:
    """Compare the roster of now with the draw before and show it to witness and city.

    Names are read apart.
    """
    return await once.run(lambda work: show_difference(work, draw_no), _numbers)


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/difference", action="draw.difference_read")
async def get_difference(work: InWork, bureau: Bureau, draw_no: Number) -> DifferenceOut:
    """The difference last shown, or the frozen one; the opening of names is journalled."""
    found = await read_difference(work, draw_no, bureau)
    if found is None:
        raise Missing(draw_no, what="抽查")
    facts = found.as_dict()
    return DifferenceOut(**{name: facts[name] for name in DifferenceOut.__struct_fields__})


@acts("/bureaus/{bureau:str}/draws/external", action="draw.take_in")
async def take_over(
    once: InOnce, bureau: Bureau, data: MultipartBody[PlatformDraw]
) -> Response[TakenOut]:  # fmt: skip
    """Take over a draw of the provincial platform, whole or not at all; it stays marked not verifiable."""
    file = PlatformFile(data.batch, await data.file.read(), data.file.filename)
    order = ExternalDraw(data.subject, data.period, file, data.item, data.kind.value)
    return await once.run(lambda work: import_external_draw(work, order), _taken)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/platform-lists", action="draw.compare")
async def compare_list(
    once: InOnce, bureau: Bureau, draw_no: Number, data: MultipartBody[PlatformCheck]
) -> Response[ListOut]:
    """Record the platform's batch of a draw, and compare its list; a difference alarms the city.

    A draw taken over is dispatched only after somebody other than its importer found the list equal.
    """
    body = await data.file.read() if data.file else b""
    file = PlatformFile(data.batch, body, data.file.filename if data.file else "")
    return await once.run(lambda work: compare_platform(work, draw_no, file), _listed)


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/platform-lists/{n:int}", action="draw.compare")
async def get_comparison(work: InWork, bureau: Bureau, draw_no: Number, n: FromPath[int]) -> CodesOut:
    """The codes that differ, for the dispatcher; journalled, and kept nowhere else."""
    facts = (await read_comparison(work, draw_no, n)).as_dict()
    return CodesOut(**{name: facts[name] for name in CodesOut.__struct_fields__})


@reads("/platform-alarms", action="draw.read", noted=True)
async def list_platform_alarms(work: InWork) -> Response[list[ListOut]]:
    """Draws of the bureaus in sight whose platform list differs, newest first; numbers only."""

    def form(one: PlatformList) -> ListOut:
        return work.seen("draw.read", bureau=one.bureau).of("alarm", show(one, ListOut))

    return spanned(await alarms_of(work), form)


def refused(request: Request[Any, Any, Any], problem: PlatformListRefused) -> Response[Any]:
    """The refusal of a whole list as a problem, with the report of every row beside it."""
    answer = on_problem(request, problem)
    if isinstance(answer.content, dict) and problem.check is not None:
        answer.content["report"] = problem.check.as_dict()
    return answer


def _numbers(done: ShownDifference) -> NumbersOut:
    facts = done.as_dict()
    return NumbersOut(**{name: facts[name] for name in NumbersOut.__struct_fields__})


def _taken(done: TakenOver) -> TakenOut:
    return show(done, TakenOut)


def _listed(done: Compared) -> ListOut:
    return show(done.row, ListOut)


routes = [
    compute_difference,
    get_difference,
    take_over,
    compare_list,
    get_comparison,
    list_platform_alarms,
]
