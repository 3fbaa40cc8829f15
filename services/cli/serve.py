"""`shuangsui serve`: the site over the data that is there."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli.output import Json, emit, guarded, say
from services.embedded import using
from services.home import Home
from services.jobs.worker import worker_of
from services.main import create_app
from services.serve import serve
from services.wiring import open_app, settings_for, start_servers


@guarded
def command(
    home: Annotated[Path | None, typer.Option(help="数据目录 · home folder")] = None, as_json: Json = False
) -> None:
    """启动网站；地址由 HOST、PORT 决定。

    例 / example: PORT=8080 shuangsui serve
    """
    settings = settings_for(Home.at(home) if home else None)
    with using(settings.home, stop=False):
        servers = asyncio.run(start_servers(settings))
        if as_json:
            emit({"url": settings.public_url})
        else:
            say(f"网站 / site: {settings.public_url}")
        opened = partial(open_app, settings, servers=servers)
        site = partial(create_app, settings, opened, beside=worker_of(settings))
        serve(site, settings.host, settings.port)
