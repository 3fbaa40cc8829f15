"""The city's yearly key list: handed in as file or rows, published, compared with a county's roster."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import JSONBody, MultipartBody, QueryParameter
from msgspec import Meta

from policies.roster.key_list import Listed, compare
from policies.roster.key_list_rows import LAYOUT
from services.api.contract import acts, reads
from services.api.notice_bodies import DeskNotice
from services.api.once import InOnce
from services.api.types import AnyBureau, Body, Bureau, Code, KeyInPath, Out, Words, show
from services.ruling.key_lists import published_list
from services.sheets import fill_template
from services.usecases.keep_key_list import NewKeyList, keep_key_list
from services.usecases.publish_organisation import publish_key_list
from services.web.depends import InApp, InWork
from tenants.organisation_rows import KeyList
from tenants.stores import key_lists, sites

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
InYear = Annotated[int, QueryParameter(ge=2000, le=2999, description="Calendar year.")]


class KeyListOrder(Body):
    """`lines`: one entry a line: code, name, division, categories. `text`: the document that publishes it."""

    year: Annotated[int, Meta(ge=2000, le=2999)]
    text: Words
    issued_on: date
    lines: Annotated[str, Meta(max_length=4_000_000)]
    supplement: bool = False


@dataclass
class KeyListFile:
    """`file`: xlsx or csv in the template's layout."""

    file: UploadFile
    year: int
    text: str
    issued_on: date
    supplement: bool = False


class KeyListOut(Out):
    """A kept list; `kind`: whole, or a supplement to the year's list."""

    id: UUID
    bureau: Code
    year: int
    kind: Literal["whole", "supplement"]
    text: str
    issued_on: date
    file_name: str
    sha256: str
    count: int
    at: datetime
    by: str


class ListedOut(Out):
    """One enterprise or site; `code` is a credit code or a site code."""

    code: str
    name: str
    division: str
    categories: tuple[str, ...]


class ComparedOut(Out):
    """The roster beside the published lists of the bureau and those above it.

    `missing`: listed, but no active site carries the code. `not_key`: listed sites not classed as key.
    `unlisted`: key sites on no list.
    """

    year: int
    listed: int
    missing: list[ListedOut]
    not_key: list[str]
    unlisted: list[str]


@reads("/bureaus/{bureau:str}/key-lists", action="organisation.read")
async def list_key_lists(work: InWork, bureau: Bureau) -> list[KeyListOut]:
    """Lists the bureau has kept, newest first."""
    work.require("organisation.read", bureau=bureau)
    return [_out(row) for row in await key_lists.all_of(work.db, work.scope, bureau)]


@reads("/bureaus/{bureau:str}/key-lists/{list_id:uuid}/entries", action="organisation.read")
async def list_key_list_entries(work: InWork, bureau: Bureau, list_id: KeyInPath) -> list[ListedOut]:
    """Entries of a kept list, by code."""
    work.require("organisation.read", bureau=bureau)
    await key_lists.get(work.db, work.scope, bureau, list_id)
    return [_listed(one) for one in await key_lists.entries_of(work.db, work.scope, bureau, list_id)]


@acts("/bureaus/{bureau:str}/key-lists", action="keylist.keep")
async def keep_key_list_rows(
    once: InOnce, bureau: Bureau, data: JSONBody[KeyListOrder]
) -> Response[KeyListOut]:
    """Keep a list given as rows; whole or not at all."""
    new = NewKeyList(data.year, data.text, data.issued_on, data.supplement, lines=data.lines)
    return await once.run(lambda work: keep_key_list(work, new), _out)


@acts("/bureaus/{bureau:str}/key-lists/files", action="keylist.keep")
async def keep_key_list_file(
    once: InOnce, bureau: Bureau, data: MultipartBody[KeyListFile]
) -> Response[KeyListOut]:
    """Keep a list given as xlsx or csv; whole or not at all."""
    content, name = await data.file.read(), data.file.filename
    new = NewKeyList(data.year, data.text, data.issued_on, data.supplement, content, name)
    return await once.run(lambda work: keep_key_list(work, new), _out)


@acts("/bureaus/{bureau:str}/key-lists/{list_id:uuid}/notice", action="notice.publish")
async def publish_key_list_notice(once: InOnce, bureau: Bureau, list_id: KeyInPath) -> Response[DeskNotice]:
    """Publish a list; counties compare their rosters with what is published."""
    return await once.run(
        lambda work: publish_key_list(work, list_id), lambda notice: show(notice, DeskNotice)
    )


@reads("/bureaus/{bureau:str}/key-lists/comparison", action="site.read")
async def compare_key_list(
    app: InApp, work: InWork, bureau: Bureau, year: InYear, division: AnyBureau = None
) -> ComparedOut:
    """The roster beside the year's published lists."""
    work.require("site.read", bureau=bureau)
    listed = await published_list(app, bureau, year)
    found = compare(await sites.all_of(work.db, work.scope, bureau), listed, division or bureau)
    return ComparedOut(
        year=year,
        listed=len(listed),
        missing=[_listed(one) for one in found.missing],
        not_key=list(found.not_key),
        unlisted=list(found.unlisted),
    )


@reads("/key-list-template", action="public.read", media_type=XLSX)
async def get_key_list_template() -> Response[bytes]:
    """The empty template as xlsx."""
    headers = {"content-disposition": 'attachment; filename="key-list.xlsx"'}
    return Response(fill_template(LAYOUT), media_type=XLSX, headers=headers)


def _out(row: KeyList) -> KeyListOut:
    return show(row, KeyListOut)


def _listed(one: Listed) -> ListedOut:
    return show(one, ListedOut)


routes = [
    list_key_lists,
    list_key_list_entries,
    keep_key_list_rows,
    keep_key_list_file,
    publish_key_list_notice,
    compare_key_list,
    get_key_list_template,
]
