"""`shuangsui stop`: stop the embedded servers of a home, and remove it when asked."""

from pathlib import Path
from typing import Annotated, ClassVar

import typer

from policies.errors import Kind, Language, Problem, Wording
from services.cli.output import Json, guarded, show
from services.embedded import forget, stop_all
from services.home import Home


class NotAHome(Problem):
    """What is to be removed does not look like a home folder: it may be somebody's own files."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "不是本系统的数据目录，未删除", "含有 data、keys、run 的目录", "请核对 --home 或 SHUANGSUI_HOME。"
        ),
        "en": Wording(
            "Not a home folder; nothing was removed",
            "a folder with data, keys and run",
            "Check --home or SHUANGSUI_HOME.",
        ),
    }


@guarded
def command(
    home: Annotated[Path | None, typer.Option(help="数据目录 · home folder")] = None,
    remove: Annotated[
        bool, typer.Option("--forget", help="并删除整个数据目录及另放的数据，不能恢复 · remove all data")
    ] = False,
    as_json: Json = False,
) -> None:
    """停止内置的数据库和缓存服务；数据保留，除非 --forget。

    例 / example: shuangsui stop
    """
    where = Home.at(home) if home else Home.from_env()
    there = remove and where.root.exists()
    if there and not all(path.is_dir() for path in (where.data, where.keys, where.run)):
        raise NotAHome(where.root)
    stopped = stop_all(where)
    if there:
        forget(where)
    show({"stopped": stopped, "removed": str(where.root) if there else None}, as_json)
