"""Ten thousand made files on the outbox of one bureau, handed to a receiver that answers at once.

The receiver is a process of its own; beside it the same PUTs without an outbox, a receipt or a journal.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from ipaddress import ip_network
from pathlib import Path
from uuid import uuid4

import httpx

from policies.terms import Principal
from services.jobs.deliver import deliver
from services.notify.reach import Reach, Target
from services.usecases.exchange_files import begin_delivery
from services.usecases.keep_connection import NewConnection, keep_connection
from services.work import App
from tenants.records import Upload
from tenants.stores import deliveries, uploads

from .deployment import BIG, Bench, furnished, opened, servers
from .meter import Figure

FILES, PROFILE = 10_000, "credit-results"
BATCH = 500  # files made in one transaction
RECEIVER = """
import asyncio, re, sys
async def serve(reader, writer):
    n = 0
    try:
        while True:
            head = (await reader.readuntil(b"\\r\\n\\r\\n")).lower()
            await reader.readexactly(int(re.search(rb"content-length: (\\d+)", head)[1]))
            sha256 = re.search(rb"x-content-sha256: (\\w+)", head)[1]
            body = b'{"receipt": "P-%s", "sha256": "%s", "count": 1}' % (sha256[:12], sha256)
            writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


@contextmanager
def receiver() -> Iterator[int]:
    """A system that takes everything at once; its port."""
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "receiver.py"
        script.write_text(RECEIVER, encoding="utf-8")
        with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as process:
            try:
                yield int((process.stdout or sys.stdin).readline())
            finally:
                process.kill()


def acting(app: App, role: str) -> Principal:
    at, roles = int(app.clock.now().timestamp()), frozenset({role})
    return Principal(subject=role, name="某某", bureau=BIG, roles=roles, acr=2, auth_time=at)


async def made(app: App, port: int) -> list[tuple[str, bytes]]:
    """The connection, and the files with their orders: key and bytes of each."""
    target = f"http://localhost:{port}"
    async with app.work(acting(app, "bureau_admin")) as work:
        await keep_connection(work, NewConnection(PROFILE, "http", target))
    found: list[tuple[str, bytes]] = []
    for start in range(0, FILES, BATCH):
        async with app.work(acting(app, "reviewer")) as work:
            for n in range(start, start + BATCH):
                data = f"file {n} of a bench ".encode() * 100
                digest = sha256(data).hexdigest()
                row = Upload(BIG, uuid4(), "2025Q4", PROFILE, f"{n}.xlsx", digest, 1, work.now, "x")
                await uploads.put(work.db, work.scope, row, data)
                await begin_delivery(work, row)
                found.append((f"{BIG}-{row.id}", data))
    return found


async def bare(port: int, files: list[tuple[str, bytes]]) -> float:
    """The PUTs alone, one after the other over one connection."""
    start = time.perf_counter()
    async with httpx.AsyncClient(trust_env=False) as client:
        for key, data in files:
            headers = {"x-content-sha256": sha256(data).hexdigest(), "x-row-count": "1"}
            answer = await client.put(f"http://127.0.0.1:{port}/batches/{key}", content=data, headers=headers)
            answer.raise_for_status()
    return time.perf_counter() - start


async def _measured(bench: Bench, port: int) -> tuple[float, float]:
    furnishing = await furnished(bench, "exchange")
    async with opened(bench, furnishing) as plain:
        reach = Reach((Target("localhost", port, True),), (ip_network("127.0.0.0/8"),))
        app = replace(plain, settings=replace(plain.settings, notify_reach=reach))
        files = await made(app, port)
        start = time.perf_counter()
        while any((await deliver(app, BIG)).values()):
            pass
        spent = time.perf_counter() - start
        async with app.work(acting(app, "reviewer"), read_only=True) as work:
            every = await deliveries.recent(work.db, work.scope, BIG, FILES)
        if {one.state for one in every} != {"received"} or len(every) != FILES:
            raise SystemExit(f"{len(every)}: { {one.state for one in every} }")
    return spent, await bare(port, files)


def figures() -> Iterator[Figure]:
    with receiver() as port, servers() as bench:
        spent, plain = asyncio.run(_measured(bench, port))
    target = f"≤ 60 s: {'met' if spent <= 60 else 'not met'}"
    words = f"{FILES:,} files on the outbox handed over, each with its receipt and its row of the journal"
    yield Figure(words, "wall s", spent, "bare HTTP puts of the same files, one connection", plain, target)
