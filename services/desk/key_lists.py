"""The yearly key list: taken from a file or pasted, published, and laid beside the roster."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery, MultipartBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.roster.key_list import Compared, Listed, compare
from policies.roster.key_list_rows import LAYOUT
from services.desk.forms import day_of, words_of
from services.ruling.key_lists import published_list
from services.ruling.rule_choice_errors import FieldMissing
from services.sheets import fill_template
from services.usecases.keep_key_list import NewKeyList, keep_key_list
from services.usecases.publish_notice import versions
from services.usecases.publish_organisation import publish_key_list
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.organisation_rows import KeyList
from tenants.records import Notice
from tenants.stores import key_lists, notices, sites

AnyRequest = Request[Any, Any, Any]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class KeyListForm:
    """What was handed in; `lines` counts when no file was chosen."""

    year: str
    text: str
    issued_on: str
    file: UploadFile | None = None
    lines: str = ""
    supplement: str = ""


@dataclass(frozen=True, slots=True)
class KeyListPage:
    """Lists kept here; for a bureau with a roster, how that stands to the published list of the year.

    Attributes:
        public: list → the notice that publishes it; withdrawn ones left out.
        listed: entries in force for the bureau. compared: None without a published list or a roster.
    """

    year: int
    lists: tuple[KeyList, ...]
    public: Mapping[UUID, UUID]
    listed: int
    compared: Compared | None
    names: dict[str, str]


@get("/desk/key-lists", action="organisation.read")
async def show(
    request: AnyRequest, work: InWork, year: FromQuery[int] = 0, bureau: FromQuery[str] = ""
) -> Template:
    """Lists of the bureau, the form, and the comparison with the roster."""
    return await _page(request, work, bureau or work.scope.bureau, year)


@get("/desk/key-lists/template", action="organisation.read")
async def template() -> Response[bytes]:
    """The empty template."""
    data = await asyncio.to_thread(fill_template, LAYOUT)
    headers = {"content-disposition": 'attachment; filename="key-list-template.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@get("/desk/key-lists/{list_id:uuid}", action="organisation.read")
async def one(
    request: AnyRequest, work: InWork, list_id: FromPath[UUID], bureau: FromQuery[str] = ""
) -> Template:
    """One list with its entries."""
    whose = bureau or work.scope.bureau
    work.require("organisation.read", bureau=whose)
    row = await key_lists.get(work.db, work.scope, whose, list_id)
    entries: tuple[Listed, ...] = await key_lists.entries_of(work.db, work.scope, whose, list_id)
    return page(request, "desk/key_list.html", here=await here(work, whose), row=row, entries=entries)


@post("/desk/key-lists", action="keylist.keep", status_code=200)
async def take(request: AnyRequest, work: InWork, data: MultipartBody[KeyListForm]) -> Template | Redirect:
    """Keeps a list whole; a faulty one comes back with the number and reason of each row."""
    given = {"year": data.year, "text": data.text, "issued_on": data.issued_on, "lines": data.lines}
    try:
        content = await data.file.read() if data.file is not None else b""
        name = data.file.filename if data.file is not None and content else ""
        new = NewKeyList(
            _year(data.year),
            words_of(given, "text"),
            day_of(given, "issued_on", "公布日期"),
            bool(data.supplement),
            content,
            name,
            words_of(given, "lines"),
        )
        await keep_key_list(work, new)
    except Problem as problem:
        if problem.kind not in ("invalid", "conflict"):
            raise
        told = problem.as_dict(language(request))
        return await _page(request, work, work.scope.bureau, status=422, problem=told, data=given)
    return Redirect(f"/desk/key-lists?year={new.year}", status_code=303)


@post("/desk/key-lists/{list_id:uuid}/publish", action="notice.publish", status_code=303)
async def publish(work: InWork, list_id: FromPath[UUID]) -> Redirect:
    """Publishes a list; counties compare their rosters with what is published."""
    await publish_key_list(work, list_id)
    return Redirect("/desk/key-lists", status_code=303)


async def key_list_page(work: Work, bureau: str, year: int) -> KeyListPage:
    """What the page shows. Raises Stranger for a bureau out of sight."""
    work.require("organisation.read", bureau=bureau)
    made = await notices.listing(work.db, work.scope, bureau, kind="key_list", limit=200)
    listed = await published_list(work.app, bureau, year)
    rows = await sites.all_of(work.db, work.scope, bureau) if listed else ()
    lists = await key_lists.all_of(work.db, work.scope, bureau)
    return KeyListPage(
        year,
        lists,
        _published(lists, made),
        len(listed),
        compare(rows, listed, bureau) if rows else None,
        {site.code: site.name for site in rows},
    )


def _published(lists: Iterable[KeyList], made: Iterable[Notice]) -> dict[UUID, UUID]:
    """The notice of each list that stands; after a withdrawal a new one follows the first."""
    standing = {one.id: one.withdrawn_at is None for one in made}
    found: dict[UUID, UUID] = {}
    for row in lists:
        for id in takewhile(standing.__contains__, versions(row.id)):
            if standing[id]:
                found[row.id] = id
    return found


async def _page(
    request: AnyRequest,
    work: Work,
    bureau: str,
    year: int = 0,
    *,
    status: int = 200,
    problem: dict[str, Any] | None = None,
    data: dict[str, str] | None = None,
) -> Template:
    shown = year or work.today.year + (work.today.month == 12)
    found = await key_list_page(work, bureau, shown)
    return page(
        request,
        "desk/key_lists.html",
        status=status,
        here=await here(work, bureau),
        page=found,
        problem=problem,
        data=data or {},
        own=bureau == work.scope.bureau,
        wide=len(work.scope.visible) > 1,
    )


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise FieldMissing(text[:20], field="年度", need="四位年份，如 2026")
    return int(text)


routes = [show, template, one, take, publish]
