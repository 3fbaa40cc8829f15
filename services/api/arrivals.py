"""Arrival at a drawn visit, noted by its team on the spot."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.visiting.visits import Fix
from services.api.contract import acts
from services.api.once import InOnce
from services.api.types import Body, Bureau, Number, Out, Slot, Words, show
from services.api.visit_bodies import FixBody
from services.usecases.arrive import arrive


class ArrivalBody(Body):
    """`present`: certificates of those there; `place_reason`: why there is no position near the site."""

    present: Annotated[tuple[Annotated[str, Meta(max_length=64)], ...], Meta(max_length=20)]
    fix: FixBody | None = None
    place_reason: Words = ""


class ArrivalOut(Out):
    """The arrival that stands: the first one noted."""

    draw_no: int
    slot: int
    officers: list[dict[str, Any]]
    position: dict[str, Any]
    at: datetime


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/tasks/{slot:int}/arrival", action="visit.record")
async def note_arrival(
    once: InOnce, bureau: Bureau, draw_no: Number, slot: Slot, data: JSONBody[ArrivalBody]
) -> Response[ArrivalOut]:
    """Note who stands at the site; from then on the notice of the visit may be handed out."""
    given = data.fix
    fix = Fix(given.lon, given.lat, given.accuracy, given.at) if given else None
    return await once.run(
        lambda work: arrive(work, draw_no, slot, data.present, fix, data.place_reason),
        lambda done: show(done, ArrivalOut),
    )


routes = [note_arrival]
