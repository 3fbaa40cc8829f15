"""Movers in processes of their own that die at a named point: `python -m tests.faults.mover`.

Each line on its standard input is an order as JSON, carried out by a fork; its exit status comes back.
"""

import asyncio
import json
import os
import sys
from typing import Any

from services.clock import SimulatedClock
from services.home import Home
from services.moving.values import MoveOrder, Progress
from services.ruling.lawfiles import lawbook
from services.servers import Servers
from services.settings import DEMO_ORIGIN, Settings
from services.usecases.move_bureau import move_bureau
from services.work import App
from tenants.databases import Databases
from tenants.file_keys import LocalFileKeys
from tenants.session import Limits
from tenants.urls import DatabaseUrls
from tests.flows.ceremony import PLANNED

DEAD = 9


async def run(given: dict[str, Any]) -> None:
    """Move, and die at `given["at"]`: "<step>", "<step> <n>/" for a table, or a step of the commit."""
    own = {name: DatabaseUrls(**urls) for name, urls in given["own"].items()}
    servers = Servers(DatabaseUrls(**given["shared"]), "redis://unused", own)
    home, clock = Home.at(given["home"]), SimulatedClock(PLANNED)
    database = await Databases.open(servers.database, own, now=clock.now, limits=Limits(3.0, 20.0))
    nothing: Any = None
    app = App(
        settings=Settings(home=home, demo=True, log_origin=DEMO_ORIGIN),
        clock=clock, database=database, portal=nothing, keys=LocalFileKeys(home.keys), book=lawbook(),
        home=home, log=nothing, redis=None,
    )  # fmt: skip

    def told(progress: Progress) -> None:
        point = f"{progress.step} {progress.en}".strip()
        if point == given["at"] or (given["at"].endswith("/") and point.startswith(given["at"])):
            os._exit(DEAD)
        if progress.step == 5:
            database.step = die

    def die(step: str) -> None:
        if f"commit {step}" == given["at"]:
            os._exit(DEAD)

    await move_bureau(app, servers, MoveOrder(given["bureau"], given["to"], "运维甲", wait=5.0), told)


def serve() -> None:
    """One fork an order: what is imported is imported once."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            asyncio.run(run(json.loads(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
