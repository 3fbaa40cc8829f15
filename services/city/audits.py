"""Audits of bureaus below: open, draw the sample, note verdicts and findings, send the letter, follow up."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.figures import DUTY
from services.auditing.forms import WORDS, day_in, number_in, text_in
from services.ruling.ruleset import rules_for
from services.usecases.check_record import Verdict, check_record
from services.usecases.draw_audit import draw_audit
from services.usecases.find_audit import NewFinding, add_finding, drop_finding
from services.usecases.open_audit import AuditOrder, open_audit
from services.usecases.send_audit import propose_letter, return_letter, send_letter
from services.usecases.settle_audit import settle_finding
from services.usecases.show_audit import audits_of, findings_of, read_audit
from services.views.audits import clock_of, districts_of, periods_to_audit
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.stores import audits

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
Act = Callable[[], Awaitable[object]]
HOME = "/city/audits"


@get(HOME, action="audit.read")
async def listing(request: AnyRequest, work: InWork) -> Template:
    """Every audit of the bureau acted for, and the form for the next one."""
    return await _list(request, work)


@post(HOME, action="audit.open", status_code=200)
async def add(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Open an audit: the frame of its sample is fixed at once."""
    try:
        order = AuditOrder(
            text_in(data, "district"),
            text_in(data, "period"),
            number_in(data, "size"),
            text_in(data, "beacon"),
        )
        made = await open_audit(work, order)
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _list(request, work, status=422, problem=problem.as_dict(language(request)))
    return Redirect(f"{HOME}/{made.id}", status_code=303)


@get(f"{HOME}/{{audit:uuid}}", action="audit.read")
async def one(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Template:
    """One audit, whole."""
    return await _page(request, work, audit)


@get(f"{HOME}/{{audit:uuid}}/letter", action="audit.read")
async def letter(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Template:
    """The letter as it is sent, to be printed."""
    file = await read_audit(work, audit)
    return page(request, "city/letter.html", here=await here(work), file=file, **WORDS)


@post(f"{HOME}/{{audit:uuid}}/draw", action="audit.draw", status_code=200)
async def draw(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """The beacon is entered and the sample drawn."""
    told = text_in(data, "beacon").replace(" ", "")

    async def act() -> object:
        case = await audits.get(work.control, work.scope, work.scope.bureau, audit)
        name = "signature" if case.rule["kind"] == "drand" else "digits"
        return await draw_audit(work, audit, {name: told})

    return await _after(request, work, audit, act)


@post(f"{HOME}/{{audit:uuid}}/checks", action="audit.check", status_code=200)
async def check(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """The verdict on one record."""
    said = Verdict(
        text_in(data, "method"), text_in(data, "verdict"), text_in(data, "words"), data.get("read")
    )
    return await _after(request, work, audit, lambda: check_record(work, audit, number_in(data, "k"), said))


@post(f"{HOME}/{{audit:uuid}}/findings", action="audit.find", status_code=200)
async def find(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """A finding is noted, or with `drop` one is dropped again."""

    async def act() -> object:
        if data.get("drop"):
            await drop_finding(work, audit, number_in(data, "drop"), text_in(data, "why"))
            return None
        rests = number_in(data, "check") if text_in(data, "check") else None
        return await add_finding(work, audit, NewFinding(text_in(data, "kind"), text_in(data, "text"), rests))

    return await _after(request, work, audit, act)


@post(f"{HOME}/{{audit:uuid}}/letter", action="audit.propose", status_code=200)
async def propose(
    request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form
) -> Template | Redirect:
    """The letter is drafted."""

    async def act() -> object:
        return await propose_letter(work, audit, text_in(data, "letter"), day_in(data, "answer_by"))

    return await _after(request, work, audit, act)


@post(f"{HOME}/{{audit:uuid}}/return", action="audit.return", status_code=200)
async def back(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """The draft goes back, with why."""
    return await _after(request, work, audit, lambda: return_letter(work, audit, text_in(data, "why")))


@post(f"{HOME}/{{audit:uuid}}/send", action="audit.approve", status_code=200)
async def send(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """The letter that was read is approved and sent."""
    digest = text_in(data, "digest") or "—"
    return await _after(request, work, audit, lambda: send_letter(work, audit, digest))


@post(f"{HOME}/{{audit:uuid}}/settle", action="audit.settle", status_code=200)
async def settle(request: AnyRequest, work: InWork, audit: FromPath[UUID], data: Form) -> Template | Redirect:
    """A finding is settled, or its answer goes back."""
    accept, words = data.get("act") == "settle", text_in(data, "words")

    async def act() -> object:
        return await settle_finding(work, audit, number_in(data, "n"), accept=accept, words=words)

    return await _after(request, work, audit, act)


async def _after(request: AnyRequest, work: Work, audit: UUID, act: Act) -> Template | Redirect:
    """Back to the audit; a refusal that came before anything was written is said there."""
    try:
        await act()
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _page(request, work, audit, status=422, problem=problem.as_dict(language(request)))
    return Redirect(f"{HOME}/{audit}", status_code=303)


async def _list(request: AnyRequest, work: Work, *, status: int = 200, problem: Any = None) -> Template:
    cases, found = await audits_of(work), await findings_of(work)
    return page(
        request,
        "city/audits.html",
        status=status,
        here=await here(work),
        clocks=[clock_of(one, found, work.today) for one in cases],
        districts=await districts_of(work),
        periods=periods_to_audit(work.today),
        duty=(await rules_for(work, work.scope.bureau)).get(DUTY),
        problem=problem,
        **WORDS,
    )


async def _page(
    request: AnyRequest, work: Work, audit: UUID, *, status: int = 200, problem: Any = None
) -> Template:
    file = await read_audit(work, audit)
    return page(
        request,
        "city/audit.html",
        status=status,
        here=await here(work),
        file=file,
        clock=clock_of(file.case, file.findings, work.today),
        me=work.principal.subject,
        today=work.today,
        problem=problem,
        **WORDS,
    )


routes = [listing, add, one, letter, draw, check, find, propose, back, send, settle]
