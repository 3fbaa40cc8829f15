"""Programs a bureau lets in: which, until when, by whom."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Code, KeyInPath, Out, show
from services.usecases.allow_client import NewClient, allow_client, clients, end_client
from services.web.depends import InWork
from tenants.client_rows import ApiClient

Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Optional = Annotated[str, Meta(max_length=100, pattern=NO_NUL)]


class ClientOrder(Body):
    """A program to let in from today. `subject`: the `sub` of its account; left out, any of that client.

    `until`: the last day, at most a year ahead.
    """

    client: Line
    name: Line
    until: date
    subject: Optional = ""


class ClientOut(Out):
    """A program that reads for a bureau and those below it: plans, and the numbers of draws."""

    id: UUID
    bureau: Code
    client: str
    subject: str
    name: str
    role: str
    valid_from: date
    valid_until: date
    allowed_by: str
    allowed_at: datetime
    ended_at: datetime | None


@reads("/bureaus/{bureau:str}/clients", action="client.read")
async def list_api_clients(work: InWork, bureau: Bureau) -> list[ClientOut]:
    """Programs let in by a bureau, the latest first; ended ones included."""
    return [_client(one) for one in await clients(work, bureau)]


@acts("/bureaus/{bureau:str}/clients", action="client.allow")
async def allow_api_client(once: InOnce, bureau: Bureau, data: JSONBody[ClientOrder]) -> Response[ClientOut]:
    """Let a program of the identity service read for this bureau, from today."""
    order = NewClient(data.client, data.name, data.until, data.subject)
    return await once.run(lambda work: allow_client(work, order), _client)


@acts("/bureaus/{bureau:str}/clients/{client:uuid}/end", action="client.allow")
async def end_api_client(once: InOnce, bureau: Bureau, client: KeyInPath) -> Response[ClientOut]:
    """End a registration; it is gone with the program's next request."""
    return await once.run(lambda work: end_client(work, client), _client)


def _client(row: ApiClient) -> ClientOut:
    return show(row, ClientOut)


routes = [list_api_clients, allow_api_client, end_api_client]
