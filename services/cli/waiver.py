"""`shuangsui waiver`: a bureau too small asks its superior to waive duties; two people there decide."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from policies.waivers import PAIRS
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.ask_waiver import WaiverOrder, ask_waiver, drop_waiver, own_waivers
from services.usecases.decide_waiver import (
    Opinion,
    approve_waiver,
    asked_of_us,
    propose_waiver,
    refuse_waiver,
)
from services.usecases.withdraw_waiver import withdraw_waiver
from services.views.waivers import waiver_faces
from tenants.waiver_rows import Waiver

app = typer.Typer(no_args_is_help=True)
DAY = ["%Y-%m-%d"]
Id = Annotated[UUID, typer.Argument(help="豁免编号 · id of the waiver", metavar="ID")]
Why = Annotated[str, typer.Option(help="理由；撤销的理由将公开，不写姓名 · why; public when withdrawn")]
Pairs = Annotated[
    list[str], typer.Option("--pair", help=f"兼办的职责，可多次 · pairs of duties: {'、'.join(PAIRS)}")
]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出本单位申请的豁免 · waivers the bureau asked for.

    例 / example: shuangsui waiver list -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, own_waivers)
    show({"waivers": [_row(one) for one in found]}, as_json, lambda: _table(found, bureau))


@app.command()
@guarded
def requests(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出下级单位向本单位的申请 · what bureaus below asked of this one.

    例 / example: shuangsui waiver requests -b 411700 --as demo-411700-head
    """
    found = in_work(home, bureau, who, asked_of_us)
    show({"waivers": [_row(one) for one in found]}, as_json, lambda: _table(found, bureau))


@app.command()
@guarded
def ask(
    bureau: Bureau,
    subject: Annotated[str, typer.Argument(help="人员的登录标识 · login of the person", metavar="SUBJECT")],
    pair: Pairs,
    since: Annotated[datetime, typer.Option(formats=DAY, help="第一天 · first day")],
    until: Annotated[datetime, typer.Option(formats=DAY, help="最后一天，不超过一年 · last day")],
    reason: Annotated[str, typer.Option(help="理由，将公开，不写姓名 · why; it is published")],
    staff: Annotated[int, typer.Option(help="本单位现有人数 · people of the bureau")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """向上级申请豁免 · ask the superior.

    例 / example: shuangsui waiver ask -b 411721 demo-411721-keeper --pair registry_keeper+drawer
    --pair roster_editor+drawer --since 2026-01-01 --until 2026-12-31 --reason 在编执法人员三人
    --staff 3 --as demo-411721-head
    """
    order = WaiverOrder(subject, tuple(pair), since.date(), until.date(), reason, staff)
    show(_row(in_work(home, bureau, who, lambda work: ask_waiver(work, order))), as_json)


@app.command()
@guarded
def drop(bureau: Bureau, id: Id, why: Why, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """撤回尚未决定的申请 · take a request back before it is decided.

    例 / example: shuangsui waiver drop -b 411721 7c1e5a52-… --why 已补充人员 --as demo-411721-head
    """
    show(_row(in_work(home, bureau, who, lambda work: drop_waiver(work, id, why))), as_json)


@app.command()
@guarded
def propose(
    bureau: Bureau,
    id: Id,
    opinion: Annotated[str, typer.Option(help="意见 · opinion")],
    who: As,
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="缩短：第一天 · first day")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="缩短：最后一天 · last day")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """上级第一人：同意 · the superior's first hand is for it.

    例 / example: shuangsui waiver propose -b 411700 7c1e5a52-… --opinion 情况属实 --as demo-411700-admin
    """
    said = Opinion(opinion, since.date() if since else None, until.date() if until else None)
    show(_row(in_work(home, bureau, who, lambda work: propose_waiver(work, id, said))), as_json)


@app.command()
@guarded
def refuse(bureau: Bureau, id: Id, why: Why, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """上级：不同意 · the superior refuses.

    例 / example: shuangsui waiver refuse -b 411700 7c1e5a52-… --why 人员足够 --as demo-411700-head
    """
    show(_row(in_work(home, bureau, who, lambda work: refuse_waiver(work, id, why))), as_json)


@app.command()
@guarded
def approve(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """上级第二人（单位负责人）：批准，立即公开 · the superior's head grants it.

    例 / example: shuangsui waiver approve -b 411700 7c1e5a52-… --as demo-411700-head
    """
    show(_row(in_work(home, bureau, who, lambda work: approve_waiver(work, id))), as_json)


@app.command()
@guarded
def withdraw(
    bureau: Bureau, id: Id, why: Why, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """撤销豁免，兼任的岗位同时结束 · end it; the roles that stand on it end at once.

    例 / example: shuangsui waiver withdraw -b 411700 7c1e5a52-… --why 人员已补充 --as demo-411700-head
    """
    show(_row(in_work(home, bureau, who, lambda work: withdraw_waiver(work, id, why))), as_json)


def _table(found: tuple[Waiver, ...], bureau: str) -> None:
    columns = ["编号 id", "单位", "人员", "兼办", "起", "止", "状态"]
    lines = [
        [one.id, one.bureau, one.name, "；".join(face.pairs), one.since, one.until, face.state]
        for one in found
        for face in waiver_faces([one], {}, one.since)
    ]
    rows(columns, lines, title=bureau)


def _row(one: Waiver) -> dict[str, Any]:
    return asdict(one)
