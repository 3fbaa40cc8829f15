"""A deployment with a stand-in platform beside it, each in a process of its own."""

import asyncio
import json
import sys
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.clock import SimulatedClock
from services.jobs.deliver import deliver
from services.notify.reach import Reach, Target
from services.usecases.exchange_files import begin_delivery
from services.usecases.keep_connection import NewConnection, keep_connection
from services.work import App
from tenants.records import Upload
from tenants.stores import deliveries, uploads
from tests.flows import ceremony as c

XP = "411721"
LOOPBACK = (ip_network("127.0.0.0/8"),)


@dataclass(frozen=True)
class Standing:
    """A running platform."""

    port: int
    folder: Path
    process: asyncio.subprocess.Process

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def offer(self, **files: bytes) -> None:
        """Files it has for the bureau from now on; `_` in a name stands for `-`."""
        given = {key.replace("_", "-"): b64encode(data).decode() for key, data in files.items()}
        await self.control(offer=given)

    async def control(self, **told: Any) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(f"{self.url}/control/set", content=json.dumps(told))
            found: dict[str, Any] = answer.json()
            return found


@asynccontextmanager
async def platform(tmp_path: Path, *words: str) -> AsyncIterator[Standing]:
    """A platform that runs until the test is over."""
    file, folder = tmp_path / f"port-{uuid4().hex}", tmp_path / "shared"
    folder.mkdir(exist_ok=True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.exchange.platform", "--port-file", str(file), *words
    )
    try:
        for _ in range(500):
            if file.exists():
                break
            await asyncio.sleep(0.02)
        yield Standing(int(file.read_text()), folder, process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.fixture(scope="module")
async def deployment(pg_server: Any, new_home: Any, request: pytest.FixtureRequest) -> AsyncIterator[App]:
    name = "x_" + request.module.__name__.rpartition("test_")[2]
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def reaching(deployment: App, there: Standing) -> App:
    """The deployment, allowed to speak to this platform, with a wall clock of the test's own."""
    settings = replace(
        deployment.settings,
        notify_reach=Reach((Target("localhost", there.port, True),), LOOPBACK),
        exchange_folder=there.folder,
    )
    return replace(deployment, settings=settings, wall=SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC)))


def admin(app: App) -> Any:
    return c.acting(app, XP, "bureau_admin")


def sender(app: App) -> Any:
    return c.acting(app, XP, "reviewer")


async def connect(app: App, profile: str = "credit-results", mode: str = "http", **more: str) -> Any:
    async with app.work(admin(app)) as work:
        return await keep_connection(work, NewConnection(profile, mode, **more))


async def made(app: App, n: int, *, profile: str = "credit-results", data: bytes | None = None) -> Upload:
    """A made file, as the use cases make one, on its way where a connection stands."""
    from hashlib import sha256

    content = data or f"file {n} {uuid4()}".encode()
    async with app.work(sender(app)) as work:
        row = Upload(
            XP, uuid4(), "2026Q1", profile, f"{n}.xlsx", sha256(content).hexdigest(), n, work.now, "x"
        )
        await uploads.put(work.db, work.scope, row, content)
        await begin_delivery(work, row)
    return row


async def states(app: App) -> dict[UUID, str]:
    async with app.work(sender(app), read_only=True) as work:
        return {one.upload_id: one.state for one in await deliveries.recent(work.db, work.scope, XP, 1000)}


async def rounds(app: App, most: int = 40) -> None:
    """The worker's rounds with time between them, until nothing is on its way."""
    from services.exchange.comparing import ask_again

    for _ in range(most):
        while any((await deliver(app, XP, 50)).values()):
            pass
        if not {"waiting", "sent"} & {*(await states(app)).values()}:
            return
        app.wall.advance(timedelta(hours=7))
        await ask_again(app, XP)
