"""`shuangsui document`: official documents as PDF files, the same bytes as at the desk."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from policies.terms import Period
from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.home import write_whole
from services.views.official import (
    Named,
    Printed,
    archive_document,
    filing_document,
    letter_document,
    minutes_document,
    plan_document,
    visit_document,
    visit_documents,
)
from services.work import Work

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Option(help="写到此目录 · folder to write to")]
Quarter = Annotated[str, typer.Option(help="周期 · e.g. 2026Q1")]
Orders = Annotated[bool, typer.Option("--order", help="责令改正决定书，而非检查记录 · the order instead")]


@app.command()
@guarded
def plan(
    year: Annotated[int, typer.Argument(help="年度 · year", min=2000, max=2999)],
    bureau: Bureau,
    who: As,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """年度计划 · the yearly plan.

    例 / example: shuangsui document plan 2026 -b 411721 --as demo-411721-head
    """
    _write(lambda work: plan_document(work, year, bureau), home, bureau, who, out, as_json)


@app.command()
@guarded
def filing(
    about: Annotated[str, typer.Argument(help="备案事项，如 plan/2026/1 · what was filed")],
    recipient: Annotated[str, typer.Argument(help="接收单位 · recipient as in the list")],
    bureau: Bureau,
    who: As,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """备案函 · the letter of a filing.

    例 / example: shuangsui document filing plan/2026/1 city -b 411721 --as demo-411721-head
    """
    _write(lambda work: filing_document(work, bureau, about, recipient), home, bureau, who, out, as_json)


@app.command()
@guarded
def minutes(
    draw_no: Annotated[int, typer.Argument(help="抽取编号 · number of the draw", min=1)],
    bureau: Bureau,
    who: As,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """抽取纪要 · the minutes of a draw.

    例 / example: shuangsui document minutes 1 -b 411721 --as demo-411721-head
    """
    _write(lambda work: minutes_document(work, bureau, draw_no), home, bureau, who, out, as_json)


@app.command()
@guarded
def letter(
    audit: Annotated[UUID, typer.Argument(help="稽查编号 · id of the audit")],
    bureau: Bureau,
    who: As,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """稽查通报 · a superior's letter about its audit.

    例 / example: shuangsui document letter ID -b 411721 --as demo-411721-head
    """
    _write(lambda work: letter_document(work, audit), home, bureau, who, out, as_json)


@app.command()
@guarded
def visit(
    visit_id: Annotated[UUID, typer.Argument(help="检查记录编号 · id of the record")],
    bureau: Bureau,
    who: As,
    order: Orders = False,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """现场监察记录（编号留痕）或责令改正决定书 · a record as a marked copy, or its order.

    例 / example: shuangsui document visit ID -b 411721 --as demo-411721-reviewer
    """
    _write(lambda work: visit_document(work, visit_id, _what(order)), home, bureau, who, out, as_json)


@app.command()
@guarded
def visits(
    period: Quarter,
    bureau: Bureau,
    who: As,
    order: Orders = False,
    part: Annotated[int, typer.Option(help="第几部分，每部分一百份 · which hundred", min=1)] = 1,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """一个季度的检查记录或责令改正决定书，成批打印 · those of a quarter in one file, to be printed.

    例 / example: shuangsui document visits --period 2026Q1 -b 411721 --as demo-411721-reviewer
    """
    quarter = Period.parse(period)
    _write(lambda work: visit_documents(work, quarter, _what(order), part), home, bureau, who, out, as_json)


@app.command()
@guarded
def archive(
    period: Quarter,
    bureau: Bureau,
    who: As,
    out: Folder = Path(),
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """检查记录存档索引（编号留痕） · the index of a quarter's records as a marked copy.

    例 / example: shuangsui document archive --period 2026Q1 -b 411721 --as demo-411721-reviewer
    """
    quarter = Period.parse(period)
    _write(lambda work: archive_document(work, quarter), home, bureau, who, out, as_json)


def _what(order: bool) -> Printed:
    return "orders" if order else "records"


def _write(
    find: Callable[[Work], Awaitable[Named]],
    home: Path | None,
    bureau: str,
    who: str,
    out: Path,
    as_json: bool,
) -> None:
    found = in_work(home, bureau, who, find)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{found.name}.pdf"
    write_whole(path, found.paper.data)
    show({"path": str(path), "sha256": found.paper.sha256, "bytes": len(found.paper.data)}, as_json)
