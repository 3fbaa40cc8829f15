"""Where closed and moved sites went on."""

from datetime import date, datetime
from typing import Annotated

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Out, SiteCode, Words, show
from services.usecases.site_successor import End, link_successor, successors_of
from services.web.depends import InWork

HOME = "/bureaus/{bureau:str}/sites/{code:str}/successor"


class EndBody(Body):
    """`to`: a site of the same roster; `elsewhere`: a place outside it; one of the two."""

    day: date
    document: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
    to: Words = ""
    elsewhere: Words = ""


class SuccessorOut(Out):
    """The last word about a site."""

    code: str
    successor: str | None
    elsewhere: str
    day: date
    document: str
    at: datetime


@reads(HOME, action="site.read")
async def list_successors(work: InWork, bureau: Bureau, code: SiteCode) -> list[SuccessorOut]:
    """Where a site went on, and which sites went on as it."""
    return [show(one, SuccessorOut) for one in await successors_of(work, bureau, code)]


@acts(HOME, action="site.import")
async def say_successor(
    once: InOnce, bureau: Bureau, code: SiteCode, data: JSONBody[EndBody]
) -> Response[SuccessorOut]:
    """Say where a closed or moved site went on; said again, the new word holds."""
    end = End(data.to, data.elsewhere, data.day, data.document)
    return await once.run(lambda work: link_successor(work, code, end), lambda one: show(one, SuccessorOut))


routes = [list_successors, say_successor]
