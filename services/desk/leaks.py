"""Leak cases at the desk: report, papers, trace, proposal, decision, measures, closing."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.secrecy.leak import CHANNELS, FINDINGS, LINKED, OWN, STATES, Measure
from services.desk.forms import day_of
from services.leaks.handed import lines_of
from services.usecases.close_leak import close_leak, note_measure
from services.usecases.decide_leak import decide_leak, send_leak_back
from services.usecases.propose_leak import propose_leak
from services.usecases.report_leak import LeakReport, report_leak
from services.usecases.show_leak import leak_cases, sanctions_of, show_leak
from services.usecases.trace_leak import trace_leak, trace_list
from services.views.desk import here
from services.views.people import people_of
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
WORDS: dict[str, Any] = {"channels": CHANNELS, "states": STATES, "findings": FINDINGS}


@dataclass
class ReportForm:
    """What was handed in; the list pasted or as a file."""

    draw_no: str = ""
    channel: str = ""
    seen_on: str = ""
    slots: str = ""
    words: str = ""
    lines: str = ""
    roster: str = ""
    file: UploadFile | None = None


@get("/desk/leaks", action="leak.handle")
async def listing(request: AnyRequest, work: InWork) -> Template:
    """Cases, newest first; no paper is opened."""
    found = await leak_cases(work)
    people = await people_of(work, work.scope.bureau)
    return page(request, "desk/leaks.html", here=await here(work), cases=found, people=people, **WORDS)


@get("/desk/leaks/report", action="leak.report")
async def form(request: AnyRequest, work: InWork) -> Template:
    """The form of a report, for everybody who works here."""
    return await _form(request, work, ReportForm())


@post("/desk/leaks/report", action="leak.report", status_code=200)
async def report(request: AnyRequest, work: InWork, data: MultipartBody[ReportForm]) -> Template:
    """Seals the report; what was typed comes back when something is missing."""
    try:
        body, lines = await lines_of(data.lines, data.file)
        draw_no, slots = _number(data.draw_no, "draw_no"), tuple(_numbers(data.slots))
        seen = day_of({"seen_on": data.seen_on}, "seen_on", "发现日期")
        case = await report_leak(
            work, LeakReport(draw_no, data.channel, seen, data.words, slots, lines, body)
        )
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _form(request, work, data, status=422, problem=problem.as_dict(language(request)))
    return await _form(request, work, ReportForm(), made=case)


@get("/desk/leaks/trace", action="leak.handle")
async def trace_form(request: AnyRequest, work: InWork) -> Template:
    """The form to trace a list without a case."""
    return await _trace(request, work, ReportForm())


@post("/desk/leaks/trace", action="leak.handle", status_code=200)
async def trace_any(request: AnyRequest, work: InWork, data: MultipartBody[ReportForm]) -> Template:
    """Ranks the copies a list may come from."""
    try:
        _, lines = await lines_of(data.lines, data.file)
        draw_no = 0 if data.roster else _number(data.draw_no, "draw_no")
        made = await trace_list(work, lines, draw_no=draw_no, roster=data.roster)
    except Problem as problem:
        if problem.kind != "invalid":
            raise
        return await _trace(request, work, data, status=422, problem=problem.as_dict(language(request)))
    return await _trace(request, work, data, made=made.as_dict())


@get("/desk/leaks/{n:int}", action="leak.handle")
async def one(request: AnyRequest, work: InWork, n: FromPath[int]) -> Template:
    """A case with its papers; every opening is journalled."""
    return page(
        request,
        "desk/leak.html",
        here=await here(work),
        shown=await show_leak(work, n),
        people=await people_of(work, work.scope.bureau),
        sanctions=await sanctions_of(work),
        linked=LINKED,
        own=OWN,
        **WORDS,
    )


@post("/desk/leaks/{n:int}/trace", action="leak.handle", status_code=303)
async def trace(work: InWork, n: FromPath[int]) -> Redirect:
    """Traces the list of the case."""
    await trace_leak(work, n)
    return _to(n)


@post("/desk/leaks/{n:int}/proposal", action="leak.handle", status_code=303)
async def propose(work: InWork, n: FromPath[int], data: Form) -> Redirect:
    """Proposes a finding with measures; a measure is ticked as `m-<kind>`, its words are in `w-<kind>`."""
    measures = [
        Measure(kind, data.get(f"w-{kind}", ""), _some(data.get(f"r-{kind}", "")))
        for name in data
        if name.startswith("m-") and (kind := name.removeprefix("m-"))
    ]
    await propose_leak(work, n, data.get("finding", ""), data.get("words", ""), measures)
    return _to(n)


@post("/desk/leaks/{n:int}/decision", action="leak.decide", status_code=303)
async def decide(work: InWork, n: FromPath[int], data: Form) -> Redirect:
    """Approves the proposal that was read, or sends it back."""
    number = _number(data.get("proposal", ""), "proposal")
    await (send_leak_back if data.get("act") == "back" else decide_leak)(work, n, number)
    return _to(n)


@post("/desk/leaks/{n:int}/measures", action="leak.handle", status_code=303)
async def measure(work: InWork, n: FromPath[int], data: Form) -> Redirect:
    """Notes that a measure is carried out."""
    await note_measure(work, n, _number(data.get("k", ""), "k"), _some(data.get("ref", "")))
    return _to(n)


@post("/desk/leaks/{n:int}/closing", action="leak.handle", status_code=303)
async def close(work: InWork, n: FromPath[int]) -> Redirect:
    """Closes the case."""
    await close_leak(work, n)
    return _to(n)


async def _form(
    request: AnyRequest, work: Work, data: ReportForm, *, status: int = 200, **found: Any
) -> Template:
    told = {"form": data, "problem": None, "made": None, "today": work.today} | found
    return page(request, "desk/leak_report.html", status=status, here=await here(work), **WORDS, **told)


async def _trace(
    request: AnyRequest, work: Work, data: ReportForm, *, status: int = 200, **found: Any
) -> Template:
    told = {"form": data, "problem": None, "made": None} | found
    return page(request, "desk/leak_trace.html", status=status, here=await here(work), **told)


def _number(words: str, name: str) -> int:
    if not (words.isascii() and words.isdigit() and 0 < len(words) < 10):
        raise BadRequest(words[:40], wanted=f"{name}: 1")
    return int(words)


def _some(words: str) -> int | None:
    return _number(words, "ref") if words.strip() else None


def _numbers(words: str) -> list[int]:
    return [_number(piece, "slots") for piece in words.replace("，", ",").replace(",", " ").split()]


def _to(n: int) -> Redirect:
    return Redirect(f"/desk/leaks/{n}", status_code=303)


routes = [listing, form, report, trace_form, trace_any, one, trace, propose, decide, measure, close]
