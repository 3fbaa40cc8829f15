"""`shuangsui migrate`: roles, database and tables of this version, on the operator's server or our own."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from services.cli.output import Json, console, guarded, show
from services.home import Home
from services.wiring import Migrated, migrate_database, settings_for


@guarded
def command(
    home: Annotated[Path | None, typer.Option("--home", help="数据目录 · home folder")] = None,
    as_json: Json = False,
) -> None:
    """建立或升级 DATABASE_URL 所指数据库的表结构；重复运行不改变任何内容 · bring the database to the schema.

    例 / example: shuangsui migrate
    """
    done = asyncio.run(migrate_database(settings_for(Home.at(home) if home else None)))
    changed = done.before != done.after
    told = {"database": done.database, "before": done.before, "after": done.after, "changed": changed}
    show(told, as_json, lambda: console().print(_sentence(done), soft_wrap=True))


def _sentence(done: Migrated) -> str:
    if done.before is None:
        return f"数据库 {done.database}：已建立，版本 {done.after} · created"
    if done.before == done.after:
        return f"数据库 {done.database}：已是版本 {done.after}，未作改动 · nothing to do"
    return f"数据库 {done.database}：由版本 {done.before} 升级到 {done.after} · upgraded"
