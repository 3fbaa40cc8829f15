"""Run as a program: one unit over three databases that dies, or waits, at a named step of its commit."""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from policies.terms import Principal
from tenants import journal
from tenants.databases import Databases
from tenants.scope import Scope
from tenants.stores import log
from tenants.urls import DatabaseUrls

AT = datetime(2025, 12, 25, 2, 0, tzinfo=UTC)


async def put(db: Any, scope: Scope) -> None:
    actor = Principal("dying", "某某", scope.bureau, frozenset({"drawer"}))
    await journal.note(db, scope, actor=actor, action="site.read", target="x", why="", at=AT)


async def die(told: dict[str, Any]) -> None:
    own = {name: DatabaseUrls(**urls) for name, urls in told["own"].items()}
    databases = await Databases.open(DatabaseUrls(**told["shared"]), own, now=lambda: AT)

    def step(name: str) -> None:
        if name == told["step"]:
            if told["wait"]:
                print("waiting", flush=True)
                sys.stdin.readline()
            else:
                os._exit(9)

    databases.step = step
    first, second = (Scope.own(code, "dying") for code in told["bureaus"])
    async with databases.several(first) as unit:
        if told["guard"]:
            await unit.hold(told["guard"], "visits")
        await log.append(unit.control, {"t": "notice", "bureau": first.bureau, "h": "00"}, AT)
        await put(unit.db, first)
        async with unit.acting(second, first) as there:
            await put(there, second)
    await databases.close()


if __name__ == "__main__":
    asyncio.run(die(json.loads(sys.argv[1])))
