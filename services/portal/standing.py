"""What stands: who holds which duty, who is entrusted with field work, which sites are on the key list."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.roster.key_list import Listed
from services.clock import today
from services.ruling.key_lists import YearList, list_in_force
from services.views.bureaus import BureauFace, face_of, names_of, tree
from services.views.notices import NoticeFace, NoticeRow, notice_face, notice_rows
from services.web.depends import InApp, InPublic
from services.web.pages import page
from tenants.stores import public as store

AnyRequest = Request[Any, Any, Any]
HISTORY = 20
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest notice of each kind that stands, and all there have been.

    Attributes:
        organisation, entrustment: None until the bureau publishes one.
        history: earlier and withdrawn ones included, newest first.
    """

    organisation: NoticeFace | None
    entrustment: NoticeFace | None
    history: tuple[NoticeRow, ...]


@dataclass(frozen=True, slots=True)
class KeyListFace:
    """The published key list of a county or a city.

    Attributes:
        used: the list in force; None until one is published.
        rows: entries that match, by code, at most 200. found: how many match.
        query: what was searched for: part of a name, or a code.
    """

    used: YearList | None
    rows: tuple[Listed, ...]
    found: int
    query: str


@get("/b/{bureau:str}/organisation", action="public.read")
async def organisation(request: AnyRequest, public: InPublic, bureau: FromPath[str]) -> Template:
    """Leading group, office, duties, entrusted units, each since when and by which document."""
    face, data = await standing_data(public, bureau)
    return page(request, "portal/organisation.html", face=face, data=data)


@get("/b/{bureau:str}/key-list", action="public.read")
async def key_list(
    request: AnyRequest, public: InPublic, app: InApp, bureau: FromPath[str], q: FromQuery[str] = ""
) -> Template:
    """The yearly key list, the superior's for a county; searched by name or code."""
    entries = await tree(public)
    face = face_of(entries, bureau)
    used = await list_in_force(app, bureau, today(app.clock))
    data = found_in(used, "" if face.level != "county" else bureau, q.strip()[:100])
    return page(request, "portal/key_list.html", face=face, data=data, names=dict(names_of(entries)))


async def standing_data(db: AsyncConnection, bureau: str) -> tuple[BureauFace, Standing]:
    """What a bureau has published of its organisation. Raises Missing: no such bureau."""
    entries = await tree(db)
    face, names = face_of(entries, bureau), names_of(entries)
    made = [
        one
        for kind in ("organisation", "entrustment")
        for one in await store.public_list(db, bureau, kind, limit=HISTORY)
    ]
    newest: dict[str, NoticeFace] = {}
    for notice in made:
        if notice.withdrawn_at is None:
            newest.setdefault(notice.kind, notice_face(notice, names))
    made.sort(key=lambda notice: notice.published_at, reverse=True)
    rows = notice_rows(made, names)
    return face, Standing(newest.get("organisation"), newest.get("entrustment"), rows)


def found_in(used: YearList | None, division: str, query: str) -> KeyListFace:
    """Entries of a county ("" = all) whose name holds the query or whose code begins with it."""
    entries = sorted(used.entries.items()) if used else []
    rows = [
        one
        for code, one in entries
        if (not division or one.division in ("", division)) and (query in one.name or code.startswith(query))
    ]
    return KeyListFace(used, tuple(rows[:SHOWN]), len(rows), query)


routes = [organisation, key_list]
