"""Draws in public: fingerprints and numbers at once, everything when a draw is open."""

import asyncio
from typing import Any, Literal

import msgspec
from litestar import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from services.api.contract import reads
from services.api.draws import DrawOut
from services.api.etags import tagged
from services.api.pages import Page, after, paged
from services.api.types import AnyBureau, AnyPeriod, Bureau, Cursor, Limit, Number, show
from services.clock import today
from services.drawing.authority import refuse_external
from services.drawing.bundle_files import bundle_file
from services.fanout import Absent, over_public
from services.web.depends import InApp, InPublic
from tenants.records import PublicDraw
from tenants.stores import public as store
from tenants.stores.public_numbers import outstanding

AnyRequest = Request[Any, Any, Any]
MOST = 500
ENDINGS: dict[Literal["bundle", "trust"], tuple[str, str]] = {
    "bundle": (".json", "application/json"),
    "trust": (".trust.txt", "text/plain"),
}


class PublicDrawOut(DrawOut):
    """A draw's public face, with the number of its outstanding visits once secrecy was to end."""

    outstanding: int | None


@reads("/draws", action="public.read")
async def list_public_draws(
    request: AnyRequest,
    public: InPublic,
    app: InApp,
    bureau: AnyBureau = None,
    period: AnyPeriod = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[DrawOut]]:
    """Frozen, drawn, opened and void draws, newest first.

    Of all bureaus together the latest 500; name a bureau for its older ones. `missing` names bureaus whose
    database does not answer now.
    """
    absent: tuple[Absent, ...] = ()
    if bureau:
        every = await store.public_draws(public, bureau, MOST)
    else:
        codes = [one.code for one in await store.public_bureaus(public)]
        asked = await over_public(app, public, _latest, codes)
        every, absent = tuple(sorted(asked.found, key=_newest)[:MOST]), asked.absent
    found = after([d for d in every if period in (None, d.period)], cursor, _key)
    return paged(request, found, limit, key=_key, form=_out, absent=absent)


@reads("/draws/{bureau:str}/{draw_no:int}", action="public.read")
async def get_public_draw(
    request: AnyRequest, public: InPublic, app: InApp, bureau: Bureau, draw_no: Number
) -> Response[PublicDrawOut]:
    """One draw: manifest, rules, beacon, result's hash; what is sealed stays sealed.

    `outstanding`: visits not settled yet, public from `reveal_by` on; null before, and of a void draw.
    """
    found = msgspec.to_builtins(_out(await store.public_draw(public, bureau, draw_no)))
    left = await outstanding(public, bureau, draw_no, today(app.clock))
    return tagged(request, msgspec.convert({**found, "outstanding": left}, PublicDrawOut))


@reads("/draws/{bureau:str}/{draw_no:int}/bundle", action="public.read", media_type="application/json")
async def get_bundle(public: InPublic, app: InApp, bureau: Bureau, draw_no: Number) -> Response[bytes]:
    """The bundle of an opened draw: everything needed to check it again, also offline."""
    return await _file(app, await store.public_draw(public, bureau, draw_no), "bundle")


@reads("/draws/{bureau:str}/{draw_no:int}/trust", action="public.read", media_type="text/plain")
async def get_trust(public: InPublic, app: InApp, bureau: Bureau, draw_no: Number) -> Response[bytes]:
    """The trust file of an opened draw: keys of the log and of the witness, to be compared elsewhere."""
    return await _file(app, await store.public_draw(public, bureau, draw_no), "trust")


async def _file(app: InApp, draw: PublicDraw, which: Literal["bundle", "trust"]) -> Response[bytes]:
    refuse_external(draw)
    ending, media = ENDINGS[which]
    path = bundle_file(app.home, draw.bureau, draw.period, draw.kind, draw.draw_no, ending)
    if draw.opened_at is None or not path.is_file():
        raise Missing(draw.draw_no, what="公开材料")
    headers = {"content-disposition": f'attachment; filename="{path.name}"'}
    return Response(await asyncio.to_thread(path.read_bytes), media_type=media, headers=headers)


async def _latest(db: AsyncConnection, codes: tuple[str, ...]) -> list[PublicDraw]:
    """Draws of the bureaus that live there; a move may have left others behind."""
    return list(await store.public_draws(db, None, MOST, among=codes))


def _newest(draw: PublicDraw) -> tuple[float, str]:
    moment = draw.frozen_at or draw.drawn_at
    return -moment.timestamp() if moment else 0.0, draw.bureau


def _key(draw: PublicDraw) -> list[Any]:
    return [draw.bureau, draw.draw_no]


def _out(draw: PublicDraw) -> DrawOut:
    return show(draw, DrawOut)


routes = [list_public_draws, get_public_draw, get_bundle, get_trust]
