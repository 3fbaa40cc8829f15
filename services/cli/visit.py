"""`shuangsui visit`: records of visits, their review."""

from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import typer

from policies.visiting.checklist import Checklist
from policies.visiting.visits import RESULTS
from services.cli import task_along, visit_follow, visit_request
from services.cli.files import read_json
from services.cli.output import Json, emit, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.cli.visit_form import blank_form
from services.cli.words import VISIT_STATES, word
from services.clock import CHINA
from services.usecases.my_tasks import MyTask, my_task
from services.usecases.record_other_visit import record_other_visit
from services.usecases.record_visit import record_visit
from services.usecases.review_visit import list_visits, read_visit, review_visit
from services.visiting.approval import Backing
from services.visiting.kinds import TYPES
from services.visiting.task_form import form_of_draw
from services.visiting.visit_forms import read_form
from services.work import Work
from tenants.records import VisitType

app = typer.Typer(no_args_is_help=True)
VisitId = Annotated[UUID, typer.Argument(help="记录编号 · id of the record", metavar="ID")]
Form = Annotated[Path, typer.Argument(help="检查记录 JSON（见 visit form）", metavar="FORM")]


@app.command()
@guarded
def form(
    task: Annotated[str, typer.Argument(help="任务：抽取编号/序号，如 1/17", metavar="[TASK]")] = "",
    bureau: Annotated[str, typer.Option("--bureau", "-b", help="单位代码 · bureau code")] = "",
    who: Annotated[str, typer.Option("--as", help="登录标识 · subject", envvar="SHUANGSUI_AS")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """检查记录的空表，填好后交给 visit record；写明任务的，带出检查组、日期和对象坐标 · a blank form.

    逐项作答，没有默认答案 · no default answers.

    例 / example: shuangsui visit form 1/17 -b 411721 --as demo-411721-inspector-01 > 记录.json
    """
    if not task:
        emit(blank_form())
        return
    draw_no, slot = _task(task)
    if not (bureau and who):
        raise typer.BadParameter("写明任务的，须有 --bureau 和 --as / a task needs --bureau and --as")

    async def read(work: Work) -> tuple[MyTask, Checklist]:
        mine = await my_task(work, draw_no, slot)
        return mine, (await form_of_draw(work, draw_no)).checklist

    emit(blank_form(*in_work(home, bureau, who, read)))


@app.command()
@guarded
def record(
    task: Annotated[str, typer.Argument(help="任务：抽取编号/序号，如 1/17", metavar="TASK")],
    file: Form,
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提交并封存检查记录 · submit and seal the record of a drawn visit.

    例 / example: shuangsui visit record 1/17 记录.json -b 411721 --as demo-411721-inspector-01
    """
    draw_no, slot = _task(task)
    given = read_form(read_json(file))
    done = in_work(home, bureau, who, lambda work: record_visit(work, draw_no, slot, given))
    show(done.as_dict(), as_json)


@app.command()
@guarded
def other(
    site: Annotated[str, typer.Argument(help="污染源编码 · site code", metavar="SITE")],
    kind: Annotated[
        str, typer.Argument(help=" / ".join(f"{k} {v[0]}" for k, v in TYPES.items()), metavar="TYPE")
    ],
    file: Form,
    bureau: Bureau,
    who: As,
    request: Annotated[UUID | None, typer.Option(help="检查申请编号 · the approved request")] = None,
    urgent: Annotated[str, typer.Option(help="来不及事先报批的原因 · why it could not wait")] = "",
    matter: Annotated[str, typer.Option(help="紧急检查的事由 · why it was made")] = "",
    source: Annotated[str, typer.Option(help="线索编号 · number of the case")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """非随机的检查（专项、案件、后督察、信访、回访）：不计入比例，计入频次 · visits no draw chose.

    例 / example: shuangsui visit other DJ411721000001 complaint 记录.json -b 411721
    --request 7c1e5a52-… --as demo-411721-inspector-01
    """
    given = read_form(read_json(file))
    backing = Backing(request, urgent, matter, source)
    visit_type = cast(VisitType, kind)
    done = in_work(home, bureau, who, lambda work: record_other_visit(work, site, visit_type, given, backing))
    show(done.as_dict(), as_json)


@app.command("list")
@guarded
def list_(
    bureau: Bureau,
    who: As,
    period: Annotated[str, typer.Option(help="周期 · e.g. 2026Q1")],
    state: Annotated[str | None, typer.Option(help="recorded、returned 或 accepted")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """一个季度的检查记录 · records of a quarter.

    例 / example: shuangsui visit list -b 411721 --as demo-411721-reviewer --period 2026Q1 --state recorded
    """
    found = in_work(home, bureau, who, lambda work: list_visits(work, period, state))
    data: list[dict[str, Any]] = [
        {
            "visit_id": str(v.id),
            "site": v.form["site"]["name"],
            "started_at": v.started_at.astimezone(CHINA).isoformat(timespec="minutes"),
            "result": v.result_code,
            "state": v.state,
            "upload_due": str(v.upload_due),
            "publish_due": str(v.publish_due),
        }
        for v in found
    ]
    lines = [[one[c] for c in ("visit_id", "site")] + _told(one) + [one["upload_due"]] for one in data]
    show(data, as_json, lambda: rows(["记录编号", "污染源", "到达", "结果", "状态", "上传期限"], lines))


@app.command("show")
@guarded
def show_(visit_id: VisitId, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """一份检查记录 · one record.

    例 / example: shuangsui visit show ID -b 411721 --as demo-411721-reviewer --json
    """
    show(in_work(home, bureau, who, lambda work: read_visit(work, visit_id)).as_dict(), as_json)


@app.command()
@guarded
def accept(
    visit_id: VisitId,
    bureau: Bureau,
    who: As,
    note: Annotated[str, typer.Option(help="审核意见 · note")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """审核通过；审核人不能是记录人 · accept, by another person than the recorder.

    例 / example: shuangsui visit accept ID -b 411721 --as demo-411721-reviewer
    """
    done = in_work(home, bureau, who, lambda work: review_visit(work, visit_id, accept=True, note=note))
    show(done.as_dict(), as_json)


@app.command("return")
@guarded
def return_(
    visit_id: VisitId,
    bureau: Bureau,
    who: As,
    note: Annotated[str, typer.Option(help="退回理由 · why")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """退回重填；原记录保留 · return it; the team records anew, the old record stays.

    例 / example: shuangsui visit return ID -b 411721 --as demo-411721-reviewer --note 排口编号有误
    """
    done = in_work(home, bureau, who, lambda work: review_visit(work, visit_id, accept=False, note=note))
    show(done.as_dict(), as_json)


task_along.add_to_visit(app)
visit_follow.add_to_visit(app)
visit_request.add_to_visit(app)


def _task(text: str) -> tuple[int, int]:
    draw_no, _, slot = text.partition("/")
    if not (draw_no.isdecimal() and slot.isdecimal()):
        raise typer.BadParameter("任务写作 1/17 / a task such as 1/17")
    return int(draw_no), int(slot)


def _told(one: dict[str, Any]) -> list[str]:
    results = {code: words[0] for code, words in RESULTS.items()}
    at = str(one["started_at"])[:16].replace("T", " ")
    return [at, word(results, one["result"]), word(VISIT_STATES, one["state"])]
