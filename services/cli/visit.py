"""`shuangsui visit`: records of visits, their review."""

from pathlib import Path
from typing import Annotated, Any, cast
from uuid import UUID

import typer

from policies.checklist import GROUPS, ITEMS
from policies.visits import RESULTS
from services.cli.files import read_json
from services.cli.output import Json, emit, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.record_other_visit import TYPES, record_other_visit
from services.usecases.record_visit import record_visit
from services.usecases.review_visit import list_visits, read_visit, review_visit
from services.visit_forms import read_form
from tenants.records import VisitType

app = typer.Typer(no_args_is_help=True)
VisitId = Annotated[UUID, typer.Argument(help="记录编号 · id of the record", metavar="ID")]
Form = Annotated[Path, typer.Argument(help="检查记录 JSON（见 visit form）", metavar="FORM")]
SITE_POINT = {"lon": "", "lat": "", "accuracy": 10, "at": ""}


@app.command()
@guarded
def form(as_json: Json = False) -> None:
    """空白检查记录：填好后交给 visit record；逐项作答，没有默认答案 · a blank form, no default answers.

    例 / example: shuangsui visit form > 记录.json
    """
    items = {item.id: f"{GROUPS[item.group][0]}·{item.zh}" for item in ITEMS}
    blank = {
        "started_at": "2026-01-06T09:00:00+08:00",
        "ended_at": "2026-01-06T10:30:00+08:00",
        "present": ["执法证号", "执法证号"],
        "answers": {i: {"answer": "", "words": ""} for i in items},
        "result": "",
        "narrative": "",
        "orders": [],
        "fix": SITE_POINT,
        "place_reason": "",
        "method": "onsite",
        "help": {
            "answers": "fine 正常 / fault 有问题（words 写明）/ not_applicable 不涉及",
            "items": items,
            "result": {key: words[0] for key, words in RESULTS.items()},
            "orders": '每个问题项一条：{"item": …, "measures": 整改要求, "due": "YYYY-MM-DD"}',
        },
    }
    emit(blank)


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
    draw_no, _, slot = task.partition("/")
    if not (draw_no.isdecimal() and slot.isdecimal()):
        raise typer.BadParameter("任务写作 1/17 / a task such as 1/17")
    given = read_form(read_json(file))
    done = in_work(home, bureau, who, lambda work: record_visit(work, int(draw_no), int(slot), given))
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
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """非随机的检查（专项、案件、后督察、信访、回访）：不计入比例，计入频次 · visits no draw chose.

    例 / example: shuangsui visit other DJ411721000001 complaint 记录.json -b 411721
    --as demo-411721-inspector-01
    """
    given = read_form(read_json(file))
    visit_type = cast(VisitType, kind)
    done = in_work(home, bureau, who, lambda work: record_other_visit(work, site, visit_type, given))
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
            "started_at": v.started_at.isoformat(),
            "result": v.result_code,
            "state": v.state,
            "upload_due": str(v.upload_due),
            "publish_due": str(v.publish_due),
        }
        for v in found
    ]
    columns = ["visit_id", "site", "started_at", "result", "state", "upload_due"]
    show(data, as_json, lambda: rows(columns, [[one[c] for c in columns] for one in data]))


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
