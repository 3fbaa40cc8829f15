"""`shuangsui log`: the public log of the deployment, which anyone may read."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from policies.rd1.logs_monitor import monitor
from policies.rd1.logs_notes import parse_vkey
from policies.rd1.logs_trust import Trust, parse_trust
from services.cli.output import Json, emit, guarded, rows, show
from services.cli.session import HomeOption, with_app
from services.tlog.export import export_files
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
def trust(
    need: Annotated[int, typer.Option(help="至少几个见证 · witnesses wanted", min=1)] = 1,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """信任文件：日志和上级见证人的公钥，供另行核对后使用 · a trust file, to be compared elsewhere.

    例 / example: shuangsui log trust --need 2 > trust.txt
    """

    async def act(app: App) -> dict[str, Any]:
        # Outsiders' keys are for each reader to add: this file would make them count for everyone.
        found = tuple(parse_vkey(key.vkey) for key in await app.log.superiors())
        text = Trust((parse_vkey(app.log.vkey),), found, need).text()
        parse_trust(text)
        return {"trust": text}

    made = with_app(home, act)
    show(made, as_json, lambda: print(made["trust"], end=""))


@app.command()
@guarded
def export(
    folder: Annotated[Path, typer.Argument(help="网站服务器的目录 · a folder a web server hands out")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """把日志文件复制到普通网站服务器可读的目录；先条目和哈希块，最后检查点 · copy the log's files.

    可反复运行，只写新文件 / may be run again and again, writes what is new.

    例 / example: shuangsui log export /srv/www/log
    """

    async def act(app: App) -> dict[str, Any]:
        await app.log.publish()
        return {"written": await asyncio.to_thread(export_files, app.home.log, folder)}

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
