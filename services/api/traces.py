"""Which copy a found list comes from, without a leak case."""

from typing import Annotated, Literal

import msgspec
from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts
from services.api.leaks import Count, Line, TraceOut
from services.api.once import InOnce
from services.api.types import Body, Bureau
from services.usecases.trace_leak import trace_list


class FoundList(Body):
    """A found list in its order. Compared with the visits of a draw; without one with the roster named."""

    lines: Annotated[tuple[Line, ...], Meta(max_length=20_000)]
    draw_no: Count | None = None
    roster: Literal["sites", "officers"] = "sites"


@acts("/bureaus/{bureau:str}/traces", action="leak.handle")
async def trace_any_list(once: InOnce, bureau: Bureau, data: JSONBody[FoundList]) -> Response[TraceOut]:
    """Rank the copies given out by how well their order of rows fits the list; the journal has the result."""
    return await once.run(
        lambda work: trace_list(work, data.lines, draw_no=data.draw_no or 0, roster=data.roster),
        lambda made: msgspec.convert(made.as_dict(), TraceOut),
    )


routes = [trace_any_list]
