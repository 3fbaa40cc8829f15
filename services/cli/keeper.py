"""`shuangsui keeper`: the named keeper of a bureau's roster, and its handover."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.keepers import Keeping, keeping_of
from services.usecases.handover import hand_over, take_over, withdraw_handover
from services.work import Work
from tenants.role_rows import Handover

app = typer.Typer(no_args_is_help=True)
N = Annotated[int, typer.Argument(help="交接编号 · number of the handover", metavar="N")]


@app.command("show")
@guarded
def show_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """现任专人和历次交接 · who keeps the roster, and how it came to that.

    例 / example: shuangsui keeper show -b 411721 --as demo-411721-head
    """

    async def ask(work: Work) -> Keeping:
        work.require("organisation.read")
        return await keeping_of(work)

    found = in_work(home, bureau, who, ask)
    listed = [one for one in (found.keeper, found.open, *found.past) if one]
    told = {
        "keeper": _row(found.keeper) if found.keeper else None,
        "open": _row(found.open) if found.open else None,
        "past": [_row(one) for one in found.past],
    }
    lines = [
        [h.n, h.giver_name, h.taker_name, h.sites, h.officers, h.digest[:12], _state(h, found)]
        for h in listed
    ]
    columns = ["编号", "交出人", "接手人", "污染源", "执法人员", "摘要", "状态"]
    show(told, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def give(
    bureau: Bureau,
    taker: Annotated[str, typer.Argument(help="接手人的登录标识 · subject of the taker", metavar="SUBJECT")],
    who: As,
    note: Annotated[str, typer.Option(help="说明 · note")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """交出名录，由现任专人办理；没有的由单位负责人指定 · hand the roster over.

    例 / example: shuangsui keeper give -b 411721 demo-411721-keeper --as demo-411721-head
    """
    show(_row(in_work(home, bureau, who, lambda work: hand_over(work, taker, note))), as_json)


@app.command()
@guarded
def take(bureau: Bureau, n: N, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """确认接手，名录须与交出时相同 · confirm as the taker; the rosters are unchanged.

    例 / example: shuangsui keeper take -b 411721 1 --as demo-411721-keeper
    """
    show(_row(in_work(home, bureau, who, lambda work: take_over(work, n))), as_json)


@app.command()
@guarded
def withdraw(bureau: Bureau, n: N, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """撤回或退回待确认的交接 · take back or decline a handover that waits.

    例 / example: shuangsui keeper withdraw -b 411721 1 --as demo-411721-head
    """
    show(_row(in_work(home, bureau, who, lambda work: withdraw_handover(work, n))), as_json)


def _row(one: Handover) -> dict[str, Any]:
    return asdict(one)


def _state(one: Handover, found: Keeping) -> str:
    if one is found.keeper:
        return "现任 keeper"
    if one.open:
        return "待确认 waits"
    return "已撤回 withdrawn" if one.withdrawn_by else "已交接 past"
