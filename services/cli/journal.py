"""`shuangsui journal`: verify, archive and shorten the journals, at the server's console."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from policies.errors import Problem
from policies.journals import Archive
from services.cli import journal_show
from services.cli.output import Json, emit, fail, guarded, rows, say, show
from services.cli.session import HomeOption, with_app
from services.clock import CHINA
from services.home import Home
from services.jobs.orders import known_bureau, system_of
from services.servers import Servers, start_servers
from services.usecases.archive_journal import (
    Archived,
    anchor_archive,
    archive_journal,
    read_archive,
)
from services.usecases.verify_journal import ChainReport, verify_journal
from services.wiring import open_app, settings_for
from services.work import App
from tenants.entering import SHARED
from tenants.removal import remove_entries
from tenants.scope import Scope
from tenants.stores import bureaus

app = typer.Typer(no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="单位代码 · bureau code", metavar="CODE")]
Files = Annotated[
    list[Path] | None,
    typer.Option("--archive", help="归档文件，可多次 · an archive", exists=True),
]
By = Annotated[str, typer.Option("--by", help="操作者姓名，记入日志 · operator's name, kept in the journal")]


@app.command()
@guarded
def verify(
    code: Annotated[str, typer.Argument(help="单位代码；不填为全部 · one bureau", metavar="[CODE]")] = "",
    archive: Files = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """核对哈希链、锚点、归档文件，以及公开日志所载的日志头；有误时退出码非 0，并指出第一处。

    例 / example: shuangsui journal verify 411721 --archive journal-411721-00000001-00000420.jsonl
    """
    archives = tuple(read_archive(path) for path in archive or ())

    async def act(app: App) -> tuple[list[ChainReport], list[tuple[str, Problem]]]:
        good: list[ChainReport] = []
        bad: list[tuple[str, Problem]] = []
        for bureau in await _asked(app, code):
            try:
                good.append(await _verified(app, bureau, archives))
            except Problem as problem:
                bad.append((bureau, problem))
        return good, bad

    good, bad = with_app(home, act)
    if as_json:
        emit({"journals": [_report(one) for one in good], "misfits": {b: p.as_dict("zh") for b, p in bad}})
    else:
        lines = [[r.bureau, r.entries, r.first, r.heads, r.older, r.head_at, r.head[:16]] for r in good]
        if lines:
            rows(["单位", "条数", "自第", "公开日志头", "更早的", "最近公开于", "日志头"], lines)
        for bureau, problem in bad:
            say(f"{bureau}: {problem.line('zh')}")
    if bad:
        raise typer.Exit(1)


@app.command("archive")
@guarded
def archive_(
    code: Code,
    before: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="归档此日之前的 · entries before")],
    to: Annotated[Path, typer.Option("--to", help="归档目录 · folder", file_okay=False)],
    by: By,
    remove: Annotated[
        bool, typer.Option("--remove", help="满留存期的，归档后从库中移除 · then remove what is old enough")
    ] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """把早于某日的日志写成可独立核验的文件；加 --remove 时移除已满留存期的，留下锚点。

    例 / example: shuangsui journal archive 411721 --before 2029-01-01 --to /archive --by 张三
    """
    moment = before.replace(tzinfo=CHINA)

    async def run() -> dict[str, Any]:
        settings = settings_for(Home.at(home) if home else None)
        servers = await start_servers(settings)
        async with open_app(settings, servers=servers) as app:
            made = await archive_journal(app, code, moment, to, by, _say)
            gone = await _removed(app, servers, made, by) if remove else 0
            return _archived(made) | {"removed": gone}

    show(asyncio.run(run()), as_json)


@app.command("check-archive")
@guarded
def check_archive_(
    files: Annotated[list[Path], typer.Argument(help="归档文件 · archives", exists=True, metavar="FILE…")],
    as_json: Json = False,
) -> None:
    """只凭文件逐行核对归档，不需要数据库 · check archives alone, without any database.

    例 / example: shuangsui journal check-archive journal-411721-00000001-00000420.jsonl
    """
    found = []
    for path in files:
        try:
            found.append((path, read_archive(path)))
        except Problem as problem:
            say(str(path))
            raise fail(problem, as_json) from None
    told = [
        {"file": str(path), "bureau": one.head.bureau, "since": one.head.since, "upto": one.head.upto,
         "hash": one.head.hash.hex(), "sha256": one.sha256}
        for path, one in found
    ]  # fmt: skip
    lines = [list(one.values()) for one in told]
    columns = ["文件", "单位", "自", "至", "末条哈希", "SHA-256"]
    show({"archives": told}, as_json, lambda: rows(columns, lines))


async def _removed(app: App, servers: Servers, made: Archived, by: str) -> int:
    """Anchor, remove as the migrator of the database the bureau lives in, verify with the archive."""
    anchor = await anchor_archive(app, made, by)
    async with app.database.unit(Scope.for_system(), read_only=True) as db:
        name = (await bureaus.get(db, made.bureau)).database
    urls = servers.database if name == SHARED else servers.own[name]
    gone = await remove_entries(urls, made.bureau, anchor.upto)
    await _verified(app, made.bureau, (made.archive,))
    return gone


async def _asked(app: App, code: str) -> list[str]:
    if code:
        return [await known_bureau(app, code)]
    async with app.database.unit(Scope.for_system(), read_only=True) as db:
        return [entry.code for entry in await bureaus.all_(db)]


async def _verified(app: App, bureau: str, archives: tuple[Archive, ...]) -> ChainReport:
    mine = [one for one in archives if one.head.bureau == bureau]
    async with app.work(system_of(bureau), read_only=True) as work:
        return await verify_journal(work, bureau, mine)


def _say(done: int, total: int) -> None:
    say(f"归档 {done}/{total}")


def _archived(made: Archived) -> dict[str, Any]:
    head = made.archive.head
    return {
        "bureau": made.bureau,
        "file": str(made.file),
        "since": head.since,
        "upto": head.upto,
        "hash": head.hash.hex(),
        "sha256": made.archive.sha256,
    }


def _report(one: ChainReport) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ChainReport.__slots__}


journal_show.add_to(app)
