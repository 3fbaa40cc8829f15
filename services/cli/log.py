"""`shuangsui log`: the public log of the deployment, which anyone may read."""

from typing import Annotated, Any

import typer

from policies.rd1.logs_monitor import monitor
from services.cli.output import Json, emit, guarded, rows, show
from services.cli.session import HomeOption, with_app
from services.work import App

app = typer.Typer(no_args_is_help=True)


@app.command()
@guarded
def checkpoint(home: HomeOption = None, as_json: Json = False) -> None:
    """最新检查点及联签 · the latest checkpoint with its cosignatures.

    例 / example: shuangsui log checkpoint
    """

    async def act(app: App) -> dict[str, Any]:
        return {"origin": app.log.origin, "vkey": app.log.vkey, "note": await app.log.note()}

    found = with_app(home, act)
    show(found, as_json, lambda: print(found["note"], end=""))


@app.command()
@guarded
def entries(
    start: Annotated[int, typer.Option(help="起始序号 · first index", min=0)] = 0,
    end: Annotated[int | None, typer.Option(help="结束序号（不含） · end, exclusive")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """日志记录 · entries in order.

    例 / example: shuangsui log entries --start 0 --end 20
    """
    found = with_app(home, lambda app: app.log.entries(start, end))
    lines = [
        [start + n, e["at"], e["t"], e["bureau"], (e.get("h") or e.get("m", ""))[:16]]
        for n, e in enumerate(found)
    ]
    show(found, as_json, lambda: rows(["#", "at", "t", "bureau", "hash"], lines))


@app.command()
@guarded
def proof(
    index: Annotated[int, typer.Argument(help="记录序号 · index of the entry", min=0)],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """一条记录的包含性证明 · the inclusion proof of an entry.

    例 / example: shuangsui log proof 7 --json
    """

    async def act(app: App) -> dict[str, Any]:
        head = await app.log.latest()
        size = head.size if head else 0
        if index >= size:
            raise typer.BadParameter(f"0–{size - 1}", param_hint="INDEX")
        path = [step.hex() for step in await app.log.inclusion(index, size)]
        entry = (await app.log.entries(index, index + 1))[0]
        return {"index": index, "size": size, "entry": entry, "proof": path}

    show(with_app(home, act), as_json)


@app.command()
@guarded
def check(home: HomeOption = None, as_json: Json = False) -> None:
    """检查整份日志有无矛盾：重号、断链、一期两抽 · look for contradictions in the whole log.

    退出码 / exit: 0 没有发现，1 有矛盾 / contradictions.

    例 / example: shuangsui log check --json
    """
    found = with_app(home, lambda app: app.log.entries())
    faults = [fault.as_dict() for fault in monitor(found)]
    if as_json:
        emit({"entries": len(found), "faults": faults})
    else:
        print(f"{len(found)} 条记录 / entries, {len(faults)} 处矛盾 / contradictions")
        for fault in faults:
            print(f"  {fault['title']} {fault['got']}")
    raise typer.Exit(1 if faults else 0)
