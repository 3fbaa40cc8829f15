"""`shuangsui notice`: what becomes public, and by when."""

from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.preview_notice import preview_results
from services.usecases.publish_notice import (
    publish_draw,
    publish_plan,
    publish_results,
    waiting_results,
    withdraw_notice,
)
from tenants.records import Notice

app = typer.Typer(no_args_is_help=True)
Period = Annotated[str, typer.Option("--period", help="周期 · e.g. 2026Q1")]


@app.command()
@guarded
def due(bureau: Bureau, who: As, period: Period, home: HomeOption = None, as_json: Json = False) -> None:
    """未公示的检查结果和期限 · results not public yet, with working days left.

    例 / example: shuangsui notice due -b 411721 --as demo-411721-publisher --period 2026Q1
    """
    found = in_work(home, bureau, who, lambda work: waiting_results(work, period))
    data: list[dict[str, Any]] = [
        {
            "visit_id": str(w.visit.id),
            "site": w.visit.form["site"]["name"],
            "state": w.visit.state,
            "due": str(w.due),
            "left": w.left,
        }
        for w in found
    ]
    heads = ["记录", "污染源", "状态", "期限", "剩余工作日"]
    show(data, as_json, lambda: rows(heads, [list(d.values()) for d in data]))


@app.command()
@guarded
def preview(bureau: Bureau, who: As, period: Period, home: HomeOption = None, as_json: Json = False) -> None:
    """发布前预览：公众将看到的全文，个人信息已遮盖 · the notices as they would be published, nothing kept.

    例 / example: shuangsui notice preview -b 411721 --as demo-411721-publisher --period 2026Q1
    """
    found = in_work(home, bureau, who, lambda work: preview_results(work, period))
    data: list[dict[str, Any]] = [
        {"visit_id": str(one.id), "title": one.title, "due_on": one.due_on, "body": one.body} for one in found
    ]
    lines = [[d["visit_id"], d["title"], d["due_on"], d["body"]["result_words"]] for d in data]
    show(data, as_json, lambda: rows(["记录", "标题", "期限", "结果"], lines))


@app.command()
@guarded
def results(
    bureau: Bureau,
    who: As,
    period: Period,
    only: Annotated[list[UUID] | None, typer.Option("--visit", help="只公示这些记录，可多次")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """公示审核通过的检查结果 · publish the accepted results.

    例 / example: shuangsui notice results -b 411721 --as demo-411721-publisher --period 2026Q1
    """
    made = in_work(home, bureau, who, lambda work: publish_results(work, period, only))
    _show(made, as_json)


@app.command()
@guarded
def draw(
    draw_no: Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """公告一次抽取：只有数字和指纹 · publish a draw, numbers and fingerprints only.

    例 / example: shuangsui notice draw 1 -b 411721 --as demo-411721-publisher
    """
    _show((in_work(home, bureau, who, lambda work: publish_draw(work, draw_no)),), as_json)


@app.command()
@guarded
def plan(
    year: Annotated[int, typer.Argument(help="年度 · year", metavar="YEAR")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """公布已批准的年度计划 · publish the approved plan.

    例 / example: shuangsui notice plan 2026 -b 411721 --as demo-411721-publisher
    """
    _show((in_work(home, bureau, who, lambda work: publish_plan(work, year)),), as_json)


@app.command()
@guarded
def withdraw(
    notice_id: Annotated[UUID, typer.Argument(help="公告编号 · id", metavar="ID")],
    bureau: Bureau,
    who: As,
    why: Annotated[str, typer.Option(help="理由（公开） · why, public")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """撤回公告，留痕 · withdraw a notice, with trace.

    例 / example: shuangsui notice withdraw ID -b 411721 --as demo-411721-publisher --why 名称有误
    """
    _show((in_work(home, bureau, who, lambda work: withdraw_notice(work, notice_id, why)),), as_json)


def _show(notices: tuple[Notice, ...], as_json: bool) -> None:
    data: list[dict[str, Any]] = [
        {
            "notice_id": str(n.id),
            "kind": n.kind,
            "title": n.title,
            "published_at": n.published_at,
            "due_on": n.due_on,
            "withdrawn_at": n.withdrawn_at,
            "body": n.body,
        }
        for n in notices
    ]
    lines = [[d["notice_id"], d["title"], d["published_at"], d["due_on"]] for d in data]
    show(data, as_json, lambda: rows(["编号", "标题", "公开时间", "期限"], lines))
