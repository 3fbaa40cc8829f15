"""`shuangsui visit`: approvals of visits that no draw chose."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from policies.visiting.requests import STATES, Asked
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.cli.words import word
from services.usecases.ask_visit import ask_visit, drop_request, requests_of
from services.usecases.decide_visit_request import decide_request
from services.visiting.kinds import TYPES
from tenants.request_rows import VisitRequest

DAY = ["%Y-%m-%d"]
Id = Annotated[UUID, typer.Argument(help="检查申请编号 · id of the request", metavar="ID")]
Why = Annotated[str, typer.Option(help="理由 · why")]


def add_to_visit(app: typer.Typer) -> None:
    """Ask, list, decide, take back."""
    app.command("ask")(ask)
    app.command("requests")(requests)
    app.command("approve")(approve)
    app.command("refuse")(refuse)
    app.command("drop")(drop)


@guarded
def ask(
    site: Annotated[str, typer.Argument(help="污染源编码 · site code", metavar="SITE")],
    kind: Annotated[
        str, typer.Argument(help=" / ".join(f"{k} {v[0]}" for k, v in TYPES.items()), metavar="TYPE")
    ],
    matter: Annotated[str, typer.Option(help="检查事由 · why")],
    officer: Annotated[list[str], typer.Option(help="执法证号，可多次 · certificates of who goes")],
    since: Annotated[datetime, typer.Option(formats=DAY, help="第一天 · first day")],
    until: Annotated[datetime, typer.Option(formats=DAY, help="最后一天 · last day")],
    bureau: Bureau,
    who: As,
    source: Annotated[str, typer.Option(help="线索编号 · number of the case")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """申请一次非随机的检查，由他人审批 · ask for a visit no draw chose.

    例 / example: shuangsui visit ask DJ411721000001 complaint --matter 群众反映夜间排放
    --officer 4117210002 --officer 4117210004 --since 2026-02-02 --until 2026-02-06 -b 411721
    --as demo-411721-inspector-01
    """
    asked = Asked(kind, site, matter, source, tuple(officer), since.date(), until.date())
    show(_row(in_work(home, bureau, who, lambda work: ask_visit(work, asked))), as_json)


@guarded
def requests(
    bureau: Bureau,
    who: As,
    state: Annotated[str, typer.Option(help=" / ".join(STATES))] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """列出检查申请 · requests for visits, the latest first.

    例 / example: shuangsui visit requests -b 411721 --state asked --as demo-411721-head
    """
    found = in_work(home, bureau, who, lambda work: requests_of(work, state=state))
    words = {code: told["zh"] for code, told in STATES.items()}
    lines = [[str(r.id), r.visit_type, r.site_code, r.since, r.until, word(words, r.state)] for r in found]
    columns = ["编号 id", "类型", "污染源", "起", "止", "状态"]
    show({"requests": [_row(one) for one in found]}, as_json, lambda: rows(columns, lines))


@guarded
def approve(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """批准检查申请；申请人和检查人员不能批准 · approve, by who neither asked nor goes.

    例 / example: shuangsui visit approve 7c1e5a52-… -b 411721 --as demo-411721-head
    """
    done = in_work(home, bureau, who, lambda work: decide_request(work, id, approve=True))
    show(_row(done), as_json)


@guarded
def refuse(id: Id, why: Why, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """不批准检查申请 · refuse.

    例 / example: shuangsui visit refuse 7c1e5a52-… --why 线索不足 -b 411721 --as demo-411721-head
    """
    done = in_work(home, bureau, who, lambda work: decide_request(work, id, approve=False, why=why))
    show(_row(done), as_json)


@guarded
def drop(id: Id, why: Why, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """撤回尚未用过的检查申请 · take a request back.

    例 / example: shuangsui visit drop 7c1e5a52-… --why 已由专项检查覆盖 -b 411721
    --as demo-411721-inspector-01
    """
    show(_row(in_work(home, bureau, who, lambda work: drop_request(work, id, why))), as_json)


def _row(one: VisitRequest) -> dict[str, Any]:
    return asdict(one)
