"""Opening a bureau below another, and what a bureau still lacks before its first draw."""

from typing import Annotated, Literal

from litestar import Response
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from policies.access_errors import Stranger
from policies.rulebook.onboarding import Point, ready
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import CODE, Body, Bureau, Code, Out, show
from services.usecases.onboard_bureau import NewBureau, Opened, Person, bureau_checklist, open_bureau
from services.web.depends import InWork
from services.work import Work

AnyYear = Annotated[
    int | None, QueryParameter(ge=2000, le=2999, description="Year to plan; default: the next one due.")
]
Below = Annotated[str, PathParameter(pattern=CODE, description="A bureau below, e.g. 411721.")]
Named = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class PersonOrder(Body):
    """A first member: `subject` of the login as the identity service knows it, and the name shown."""

    subject: Named
    name: Named


class BureauOrder(Body):
    """A bureau to open directly below the one in the path.

    `admin` enters its text and proposes, `head` approves: two people. `copy`: propose the superior's own
    choices as a start.
    """

    code: Code
    name: Named
    admin: PersonOrder
    head: PersonOrder
    level: Literal["city", "county"] = "county"
    copy: bool = True

    def order(self) -> NewBureau:
        """As the use case takes it."""
        return NewBureau(self.code, self.name, _person(self.admin), _person(self.head), self.level, self.copy)


class OpenedOut(Out):
    """A bureau just opened; `proposed`: keys of the rules it starts with, waiting for its head."""

    code: Code
    name: str
    level: str
    parent: str | None
    path: tuple[str, ...]
    proposed: list[str]


class PointOut(Out):
    """One point; `needed` ones come before the first draw, `detail` says what is missing or there."""

    id: str
    zh: str
    en: str
    done: bool
    needed: bool
    detail: str


class OnboardingOut(Out):
    """The points in the order in which they are done; `ready`: nothing needed is open."""

    bureau: Code
    ready: bool
    points: list[PointOut]


@acts("/bureaus/{bureau:str}/below", action="bureau.open")
async def open_bureau_below(once: InOnce, bureau: Bureau, data: JSONBody[BureauOrder]) -> Response[OpenedOut]:
    """Open a bureau below, without a restart; its people can sign in at once."""
    return await once.run(lambda work: open_bureau(work, data.order()), _opened)


@reads("/bureaus/{bureau:str}/onboarding", action="onboarding.read", noted=True)
async def get_onboarding_checklist(work: InWork, bureau: Bureau, year: AnyYear = None) -> OnboardingOut:
    """What the own bureau lacks before its first draw."""
    work.require("onboarding.read", bureau=bureau)
    return _checklist(bureau, await bureau_checklist(work, bureau, year or 0))


@reads("/bureaus/{bureau:str}/below/{below:str}/onboarding", action="onboarding.read", noted=True)
async def get_checklist_below(
    work: InWork, bureau: Bureau, below: Below, year: AnyYear = None
) -> OnboardingOut:
    """What a bureau below lacks before its first draw, as its superior sees it: numbers only."""
    _within(work, bureau)
    return _checklist(below, await bureau_checklist(work, below, year or 0))


def _within(work: Work, bureau: str) -> None:
    """The path names the bureau acted for. Raises Stranger."""
    if bureau != work.scope.bureau:
        raise Stranger(bureau)


def _checklist(bureau: str, points: tuple[Point, ...]) -> OnboardingOut:
    return OnboardingOut(bureau=bureau, ready=ready(points), points=[_point(one) for one in points])


def _opened(done: Opened) -> OpenedOut:
    entry = done.entry
    return OpenedOut(
        code=entry.code,
        name=entry.name,
        level=entry.level,
        parent=entry.parent,
        path=entry.path,
        proposed=list(done.proposed),
    )


def _person(one: PersonOrder) -> Person:
    return Person(one.subject.strip(), one.name)


def _point(one: Point) -> PointOut:
    return show(one, PointOut)


routes = [open_bureau_below, get_onboarding_checklist, get_checklist_below]
