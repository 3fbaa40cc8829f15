"""`shuangsui stop`: stop the embedded servers of a home."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.output import Json, guarded, show
from services.embedded import stop_all
from services.home import Home


@guarded
def command(
    home: Annotated[Path | None, typer.Option(help="数据目录 · home folder")] = None, as_json: Json = False
) -> None:
    """停止内置的数据库和缓存服务；数据保留。

    例 / example: shuangsui stop
    """
    stopped = stop_all(Home.at(home) if home else Home.from_env())
    show({"stopped": stopped}, as_json)
