"""Connections to other systems: set up, ended; files on their way; what both sides compared."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce, InOnceAcross
from services.api.types import NO_NUL, Body, Bureau, Hash, Id, KeyInPath, Out, Words, show
from services.usecases.exchange_files import compare_now, exchange_of, send_again
from services.usecases.keep_connection import (
    NewConnection,
    end_connection,
    keep_connection,
    list_connections,
)
from services.web.depends import InWork
from tenants.exchange_rows import Connection, Delivery, Reconciliation
from tenants.records import Upload

Lines = Annotated[str, Meta(max_length=6000, pattern=NO_NUL)]
Secret = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
HOME = "/bureaus/{bureau:str}/connections"


class ConnectionOrder(Body):
    """How files of a profile go to a system.

    `target`: address (http) or name of a shared folder. `columns`: lines `heading = field`; `codes`: lines
    `field: our word = theirs`; `receipt`: regular expression; `format`: xlsx, csv, json or xml.
    """

    profile: Id
    mode: Literal["http", "folder", "manual"]
    target: Words = ""
    token: Secret = ""
    columns: Lines = ""
    codes: Lines = ""
    receipt: Annotated[str, Meta(max_length=80, pattern=NO_NUL)] = ""
    format: Literal["", "xlsx", "csv", "json", "xml"] = ""


class ConnectionOut(Out):
    """A connection; its token is never shown."""

    id: UUID
    profile: str
    mode: str
    settings: dict[str, Any]
    made_by: str
    made_at: datetime
    ended_at: datetime | None


class DeliveryOut(Out):
    """A file on its way. `state`: waiting, sent (no receipt yet), received, refused, dead (given up)."""

    upload_id: UUID
    connection_id: UUID
    state: str
    tries: int
    made_at: datetime
    last_error: str | None
    tried_at: datetime | None
    settled_at: datetime | None


class SentOut(DeliveryOut):
    """The same with its file."""

    file: str
    sha256: Hash
    count: int
    receipt: str | None


class DifferenceOut(Out):
    """One difference. `what`: missing, unknown, doubled, refused, digest, count or receipt."""

    key: str
    what: str
    ours: str | int | None
    theirs: str | int | None


class ComparisonOut(Out):
    """What both sides hold: numbers of files, and every difference."""

    id: UUID
    connection_id: UUID
    at: datetime
    ours: int
    theirs: int
    found: list[DifferenceOut]


@reads(HOME, action="exchange.read", read_only=True)
async def list_bureau_connections(work: InWork, bureau: Bureau) -> list[ConnectionOut]:
    """The connections that stand."""
    work.require("exchange.read", bureau=bureau)
    return [_connection(one) for one in await list_connections(work)]


@acts(HOME, action="exchange.manage")
async def set_connection(
    once: InOnce, bureau: Bureau, data: JSONBody[ConnectionOrder]
) -> Response[ConnectionOut]:
    """Set a connection up, in the place of the one of its profile."""
    order = NewConnection(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await once.run(lambda work: keep_connection(work, order), _connection)


@acts(HOME + "/{connection:uuid}/end", action="exchange.manage")
async def end_bureau_connection(
    once: InOnce, bureau: Bureau, connection: KeyInPath
) -> Response[ConnectionOut]:
    """End a connection."""
    return await once.run(lambda work: end_connection(work, connection), _connection)


@acts(HOME + "/{connection:uuid}/comparisons", action="exchange.send")
async def compare_connection(
    across: InOnceAcross, bureau: Bureau, connection: KeyInPath
) -> Response[ComparisonOut]:
    """Compare both sides at once."""
    return await across.run(lambda app, who: compare_now(app, who, connection), _comparison)


@reads("/bureaus/{bureau:str}/deliveries", action="exchange.read", read_only=True)
async def list_deliveries(work: InWork, bureau: Bureau) -> list[SentOut]:
    """The newest files on their way, and what became of them."""
    work.require("exchange.read", bureau=bureau)
    return [_sent(delivery, upload) for delivery, upload in (await exchange_of(work)).sent]


@acts("/bureaus/{bureau:str}/deliveries/{upload:uuid}/again", action="exchange.send")
async def send_file_again(once: InOnce, bureau: Bureau, upload: KeyInPath) -> Response[DeliveryOut]:
    """Let a refused or given up file go once more."""
    return await once.run(lambda work: send_again(work, upload), lambda one: show(one, DeliveryOut))


@reads("/bureaus/{bureau:str}/comparisons", action="exchange.read", read_only=True)
async def list_comparisons(work: InWork, bureau: Bureau) -> list[ComparisonOut]:
    """The newest comparisons of both sides."""
    work.require("exchange.read", bureau=bureau)
    return [_comparison(one) for one in (await exchange_of(work)).compared]


def _connection(one: Connection) -> ConnectionOut:
    return show(one, ConnectionOut)


def _comparison(one: Reconciliation) -> ComparisonOut:
    return ComparisonOut(
        id=one.id,
        connection_id=one.connection_id,
        at=one.at,
        ours=one.ours,
        theirs=one.theirs,
        found=[DifferenceOut(**row) for row in one.found],
    )


def _sent(delivery: Delivery, upload: Upload) -> SentOut:
    return SentOut(
        **{name: getattr(delivery, name) for name in DeliveryOut.__struct_fields__},
        file=upload.file_name,
        sha256=upload.sha256,
        count=upload.count,
        receipt=upload.receipt,
    )


routes = [
    list_bureau_connections,
    set_connection,
    end_bureau_connection,
    compare_connection,
    list_deliveries,
    send_file_again,
    list_comparisons,
]
