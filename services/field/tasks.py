"""My tasks, and the form of one visit."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.visiting.visits import RESULTS
from services.usecases.arrive import arrival_noted
from services.usecases.declare import declare_own_absence, declare_own_recusal
from services.usecases.my_tasks import OPEN, MyTask, my_tasks
from services.usecases.record_visit import record_visit
from services.views.desk import here
from services.views.record_form import form_of, given_of
from services.visiting.task_form import form_of_draw
from services.visiting.visit_errors import AlreadyRecorded, NotYours, RecordedElsewhere
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]


@get("/field", action="task.read_own")
async def mine(request: AnyRequest, work: InWork) -> Template:
    """Visits dispatched to the person, soonest first; recorded ones below."""
    found = await my_tasks(work, every=True)
    open_ = tuple(t for t in found if t.state in OPEN)
    done = tuple(t for t in found if t.state not in OPEN)
    return page(request, "field/tasks.html", here=await here(work), open=open_, done=done, today=work.today)


@get("/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}", action="task.read_own")
async def one(
    request: AnyRequest, work: InWork, bureau: FromPath[str], draw_no: FromPath[int], slot: FromPath[int]
) -> Template:
    """The form of one visit, nothing filled in but what the reviewer sent back; once recorded, its state."""
    task = await _task(work, bureau, draw_no, slot)
    if task.state not in OPEN:
        return page(request, "field/closed.html", here=await here(work), task=task)
    given = given_of(task.returned.form) if task.returned else {}
    return await _page(request, work, task, given=given)


@post("/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}", action="visit.record", status_code=303)
async def record(
    request: AnyRequest,
    work: InWork,
    bureau: FromPath[str],
    draw_no: FromPath[int],
    slot: FromPath[int],
    data: Form,
) -> Template | Redirect:
    """Keeps the record; what is refused comes back with everything that was typed."""
    task = await _task(work, bureau, draw_no, slot)
    lang = language(request)
    try:
        await record_visit(work, draw_no, slot, form_of(data))
    except Problem as problem:
        # these two are raised before anything is written; any other conflict must undo the transaction
        taken = isinstance(problem, AlreadyRecorded | RecordedElsewhere)
        if problem.kind != "invalid" and not taken:
            raise
        status = 409 if taken else 422
        return await _page(request, work, task, status=status, given=data, problem=problem.as_dict(lang))
    return Redirect("/field", status_code=303)


@post(
    "/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}/declaration", action="task.declare", status_code=303
)
async def declare(
    work: InWork, bureau: FromPath[str], draw_no: FromPath[int], slot: FromPath[int], data: Form
) -> Redirect:
    """The officer cannot come today, or must not go on this visit; a substitution is proposed by others."""
    await _task(work, bureau, draw_no, slot)
    await (
        declare_own_absence(work)
        if data.get("kind") == "absence"
        else declare_own_recusal(work, draw_no, slot)
    )
    return Redirect("/field", status_code=303)


async def _task(work: Work, bureau: str, draw_no: int, slot: int) -> MyTask:
    for task in await my_tasks(work, every=True):
        if (task.bureau, task.draw_no, task.slot) == (bureau, draw_no, slot):
            return task
    raise NotYours(f"{draw_no}/{slot}")


async def _page(
    request: AnyRequest, work: Work, task: MyTask, *, status: int = 200, **found: Any
) -> Template:
    context = {"given": {}, "problem": None} | found
    return page(
        request,
        "field/record.html",
        status=status,
        here=await here(work),
        task=task,
        arrival=await arrival_noted(work, task.draw_no, task.slot),
        form=await form_of_draw(work, task.draw_no),
        results=RESULTS,
        **context,
    )


routes = [mine, one, record, declare]
