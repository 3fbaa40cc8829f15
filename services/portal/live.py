"""A draw watched by anybody: the hall's screen, as it happens and once more afterwards. No name of a site."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import ServerSentEvent, Template
from litestar.response.sse import ServerSentEventMessage

from services.drawing.external_errors import NotVerifiable
from services.portal.draws import draw_data
from services.spanning import in_control
from services.views.bureaus import BureauFace
from services.views.live import Live, live_of
from services.web.depends import InApp, InCommon, InPublic
from services.web.keys import channel
from services.web.pages import language, named, page
from services.web.peers import client_of
from services.web.state import web_of
from services.web.streams import Shown, as_event
from services.work import App

AnyRequest = Request[Any, Any, Any]
STAGE = "portal/live_stage.html"


@get("/b/{bureau:str}/draws/{draw_no:int}/live", action="public.read")
async def live(
    request: AnyRequest,
    public: InPublic,
    common: InCommon,
    bureau: FromPath[str],
    draw_no: FromPath[int],
    step: Annotated[int | None, QueryParameter(ge=0, le=999)] = None,
) -> Template:
    """The screen as it stands; `step` shows how it stood after so many entries of the log.

    Raises:
        NotVerifiable: the platform's draws happen elsewhere.
    """
    face, draw = await draw_data(common, public, bureau, draw_no)
    if draw.external:
        raise NotVerifiable(draw_no)
    return page(request, "portal/live.html", face=face, live=live_of(draw, step), replayed=step)


@get("/b/{bureau:str}/draws/{draw_no:int}/events", action="public.read")
async def events(
    request: AnyRequest, app: InApp, bureau: FromPath[str], draw_no: FromPath[int]
) -> Response[Any]:
    """Every change of the screen as a server-sent event, for as long as one listens.

    A program that does not ask for a stream gets the present state as JSON. `Last-Event-ID` resumes: what
    the browser has already is not sent again.

    Raises:
        TooManyWatch, TooManyHere: before any stream begins, so that the browser asks again later.
    """
    face, first = await _now(app, bureau, draw_no)  # a stranger's number fails before a stream begins
    if "text/event-stream" not in request.headers.get("accept", ""):
        return Response(
            {"mark": first.mark, "awaits": first.awaits, "over": first.over, "log": first.beats},
            media_type="application/json",
        )
    template = request.app.template_engine.get_template(named(STAGE, language(request)))  # type: ignore[union-attr]  # set by main

    async def read() -> Shown:
        _, now = await _now(app, bureau, draw_no)
        text = template.render(live=now, face=face, simulated=app.clock.simulated)
        return Shown(now.mark, text, now.over)

    known = request.headers.get("last-event-id", "")
    name = channel(bureau, "draw", str(draw_no), language(request))
    client = client_of(request, app.settings.trusted_proxies)
    followed = web_of(request).streams.follow(name, read, known=known, client=client)

    async def sent() -> AsyncIterator[ServerSentEventMessage]:
        async for shown in followed:
            yield ServerSentEventMessage(**as_event(shown))

    return ServerSentEvent(sent())


async def _now(app: App, bureau: str, draw_no: int) -> tuple[BureauFace, Live]:
    async with app.portal.public(bureau) as public:
        if in_control(public):  # a second connection for each would hold the others up when many come at once
            face, draw = await draw_data(public, public, bureau, draw_no)
        else:
            async with app.portal.public() as common:
                face, draw = await draw_data(common, public, bureau, draw_no)
    if draw.external:
        raise NotVerifiable(draw_no)
    return face, live_of(draw)


routes = [live, events]
