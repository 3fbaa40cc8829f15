"""While another system is asked, no transaction stands open: a slow one holds up nobody's rows."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

from sqlalchemy import text

from services.exchange.comparing import compare_all
from services.jobs.deliver import deliver
from services.notify.reach import Reach, Target
from services.usecases.exchange_files import compare_now
from tenants.scope import Scope

from .conftest import LOOPBACK, XP, connect, made, sender, states

OPEN = text(
    "select count(*) from pg_stat_activity where datname = current_database()"
    " and pid <> pg_backend_pid() and xact_start is not null"
)


@asynccontextmanager
async def listening(deployment, body: bytes):
    """A system that looks, at every request, how many transactions are open, and then gives its answer."""
    seen: list[int] = []

    async def serve(reader, writer) -> None:
        await reader.readuntil(b"\r\n\r\n")
        async with deployment.database.unit(Scope.for_system(), read_only=True) as db:
            seen.append((await db.execute(OPEN)).scalar_one())
        head = f"HTTP/1.1 200 x\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        reach = Reach((Target("localhost", port, True),), LOOPBACK)
        yield replace(deployment, settings=replace(deployment.settings, notify_reach=reach)), port, seen


async def test_both_sides_are_compared_without_an_open_transaction(deployment) -> None:
    async with listening(deployment, b'{"batches": []}') as (app, port, seen):
        connection = await connect(app, target=f"http://localhost:{port}")
        found = await compare_now(app, sender(app), connection.id)
        await compare_all(app, XP)
        assert (found.ours, found.theirs, seen) == (0, 0, [0, 0])


async def test_a_file_is_handed_over_without_an_open_transaction(deployment) -> None:
    async with listening(deployment, b'{"receipt": "P-0001"}') as (app, port, seen):
        await connect(app, target=f"http://localhost:{port}")
        file = await made(app, 1)
        await deliver(app, XP)
        assert (await states(app))[file.id] == "received"
        assert seen == [0]
