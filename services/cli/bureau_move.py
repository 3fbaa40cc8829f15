"""`shuangsui bureau move`: a bureau's data to another database and back, by the operator alone."""

from typing import Annotated, Any

import typer

from services.cli.fleet import By, told, with_servers
from services.cli.output import Json, console, guarded, show
from services.cli.session import HomeOption
from services.moving.values import WAIT, Moved, MoveOrder
from services.usecases.move_bureau import move_bureau


@guarded
def move(
    code: Annotated[str, typer.Argument(help="六位区划代码 · division code", metavar="CODE")],
    by: By,
    to: Annotated[str, typer.Option("--to", help="目标库名称，共享库为 shared · its name")] = "",
    back: Annotated[bool, typer.Option("--back", help="撤回或搬回原库 · undo, or move back")] = False,
    clean: Annotated[bool, typer.Option("--clean", help="完成后清除旧数据 · remove the old rows")] = False,
    wait: Annotated[float, typer.Option(help="等待写入结束的秒数 · seconds to wait for writes")] = WAIT,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """把一个单位的数据搬到另一数据库；期间该单位只读，其他单位照常 · move a bureau's data.

    例 / example: shuangsui bureau move 411721 --to xiping --by 张三
    """
    if bool(to) == back:
        raise typer.BadParameter("--to NAME / --back")
    if not by.strip() or not 0 < wait <= 86400:
        raise typer.BadParameter("--by / --wait")
    order = MoveOrder(code, to, by.strip(), back, wait, clean)
    done = with_servers(home, lambda app, servers: move_bureau(app, servers, order, told))
    show(_told(done), as_json, lambda: console().print(_sentence(done), soft_wrap=True))


def _told(done: Moved) -> dict[str, Any]:
    cleaned = [{"database": one.database, "rows": one.rows, "bytes": one.size} for one in done.cleaned or ()]
    return {
        "bureau": done.bureau, "source": done.source, "target": done.target, "undone": done.undone,
        "rows": done.rows, "bytes": done.size, "draws": done.draws, "cleaned": cleaned,
    }  # fmt: skip


def _sentence(done: Moved) -> str:
    if done.undone:
        return f"单位 {done.bureau}：已撤回，仍在 {done.source} · undone"
    forget = f"旧数据留在 {done.source}，确认后运行 shuangsui database forget {done.bureau}"
    left = "旧数据已清除" if done.cleaned is not None else forget
    told = f"单位 {done.bureau}：{done.source} → {done.target}，{done.rows} 行，{done.size} 字节"
    return f"{told}；{left} · moved"


def add_to(app: typer.Typer) -> None:
    """Put this command under the noun."""
    app.command("move")(move)
