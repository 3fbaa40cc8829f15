"""A document of the bureau: its form, the preview of the whole, and the second person's one approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Missing, Problem
from policies.rulebook.law_keys import KEYS
from services.desk.forms import words_of
from services.ruling.rule_choice_errors import TextRefused
from services.ruling.ruleset import rules_for
from services.ruling.text_forms import read_assumed, read_text
from services.usecases.revoke_rule import approve_revocation, propose_revocation, withdraw_revocation
from services.usecases.state_text import (
    TextTried,
    approve_text,
    propose_text,
    text_rows,
    try_rows,
    try_text,
    withdraw_text,
)
from services.views.choices import ChoiceFace, PreviewFace, choice_face, preview_face
from services.views.desk import here
from services.views.onboarding import planned_year
from services.views.people import people_of
from services.views.revocations import RevokingFace, revoking_face
from services.views.rule_form import own_text, text_form
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import revocations

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
_PLACE = {key: place for place, key in enumerate(KEYS)}


@dataclass(frozen=True, slots=True)
class TextPage:
    """A document that was entered.

    Attributes:
        rows: its values. open: how many wait for approval. preview: what these would change together.
        published: day of publication as the bureau says, "" when it says none.
        mine: the reader proposed one of the open rows, so another person approves.
    """

    id: str
    name: str
    published: str
    rows: tuple[ChoiceFace, ...]
    open: int
    mine: bool
    preview: PreviewFace | None
    problem: Mapping[str, Any] | None
    revoking: RevokingFace


@get("/desk/rules/text", action="rules.choose", read_only=True)
async def form(request: AnyRequest, work: InWork, copy: FromQuery[bool] = False) -> Template:
    """The empty form; with `copy` filled with what the bureau's own text says today."""
    data: dict[str, str] = {}
    if copy:
        rules = await rules_for(work, work.scope.bureau)
        data = own_text(v for v in rules.own.values() if v.place[-1:] == (work.scope.bureau,))
    return await _form(request, work, data, {})


@post("/desk/rules/text", action="rules.choose", status_code=200)
async def take(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Previews the document as a whole, or proposes every row; a refused form comes back as it was typed."""
    document = uuid4().hex
    read = read_text(data, document)
    year, assumed = read_assumed(data, read.faults)
    if read.faults:
        return await _form(request, work, data, read.faults, status=422)
    try:
        if data.get("act") == "propose":
            kept = await propose_text(work, read.proposals)
            if kept.rows:
                return Redirect(f"/desk/rules/texts/{document}", status_code=303)
            return await _form(request, work, data, {}, tried=kept)
        first = max([planned_year(work), *(one.effective.year for one in read.proposals)])
        tried = await try_text(work, read.proposals, year or first, assumed)
    except TextRefused as refused:
        return await _form(request, work, data, refused.faults, status=422)
    return await _form(request, work, data, {}, tried=tried)


@get("/desk/rules/texts/{document:str}", action="plan.read", noting=True)
async def one(request: AnyRequest, work: InWork, document: FromPath[str]) -> Template:
    """A document with all its values; while open, what they would change together as of today."""
    typed = {name: str(words) for name, words in request.query_params.items()}
    data = await text_page(request, work, document, typed)
    return page(request, "desk/rule_text_kept.html", here=await here(work), data=data, typed=typed)


@post("/desk/rules/texts/{document:str}/approve", action="rules.approve", status_code=303)
async def approve(work: InWork, document: FromPath[str]) -> Redirect:
    """Puts every open row into force in one act; the hash of the rules enters the public log."""
    await approve_text(work, document)
    return _back(document)


@post("/desk/rules/texts/{document:str}/withdraw", action="rules.choose", status_code=303)
async def withdraw(work: InWork, document: FromPath[str], data: Form) -> Redirect:
    """Takes the open rows back, or turns them down, with the reason."""
    await withdraw_text(work, document, words_of(data, "why"))
    return _back(document)


@post("/desk/rules/texts/{document:str}/revoke", action="rules.choose", status_code=303)
async def revoke(work: InWork, document: FromPath[str], data: Form) -> Redirect:
    """Asks to revoke every approved row of the document whose day is still to come."""
    rows = await text_rows(work, document)
    coming = [row.id for row in rows if row.state == "approved" and row.effective > work.today]
    await propose_revocation(work, coming or [row.id for row in rows], words_of(data, "why"))
    return _back(document)


@post("/desk/rules/texts/{document:str}/revoke/approve", action="rules.approve", status_code=303)
async def approve_revoking(work: InWork, document: FromPath[str]) -> Redirect:
    """Another person revokes them."""
    await approve_revocation(work, await _asked(work, document))
    return _back(document)


@post("/desk/rules/texts/{document:str}/revoke/withdraw", action="rules.choose", status_code=303)
async def withdraw_revoking(work: InWork, document: FromPath[str], data: Form) -> Redirect:
    """The rows stay as approved."""
    await withdraw_revocation(work, await _asked(work, document), words_of(data, "why"))
    return _back(document)


async def text_page(request: AnyRequest, work: Work, document: str, typed: Mapping[str, str]) -> TextPage:
    """What the page shows, `typed`: numbers to plan with instead of the roster's.

    Raises:
        Missing: there is no such document, or it is another bureau's.
    """
    bureau, lang = work.scope.bureau, language(request)
    rows = sorted(await text_rows(work, document), key=lambda row: _PLACE.get(row.key, 0))
    open_ = [row for row in rows if row.state == "proposed"]
    preview, problem = None, None
    if open_:
        try:
            preview = await _open_preview(work, open_, typed)
        except Problem as refused:
            problem = refused.as_dict(lang)
    people = await people_of(work, bureau)
    basis = rows[0].basis
    return TextPage(
        document,
        str(basis.get("text", "")),
        str(basis.get("published", "")),
        tuple(choice_face(row, people) for row in rows),
        len(open_),
        any(row.proposed_by == work.principal.subject for row in open_),
        preview,
        problem,
        await revoking_face(work, rows, people),
    )


async def _open_preview(
    work: Work, rows: Sequence[RuleChoice], typed: Mapping[str, str]
) -> PreviewFace | None:
    faults: dict[str, Problem] = {}
    year, assumed = read_assumed(typed, faults)
    if faults:
        raise next(iter(faults.values()))
    first = max([planned_year(work), *(row.effective.year for row in rows)])
    return _face(await try_rows(work, rows, year or first, assumed))


async def _form(
    request: AnyRequest,
    work: Work,
    data: dict[str, str],
    faults: Mapping[str, Problem],
    *,
    status: int = 200,
    tried: TextTried | None = None,
) -> Template:
    rules = await rules_for(work, work.scope.bureau)
    return page(
        request,
        "desk/rule_text.html",
        status=status,
        here=await here(work),
        form=text_form(rules, data, faults, language(request)),
        data=data,
        preview=_face(tried) if tried else None,
        unchanged=tried is not None and not tried.rows,
        has_own=any(v.place[-1:] == (work.scope.bureau,) for v in rules.own.values()),
    )


def _face(tried: TextTried) -> PreviewFace | None:
    return preview_face(tried.tried, tried.effects) if tried.tried else None


async def _asked(work: Work, document: str) -> list[UUID]:
    ids = {row.id for row in await text_rows(work, document)}
    kept = await revocations.all_of(work.db, work.scope, work.scope.bureau)
    found = [one.id for one in kept if one.choice in ids and one.state == "proposed"]
    if not found:
        raise Missing(document, what="撤销提议")
    return found


def _back(document: str) -> Redirect:
    return Redirect(f"/desk/rules/texts/{document}", status_code=303)


routes = [form, take, one, approve, withdraw, revoke, approve_revoking, withdraw_revoking]
