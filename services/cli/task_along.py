"""`shuangsui task` and `visit`: joint departments and the monitoring station on drawn visits."""

from typing import Annotated

import typer

from policies.access_matrix import ROLES
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.cli.words import TASK_STATES, VISIT_STATES, word
from services.usecases.bring_along import bring_along, companion_board, leave_out
from services.usecases.own_visits import own_visits

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]
Slot = Annotated[int, typer.Argument(help="任务序号 · slot of the visit", min=0, metavar="SLOT")]
Person = Annotated[str, typer.Argument(help="登录标识 · subject", metavar="WHO")]
Parts = Annotated[list[str], typer.Option("--part", help="承担的检查内容，可多次 · group of the checklist")]
Order = Annotated[int, typer.Argument(help="第几次安排 · its number", min=1, metavar="N")]


def add_to_task(app: typer.Typer) -> None:
    """The dispatcher's commands."""
    app.command("along")(along)
    app.command("companions")(companions)
    app.command("leave-out")(leave)


def add_to_visit(app: typer.Typer) -> None:
    """The command of those who took part."""
    app.command("mine")(mine)


@guarded
def along(
    draw_no: DrawNo,
    slot: Slot,
    person: Person,
    part: Parts,
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """安排联合部门、监测站人员随行 · name who comes along on a visit, and for which part.

    例 / example: shuangsui task along 1 17 station-01 --part emissions -b 411721
    --as demo-411721-dispatcher
    """
    made = in_work(home, bureau, who, lambda work: bring_along(work, draw_no, slot, person, part))
    facts = {"draw_no": draw_no, "slot": slot, "n": made.n, "name": made.name, "parts": list(made.parts)}
    show(facts, as_json)


@guarded
def companions(
    draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """已安排的随行人员，不含企业名称 · who comes along, no names of sites.

    例 / example: shuangsui task companions 1 -b 411721 --as demo-411721-dispatcher
    """
    board = in_work(home, bureau, who, lambda work: companion_board(work, draw_no))
    found = [
        {"slot": one.slot, "n": one.n, "name": one.name, "role": one.role, "parts": list(one.parts),
         "ended": one.ended_at is not None}
        for one in board.rows
    ]  # fmt: skip
    lines = [
        [
            one.slot,
            one.n,
            one.name,
            ROLES[one.role][0],
            "、".join(one.parts),
            "已取消" if one.ended_at else "",
        ]
        for one in board.rows
    ]
    show(found, as_json, lambda: rows(["任务", "次", "人员", "岗位", "内容", ""], lines))


@guarded
def leave(
    draw_no: DrawNo,
    slot: Slot,
    n: Order,
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """取消随行，立即生效 · end it at once.

    例 / example: shuangsui task leave-out 1 17 1 -b 411721 --as demo-411721-dispatcher
    """
    in_work(home, bureau, who, lambda work: leave_out(work, draw_no, slot, n))
    show({"draw_no": draw_no, "slot": slot, "n": n, "ended": True}, as_json)


@guarded
def mine(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """本季度参加的检查，按岗位可见的部分 · visits one took part in, as far as the role sees them.

    例 / example: shuangsui visit mine -b 411721 --as station-01 --json
    """
    found = in_work(home, bureau, who, own_visits)
    states = {**TASK_STATES, **VISIT_STATES}
    lines = [[one.day, one.name, ROLES[one.role][0], word(states, one.state)] for one in found]
    show([one.as_dict() for one in found], as_json, lambda: rows(["日期", "单位", "岗位", "状态"], lines))
