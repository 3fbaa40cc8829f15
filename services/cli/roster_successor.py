"""`shuangsui roster successor`: where a closed or moved site went on."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.site_successor import End, link_successor

Code = Annotated[str, typer.Argument(help="关闭或搬迁的污染源 · the site that ended", metavar="CODE")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="自哪一天 · since when")]


@guarded
def successor(
    code: Code,
    bureau: Bureau,
    who: As,
    day: Day,
    document: Annotated[str, typer.Option(help="证明文件 · what shows it")],
    to: Annotated[str, typer.Option(help="承接的污染源编码 · the site it went on as")] = "",
    elsewhere: Annotated[str, typer.Option(help="名录之外的去向 · a place outside the roster")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记关闭或搬迁的污染源的去向 · say where a closed or moved site went on.

    例 / example: shuangsui roster successor DJ411721000001 --to DJ411721000002 --day 2026-02-05
    --document 搬迁公告 -b 411721 --as demo-411721-keeper
    """
    end = End(to, elsewhere, day.date(), document)
    show(asdict(in_work(home, bureau, who, lambda work: link_successor(work, code, end))), as_json)


def add_to(app: typer.Typer) -> None:
    """The command, beside the others of the roster."""
    app.command("successor")(successor)
