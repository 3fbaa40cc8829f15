"""How the operator's commands reach all databases: the wiring, and the URLs only the console has."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from services.cli.output import language, say
from services.home import Home
from services.moving.values import Progress
from services.servers import Servers, start_servers
from services.wiring import open_app, settings_for
from services.work import App

T = TypeVar("T")
By = Annotated[str, typer.Option("--by", help="操作人姓名，记入操作日志 · your name, for the journal")]


def with_servers(home: Path | None, act: Callable[[App, Servers], Awaitable[T]]) -> T:
    """Open the deployment, run `act`, close."""

    async def run() -> T:
        settings = settings_for(Home.at(home) if home else None)
        servers = await start_servers(settings)
        async with open_app(settings, servers=servers) as app:
            return await act(app, servers)

    return asyncio.run(run())


def told(progress: Progress) -> None:
    """One line of a move's progress, on stderr."""
    say(progress.line(language() == "en"))
