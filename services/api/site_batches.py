"""One field of many sites changed as one batch: shown first, then taken exactly as shown."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.roster.batch import Batch, BatchChange
from services.api.contract import acts
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Out, Reason, Words, show
from services.usecases.change_sites import change_sites, preview_batch

Text = Annotated[str, Meta(max_length=300, pattern=NO_NUL)]
Code = Annotated[str, Meta(min_length=1, max_length=40, pattern=NO_NUL)]
Codes = Annotated[list[Code], Meta(min_length=1, max_length=2000)]
Marks = Annotated[dict[Code, Words], Meta(min_length=1, max_length=2000)]


class Wish(Body):
    """`field`: status, key, special, authority, basin. `value`: a status, yes or no of a class, else a text.

    `basis`: what shows that a site is key or special, or the document a change of status rests on. `case`:
    the criterion a special site meets. `dated`: date of the document, with which it is kept as evidence of
    the sites made special; of a change of status the history says both.
    """

    field: Text
    value: Text
    why: Reason
    basis: Text = ""
    case: Text = ""
    dated: Text = ""


class BatchAsked(Wish, kw_only=True):
    """The sites to look at."""

    codes: Codes


class BatchOrder(Wish, kw_only=True):
    """`rows`: code → mark of every site to change, as the preview answered."""

    rows: Marks


class BatchPreview(Out):
    """`rows`: code → mark of the sites that would change; `same`: those that stand so already.

    `refused`: code → why; "listed" = the superior's key list in force names the site.
    """

    rows: dict[str, str]
    same: list[str]
    refused: dict[str, str]


class BatchOut(Out):
    """`batch` is undone as an import is: `POST …/imports/{batch}/undo`."""

    batch: UUID
    changed: int


@acts("/bureaus/{bureau:str}/site-batches/preview", action="site.import", status_code=200)
async def preview_site_batch(
    once: InOnce, bureau: Bureau, data: JSONBody[BatchAsked]
) -> Response[BatchPreview]:
    """What a change of one field would do to these sites; nothing is kept, unknown codes are left out."""
    return await once.run(lambda work: preview_batch(work, data.codes, _change(data)), _shown)


@acts("/bureaus/{bureau:str}/site-batches", action="site.import")
async def take_site_batch(once: InOnce, bureau: Bureau, data: JSONBody[BatchOrder]) -> Response[BatchOut]:
    """Change the sites as shown; refused as a whole when one of them was changed since."""
    return await once.run(
        lambda work: change_sites(work, data.rows, _change(data)), lambda done: show(done, BatchOut)
    )


def _change(data: Wish) -> BatchChange:
    return BatchChange(data.field, data.value, data.why, data.basis, data.case, data.dated)


def _shown(plan: Batch) -> BatchPreview:
    return BatchPreview(
        rows=plan.marks,
        same=[one.code for one in plan.same],
        refused={one.site.code: one.why for one in plan.refused},
    )


routes = [preview_site_batch, take_site_batch]
