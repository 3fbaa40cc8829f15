"""Bureaus, and who the caller is."""

from typing import Any

from litestar import Request, Response

from policies.access import ACTIONS, menu
from services.api.contract import reads
from services.api.etags import tagged
from services.api.types import Bureau, Code, Out, show
from services.web.depends import InPublic
from services.web.state import principal_of
from tenants.stores import public as store

AnyRequest = Request[Any, Any, Any]


class BureauOut(Out):
    """A bureau; `path` runs from the province to its own code."""

    code: Code
    name: str
    level: str
    parent: str | None
    path: tuple[str, ...]


class MeOut(Out):
    """The caller; `actions` are those the roles allow in the own bureau, a second factor aside."""

    subject: str
    name: str
    bureau: Code
    roles: tuple[str, ...]
    level: int
    certificate: str
    actions: tuple[str, ...]


@reads("/bureaus", action="public.read")
async def list_bureaus(request: AnyRequest, public: InPublic) -> Response[list[BureauOut]]:
    """Every bureau of the deployment, by code."""
    return tagged(request, [show(entry, BureauOut) for entry in await store.public_bureaus(public)])


@reads("/bureaus/{bureau:str}", action="public.read")
async def get_bureau(request: AnyRequest, public: InPublic, bureau: Bureau) -> Response[BureauOut]:
    """One bureau."""
    return tagged(request, show(await store.public_bureau(public, bureau), BureauOut))


@reads("/me", action="session.use")
async def who_am_i(request: AnyRequest) -> MeOut:
    """The person behind the session or token, the bureau acted for, and what the roles allow."""
    who = principal_of(request)
    return MeOut(
        subject=who.subject,
        name=who.name,
        bureau=who.bureau,
        roles=tuple(sorted(who.roles)),
        level=who.acr,
        certificate=who.certificate,
        actions=tuple(sorted(menu(who, ACTIONS))),
    )


routes = [list_bureaus, get_bureau, who_am_i]
