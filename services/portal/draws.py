"""Draws in public: fingerprint first, names never before the visit, everything once opened."""

import asyncio
import json
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from services.clock import today
from services.drawing.bundle_files import bundle_file
from services.drawing.external_errors import NotVerifiable
from services.fanout import over_public
from services.home import Home
from services.ruling.calendars import public_calendar
from services.views.bureaus import BureauFace, face_of, names_of, tree
from services.views.draws import DrawFace, draw_face, reveal_unsure
from services.views.odds import Avoided, avoids, odds_of
from services.views.verification import Report, check_files
from services.views.waivers import notes_of, use_faces
from services.web.depends import InApp, InCommon, InPublic
from services.web.pages import page
from services.work import App
from tenants.records import PublicDraw
from tenants.stores import log
from tenants.stores import public as store
from tenants.stores.differences import public_one
from tenants.stores.public_numbers import outstanding
from tenants.stores.waiver_uses import public_uses

AnyRequest = Request[Any, Any, Any]
NOTES = "waivers.json"
FILES = {"bundle.json": (".json", "application/json"), "trust.txt": (".trust.txt", "text/plain")}


@get("/b/{bureau:str}/draws", action="public.read")
async def listing(request: AnyRequest, public: InPublic, bureau: FromPath[str]) -> Template:
    """Every draw of a bureau since the beginning, void ones included."""
    face, draws = await listing_data(public, bureau)
    names = names_of(await tree(public))
    return page(request, "portal/draws.html", face=face, draws=draws, names=names)


@get("/b/{bureau:str}/draws/{draw_no:int}", action="public.read")
async def one(
    request: AnyRequest,
    public: InPublic,
    common: InCommon,
    app: InApp,
    bureau: FromPath[str],
    draw_no: FromPath[int],
) -> Template:
    """A draw: what was fixed before the beacon, what followed, what is still sealed, and its verification."""
    face, draw = await draw_data(common, public, bureau, draw_no)
    report = await _report(app.home, draw) if draw.open and not draw.external else None
    names = names_of(await tree(public))
    return page(
        request,
        "portal/draw.html",
        face=face,
        draw=draw,
        report=report,
        names=names,
        stem=stem_of(draw),
        outstanding=None if draw.open else await outstanding(public, bureau, draw_no, today(app.clock)),
        unsure=reveal_unsure(draw, await public_calendar(common, public, bureau)),
        odds=await _odds(app, common, public, draw),
        difference=await public_one(public, bureau, draw_no),
        uses=use_faces(await public_uses(public, bureau, draw_no), names),
    )


@get("/b/{bureau:str}/draws/{draw_no:int}/{file:str}", action="public.read")
async def download(
    public: InPublic,
    common: InCommon,
    app: InApp,
    bureau: FromPath[str],
    draw_no: FromPath[int],
    file: FromPath[str],
) -> Response[bytes]:
    """The bundle or the trust file of an opened draw; what was done in it under waivers, at any time.

    Raises:
        Missing: before it is open, or no waiver was used. NotVerifiable.
    """
    _, draw = await draw_data(common, public, bureau, draw_no)
    if file == NOTES:
        return await _notes(public, draw)
    if draw.external and file in FILES:
        raise NotVerifiable(draw_no)
    if file not in FILES or not draw.open:
        raise Missing(file, what="公开文件")
    ending, media = FILES[file]
    path = _path(app.home, draw, ending)
    if not path.is_file():
        raise Missing(file, what="公开文件")
    data = await asyncio.to_thread(path.read_bytes)
    headers = {"content-disposition": f'attachment; filename="{path.name}"'}
    return Response(data, media_type=media, headers=headers)


async def _notes(db: AsyncConnection, draw: DrawFace) -> Response[bytes]:
    """Beside the bundle, outside its bytes: acts of the draw under waivers, with the waivers' days."""
    found = await public_uses(db, draw.bureau, draw.draw_no)
    if not found:
        raise Missing(NOTES, what="公开文件")
    told = {"bureau": draw.bureau, "draw_no": draw.draw_no, "waivers": notes_of(found)}
    data = json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
    headers = {"content-disposition": f'attachment; filename="{stem_of(draw)}.{NOTES}"'}
    return Response(data, media_type="application/json", headers=headers)


async def listing_data(db: AsyncConnection, bureau: str) -> tuple[BureauFace, tuple[DrawFace, ...]]:
    """Draws of a bureau, newest first."""
    face = face_of(await tree(db), bureau)
    return face, tuple(draw_face(d) for d in await store.public_draws(db, bureau))


async def draw_data(
    common: AsyncConnection, db: AsyncConnection, bureau: str, draw_no: int
) -> tuple[BureauFace, DrawFace]:
    """One draw with its entries of the log, which `common` holds. Raises Missing."""
    face = face_of(await tree(db), bureau)
    found: PublicDraw = await store.public_draw(db, bureau, draw_no)
    return face, draw_face(found, await log.of_draw(common, found.m) if found.m else ())


def stem_of(draw: DrawFace) -> str:
    """Name of the published files without ending."""
    return f"{draw.bureau}-{draw.period}-{draw.kind}-{draw.draw_no}"


async def _odds(
    app: App, common: AsyncConnection, db: AsyncConnection, draw: DrawFace
) -> tuple[Avoided, ...]:
    """The draws this one avoided, with the odds that follow; none of a bureau that cannot be asked now."""
    mine = await store.public_draw(db, draw.bureau, draw.draw_no)
    avoided = avoids(mine.rules)

    async def read(there: AsyncConnection, codes: tuple[str, ...]) -> list[Avoided]:
        wanted = [(code, no) for code, no in avoided if code in codes]
        others = [await store.public_draw(there, code, no) for code, no in wanted]
        return [Avoided(one.bureau, one.draw_no, odds_of(mine, one)) for one in others]

    found = (await over_public(app, common, read, [code for code, _ in avoided])).found
    order = {pair: n for n, pair in enumerate(avoided)}
    return tuple(sorted(found, key=lambda one: order[one.bureau, one.draw_no]))


def _path(home: Home, draw: DrawFace, ending: str) -> Path:
    return bundle_file(home, draw.bureau, draw.period, draw.kind, draw.draw_no, ending)


async def _report(home: Home, draw: DrawFace) -> Report | None:
    return await check_files(_path(home, draw, ".json"), _path(home, draw, ".trust.txt"))


routes = [listing, one, download]
