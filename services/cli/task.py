"""`shuangsui task`: dispatch, joint visits, one's own visits."""

from datetime import datetime
from typing import Annotated, Any

import typer

from services.cli import draw_change, task_along, task_release
from services.cli.output import Json, console, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.cli.words import TASK_STATES, word
from services.usecases.dispatch_tasks import AHEAD, dispatch_board, dispatch_tasks
from services.usecases.merge_overlay import merge_overlay
from services.usecases.my_tasks import my_tasks
from services.work import Work

app = typer.Typer(no_args_is_help=True)
DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]
Days = Annotated[
    list[datetime] | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="指定检查日：本期的工作日，可多次"),
]
Ahead = Annotated[int, typer.Option(help="提前几个工作日让检查组看到 · working days ahead", min=0, max=AHEAD)]


@app.command()
@guarded
def dispatch(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    day: Days = None,
    ahead: Ahead = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """把抽中的检查派给各组，分到工作日；派单人不能是抽取人 · dispatch, by another hand than the drawer's.

    例 / example: shuangsui task dispatch 1 -b 411721 --as demo-411721-dispatcher
    """
    days = [one.date() for one in day or ()]
    done = in_work(home, bureau, who, lambda work: dispatch_tasks(work, draw_no, days=days, ahead=ahead))
    lines = [[p.visit_on, p.slot, "、".join(p.certificates), "联合" if p.joint else ""] for p in done.placed]
    show(done.as_dict(), as_json, lambda: _dispatched(lines, done.before))


@app.command()
@guarded
def board(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """派发进度：日期、检查组、状态，不含企业名称 · days, teams and states, no names.

    例 / example: shuangsui task board 1 -b 411721 --as demo-411721-dispatcher
    """

    async def act(work: Work) -> list[dict[str, Any]]:
        return [
            {
                "slot": task.slot,
                "state": task.state,
                "visit_on": task.visit_on,
                "team": [a.certificate for a in team if a.until_day is None],
            }
            for task, team in await dispatch_board(work, draw_no)
        ]

    found = in_work(home, bureau, who, act)
    lines = [
        [one["slot"], one["visit_on"], word(TASK_STATES, one["state"]), "、".join(one["team"])]
        for one in found
    ]
    show(found, as_json, lambda: rows(["序号", "日期", "状态", "检查组"], lines))


@app.command()
@guarded
def merge(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    district: Annotated[str, typer.Option(help="属地单位代码 · bureau of the roster")],
    district_draw: Annotated[int, typer.Option(help="属地的抽取编号 · its draw number", min=1)],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """市级稽查与属地都抽中的合并为联合检查 · sites drawn by both become joint visits.

    例 / example: shuangsui task merge 1 -b 150200 --as demo-150200-dispatcher --district 150203
    --district-draw 1
    """
    done = in_work(home, bureau, who, lambda work: merge_overlay(work, draw_no, district, district_draw))
    show(done.as_dict(), as_json)


@app.command()
@guarded
def mine(
    bureau: Bureau,
    who: As,
    every: Annotated[bool, typer.Option("--all", help="含已填写记录的 · recorded ones too")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """本人已到日期的检查任务（查看留痕） · one's own visits whose day has come; the read is journalled.

    例 / example: shuangsui task mine -b 411721 --as demo-411721-inspector-01 --json
    """
    found = in_work(home, bureau, who, lambda work: my_tasks(work, every=every))
    lines = [[t.visit_on, f"{t.draw_no}/{t.slot}", t.site["name"], word(TASK_STATES, t.state)] for t in found]
    show([t.as_dict() for t in found], as_json, lambda: rows(["日期", "任务", "污染源", "状态"], lines))


task_release.add_to_task(app)
draw_change.add_to_task(app)
task_along.add_to_task(app)


def _dispatched(lines: list[list[Any]], before: int) -> None:
    if lines:
        rows(["日期", "序号", "检查组", ""], lines)
    console().print(f"本次派发 {len(lines)}，此前已派发 {before} · dispatched {len(lines)}, before {before}")
