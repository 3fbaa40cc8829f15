"""`shuangsui migrate`: roles, databases and tables of this version, on the operator's servers or our own."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.output import EXIT, Json, console, emit, guarded, language, say
from services.home import Home
from services.wiring import Migrated, migrate_databases, settings_for


@guarded
def command(
    home: Annotated[Path | None, typer.Option("--home", help="数据目录 · home folder")] = None,
    as_json: Json = False,
) -> None:
    """逐个建立或升级全部数据库，互不影响；重复运行不改变任何内容 · bring every database to the schema.

    例 / example: shuangsui migrate --json
    """
    settings = settings_for(Home.at(home) if home else None)
    told = None if as_json else _tell
    done = asyncio.run(migrate_databases(settings, told=told, step=lambda name, step: say(f"{name}: {step}")))
    failed = next((one.problem for one in done if one.problem is not None), None)
    if as_json:
        whole = _told(done[0]) | {"databases": [_told(one) | {"name": one.name} for one in done]}
        emit(whole if failed is None else whole | {"error": failed.as_dict(language())})
    if failed is not None:
        raise typer.Exit(EXIT[failed.kind])


def _tell(done: Migrated) -> None:
    if done.problem is None:
        console().print(_sentence(done), soft_wrap=True)
    else:
        say(f"数据库 {done.name}：{done.problem.line(language())}")


def _sentence(done: Migrated) -> str:
    called = done.database if done.name == "shared" else f"{done.database}（{done.name}）"
    if done.before is None:
        return f"数据库 {called}：已建立，版本 {done.after} · created"
    if done.before == done.after:
        return f"数据库 {called}：已是版本 {done.after}，未作改动 · nothing to do"
    return f"数据库 {called}：由版本 {done.before} 升级到 {done.after} · upgraded"


def _told(done: Migrated) -> dict[str, Any]:
    found: dict[str, Any] = {"database": done.database, "before": done.before, "after": done.after or None}
    if done.problem is not None:
        return found | {"changed": False, "problem": done.problem.line(language())}
    return found | {"changed": done.before != done.after}
