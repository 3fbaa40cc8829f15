"""Choosing a rule: the form, its preview, and the second person's approval."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.rulebook.law_entries import FACTORS
from policies.terms import Mark
from services.desk.forms import day_of, some_day, words_of
from services.ruling.rule_choice_errors import FieldMissing
from services.ruling.rule_proposals import Proposal
from services.ruling.ruleset import rules_for
from services.usecases.approve_rule import approve_rule
from services.usecases.preview_rule import Preview, preview_row, preview_rule
from services.usecases.propose_rule import propose_rule
from services.usecases.withdraw_rule import withdraw_rule
from services.views.choices import (
    PreviewFace,
    choice_face,
    factor_names,
    fixed_options,
    key_options,
    preview_face,
)
from services.views.desk import here
from services.views.people import people_of
from services.views.revocations import revoking_face
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
MARKS = tuple(mark.value for mark in Mark if mark is not Mark.QUOTED)
_LONGEST = 4000
_WORDS = ("text", "clause", "quote", "item", "subject", "note")


@get("/desk/rules/propose", action="rules.choose", read_only=True)
async def form(request: AnyRequest, work: InWork, key: FromQuery[str] = "") -> Template:
    """The empty form, or one filled with the value in force of a key."""
    options = {one.key: one for one in key_options(await rules_for(work, work.scope.bureau))}
    filled = {"key": key, "value": options[key].text} if key in options else {}
    return await _form(request, work, filled)


@post("/desk/rules/propose", action="rules.choose", status_code=200)
async def take(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Previews the choice, or proposes it; what is refused comes back in the form with the reason."""
    if data.get("act") == "propose":
        try:
            kept = await propose_rule(work, proposal_of(data))
        except Problem as problem:
            return await _refused(request, work, data, problem)
        return Redirect(f"/desk/rules/choices/{kept.row.id}", status_code=303)
    try:
        tried = await preview_rule(work, proposal_of(data))
    except Problem as problem:
        return await _refused(request, work, data, problem)
    return await _form(request, work, data, preview=preview_face(tried.tried, tried.effects))


@get("/desk/rules/choices/{choice:uuid}", action="plan.read", noting=True)
async def one(request: AnyRequest, work: InWork, choice: FromPath[UUID]) -> Template:
    """A choice with its basis and factors; while open, what it would change as of today."""
    bureau = work.scope.bureau
    work.require("plan.read", bureau=bureau)
    row = await choices.get(work.db, work.scope, bureau, choice)
    preview, problem = await _tried(request, work, row)
    people = await people_of(work, bureau)
    return page(
        request,
        "desk/rule_choice.html",
        here=await here(work),
        choice=choice_face(row, people),
        revoking=await revoking_face(work, [row], people),
        factors=factor_names(await rules_for(work, bureau)),
        preview=preview_face(preview.tried, preview.effects) if preview else None,
        problem=problem,
        mine=row.proposed_by == work.principal.subject,
    )


@post("/desk/rules/choices/{choice:uuid}/approve", action="rules.approve", status_code=303)
async def approve(work: InWork, choice: FromPath[UUID]) -> Redirect:
    """Puts a choice into force; the hash of the rules enters the public log."""
    await approve_rule(work, choice)
    return Redirect(f"/desk/rules/choices/{choice}", status_code=303)


@post("/desk/rules/choices/{choice:uuid}/withdraw", action="rules.choose", status_code=303)
async def withdraw(work: InWork, choice: FromPath[UUID], data: Form) -> Redirect:
    """Takes a proposal back or turns it down, with its reason."""
    await withdraw_rule(work, choice, words_of(data, "why"))
    return Redirect(f"/desk/rules/choices/{choice}", status_code=303)


def proposal_of(data: dict[str, str]) -> Proposal:
    """The form as the use case takes it. Raises FieldMissing."""
    value = words_of(data, "value")
    if not value or len(value) > _LONGEST:
        raise FieldMissing(f"{len(value)} 字", field="数值", need=f"1 至 {_LONGEST} 字，写法见 docs/rules.md")
    factors = {name: words_of(data, f"factor-{name}")[:_LONGEST] for name in FACTORS}
    words = {name: words_of(data, name)[:_LONGEST] for name in _WORDS}
    return Proposal(
        key=words_of(data, "key"),
        value=value,
        effective=day_of(data, "effective", "生效日"),
        text=words["text"],
        clause=words["clause"],
        mark=words_of(data, "mark") or Mark.DEFAULT.value,
        checked_on=some_day(data, "checked_on", "核对日"),
        until=some_day(data, "until", "截止日"),
        quote=words["quote"],
        item=words["item"],
        subject=words["subject"],
        note=words["note"],
        factors=factors,
    )


async def _tried(
    request: AnyRequest, work: Work, row: RuleChoice
) -> tuple[Preview | None, dict[str, Any] | None]:
    """An open choice as of today, or why it fits no longer."""
    if row.state != "proposed":
        return None, None
    try:
        return await preview_row(work, row), None
    except Problem as problem:
        return None, problem.as_dict(language(request))


async def _refused(request: AnyRequest, work: Work, data: dict[str, str], problem: Problem) -> Template:
    if problem.kind not in ("invalid", "conflict", "missing"):
        raise problem
    return await _form(request, work, data, status=422, problem=problem.as_dict(language(request)))


async def _form(
    request: AnyRequest,
    work: Work,
    data: dict[str, str],
    *,
    status: int = 200,
    preview: PreviewFace | None = None,
    problem: dict[str, Any] | None = None,
) -> Template:
    rules = await rules_for(work, work.scope.bureau)
    return page(
        request,
        "desk/rule_propose.html",
        status=status,
        here=await here(work),
        options=key_options(rules),
        fixed=fixed_options(),
        factors=factor_names(rules),
        marks=MARKS,
        data=data,
        preview=preview,
        problem=problem,
    )


routes = [form, take, one, approve, withdraw]
