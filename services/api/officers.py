"""The roster of inspecting officers, read; it changes by import only."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import PathParameter

from services.api.contract import reads
from services.api.etags import tagged
from services.api.pages import Page, after, paged
from services.api.types import NO_NUL, Bureau, Cursor, Limit, Out, show
from services.web.depends import InWork
from tenants.stores import officers

AnyRequest = Request[Any, Any, Any]
Certificate = Annotated[str, PathParameter(max_length=64, pattern=NO_NUL, description="Certificate number.")]


class OfficerOut(Out):
    """An officer: `lead` may lead a team, `on_post` counts in the ratio, `leave` is first and last days."""

    certificate: str
    name: str
    unit: str
    valid_until: date
    lead: bool
    on_post: bool
    leave: tuple[tuple[date, date], ...]
    recusals: tuple[str, ...]


@reads("/bureaus/{bureau:str}/officers", action="officer.read")
async def list_officers(
    request: AnyRequest, work: InWork, bureau: Bureau, cursor: Cursor = "", limit: Limit = 50
) -> Response[Page[OfficerOut]]:
    """Officers by certificate."""
    work.require("officer.read", bureau=bureau)
    every = await officers.all_of(work.db, work.scope, bureau)
    rows = after(every, cursor, lambda one: one.certificate)
    return paged(
        request, rows, limit, key=lambda one: one.certificate, form=lambda one: show(one, OfficerOut)
    )


@reads("/bureaus/{bureau:str}/officers/{certificate:str}", action="officer.read")
async def get_officer(
    request: AnyRequest, work: InWork, bureau: Bureau, certificate: Certificate
) -> Response[OfficerOut]:
    """One officer."""
    work.require("officer.read", bureau=bureau)
    return tagged(request, show(await officers.one(work.db, work.scope, bureau, certificate), OfficerOut))


routes = [list_officers, get_officer]
