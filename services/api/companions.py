"""Joint checks: who comes along on a drawn visit, and what those who took part see of it."""

from datetime import date, datetime
from typing import Annotated, Any

from litestar import Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import Body, Bureau, Code, Number, Out, Slot, show
from services.usecases.bring_along import bring_along, companion_board, leave_out
from services.usecases.own_visits import OwnVisit, own_visits
from services.web.depends import InWork
from tenants.companion_rows import Companion

Login = Annotated[str, Meta(min_length=1, max_length=200)]
Part = Annotated[str, Meta(max_length=64, examples=["emissions"])]


class CompanionOrder(Body):
    """`subject`: login of a joint department's or the station's person; `parts`: groups of `/checklist`."""

    subject: Login
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=40)]


class CompanionOut(Out):
    """Somebody who comes along; from `ended_at` on nothing of the visit is shown to them."""

    draw_no: int
    slot: int
    n: int
    subject: str
    name: str
    role: str
    parts: tuple[str, ...]
    at: datetime
    ended_at: datetime | None


class LeftOut(Out):
    """What was ended."""

    draw_no: int
    slot: int
    n: int


class AnswerOut(Out):
    """What was found for one question of the own part."""

    question: str
    answer: str
    words: str


class OwnVisitOut(Out):
    """A visit the caller took part in as `role`; what that role is not shown is null or empty."""

    bureau: Code
    draw_no: int | None
    slot: int | None
    role: str
    state: str
    name: str
    place: str
    day: date | None
    team: tuple[str, ...]
    parts: tuple[str, ...]
    answers: tuple[AnswerOut, ...]
    record: dict[str, Any] | None


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/companions", action="task.accompany", read_only=True)
async def list_companions(work: InWork, bureau: Bureau, draw_no: Number) -> tuple[CompanionOut, ...]:
    """Who was named for visits of a draw, those ended included; no site is named."""
    del bureau
    return tuple(_out(one) for one in (await companion_board(work, draw_no)).rows)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/visits/{slot:int}/companions", action="task.accompany")
async def name_companion(
    once: InOnce, bureau: Bureau, draw_no: Number, slot: Slot, data: JSONBody[CompanionOrder]
) -> Response[CompanionOut]:
    """Name somebody of another department or the monitoring station for a visit and a part of it."""
    return await once.run(lambda work: bring_along(work, draw_no, slot, data.subject, data.parts), _out)


@acts(
    "/bureaus/{bureau:str}/draws/{draw_no:int}/visits/{slot:int}/companions/{n:int}/end",
    action="task.accompany",
)
async def end_companion(
    once: InOnce, bureau: Bureau, draw_no: Number, slot: Slot, n: FromPath[int]
) -> Response[LeftOut]:
    """End it at once."""
    return await once.run(
        lambda work: leave_out(work, draw_no, slot, n), lambda _: LeftOut(draw_no=draw_no, slot=slot, n=n)
    )


@reads("/me/visits", action="visit.read", read_only=False)
async def list_my_visits(work: InWork) -> tuple[OwnVisitOut, ...]:
    """Visits of this quarter the caller took part in, latest first, as far as each role there sees them."""
    return tuple(_visit(one) for one in await own_visits(work))


def _out(row: Companion) -> CompanionOut:
    return show(row, CompanionOut)


def _visit(one: OwnVisit) -> OwnVisitOut:
    answers = tuple(AnswerOut(question=q, answer=a, words=words) for q, a, words in one.answers)
    record = None if one.record is None else dict(one.record)
    shown = {name: getattr(one, name) for name in OwnVisitOut.__struct_fields__}
    return OwnVisitOut(**(shown | {"answers": answers, "record": record}))


routes = [list_companions, name_companion, end_companion, list_my_visits]
