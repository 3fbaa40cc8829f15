"""`shuangsui task`: the days of a drawn list, and its release by team and day."""

from datetime import datetime
from typing import Annotated

import typer

from services.cli.output import Json, console, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.plan_days import plan_days
from services.usecases.release_team import release_team
from services.views.release_board import ReleaseBoard, release_board

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]
Days = Annotated[
    list[datetime] | None,
    typer.Option("--day", formats=["%Y-%m-%d"], help="指定检查日：本期的工作日，可多次"),
]
OneDay = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="检查日 · day", metavar="DAY")]
Team = Annotated[
    list[str] | None,
    typer.Option("--officer", help="检查组全部成员的证号；不写为当日各组 · certificates of the team"),
]
STATES = {
    "sealed": "密封 · sealed",
    "ready": "可放行 · ready",
    "gone": "已过期 · over",
    "released": "已放行 · released",
    "done": "已完成 · done",
}


def add_to_task(app: typer.Typer) -> None:
    """The dispatcher's commands."""
    app.command("plan")(plan)
    app.command("release")(release)
    app.command("releases")(releases)


@guarded
def plan(
    draw_no: DrawNo, bureau: Bureau, who: As, day: Days = None, home: HomeOption = None, as_json: Json = False
) -> None:
    """给未放行的检查安排检查日，不显示单位名称 · set the days of what is sealed, no names.

    例 / example: shuangsui task plan 1 -b 411721 --as demo-411721-dispatcher
    """
    days = [one.date() for one in day or ()]
    done = in_work(home, bureau, who, lambda work: plan_days(work, draw_no, days=days))
    show(done.as_dict(), as_json, lambda: console().print(f"{done.count} · {done.before}"))


@guarded
def release(
    draw_no: DrawNo,
    day: OneDay,
    bureau: Bureau,
    who: As,
    officer: Team = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """放行一个检查组一天的任务，其余保持密封 · hand one team its visits of one day.

    例 / example: shuangsui task release 1 2026-01-05 -b 411721 --as demo-411721-dispatcher
    --officer 4117210001 --officer 4117210002
    """
    done = in_work(
        home, bureau, who, lambda work: release_team(work, draw_no, day.date(), tuple(officer or ()))
    )
    show(done.as_dict(), as_json)


@guarded
def releases(
    draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """按检查日和检查组看哪些密封、哪些已放行 · what is sealed and what is out, by day and team.

    例 / example: shuangsui task releases 1 -b 411721 --as demo-411721-dispatcher
    """
    board = in_work(home, bureau, who, lambda work: release_board(work, draw_no))
    show(_facts(board), as_json, lambda: _table(board))


def _facts(board: ReleaseBoard) -> dict[str, object]:
    teams = [
        {
            "day": team.day.isoformat(),
            "team": list(team.certificates),
            "away": [one.certificate for one in team.team if one.away],
            "state": team.state,
            "visits": team.visits,
            "done": team.done,
        }
        for day in board.days
        for team in day.teams
    ]
    return {
        "draw_no": board.draw.draw_no,
        "sealed": board.sealed,
        "released": board.released,
        "done": board.done,
        "last": board.last.isoformat(),
        "teams": teams,
    }


def _table(board: ReleaseBoard) -> None:
    lines = [
        [team.day, "、".join(one.name for one in team.team), STATES[team.state], team.visits, team.done]
        for day in board.days
        for team in day.teams
    ]
    rows(["日期", "检查组", "状态", "检查", "已有记录"], lines)
