"""Asks a world and keeps what it answered, with times, sessions and random numbers made alike."""

import re
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from litestar import Litestar

from services.identity.demo_login import csrf_of, demo_login
from tests.confirming import Confirming

from .bodies import body_of
from .probes import Probe
from .programs import programs
from .rows import FOREIGN
from .same_ids import same_ids
from .worlds import World

PAGED = re.compile(r"(\.[0-9a-f]{24}\.)[0-9a-f]{16}")
RANDOM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
HEADERS = ("content-type", "location", "cache-control", "etag", "content-disposition", "vary")
FORM = {
    "reason": "理由", "why": "理由", "period": "2026Q1", "day": "2026-01-06", "receipt": "回执",
    "bureau": FOREIGN, "draw_no": "700007", "certificate": "x",
    "id": "x", "subject": "x", "key": "x", "site": "x", "accept": "yes",
}  # fmt: skip
FILES = ("file", "bundle", "trust")


@dataclass(frozen=True)
class Answer:
    """What came back: status, telling headers, compressed body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    packed: bytes

    @property
    def body(self) -> str:
        return zlib.decompress(self.packed).decode("utf-8", "replace")


def packed(body: bytes) -> bytes:
    """A body as an answer keeps it."""
    return zlib.compress(body)


def unpaged(text: str) -> str:
    """A page without the number its forms carry, which is another each time it is shown."""
    return PAGED.sub(r"\1<page>", text)


@dataclass
class Person:
    """A signed-in browser; the token its forms carry is a random number like others.

    Attributes:
        own: a real id of the own bureau's rows by table.
        program: writes through the API, and confirms what asks for a second factor; a browser could not.
    """

    client: Confirming
    csrf: str = ""
    own: dict[str, str] = field(default_factory=dict)
    program: Confirming | None = None

    async def ask(self, probe: Probe, schema: dict[str, Any]) -> Answer:
        got = await self._send(probe, schema)
        body = got.content
        for token in filter(None, (self.csrf, self.client.token)):
            body = body.replace(token.partition(".")[0].encode(), b"<csrf>")
        if got.headers.get("content-type", "").startswith(
            ("text/", "application/json", "application/problem")
        ):
            body = RANDOM.sub("<id>", body.decode("utf-8", "replace")).encode()
        if probe.path.startswith("/metrics"):
            body = re.sub(rb"(?m)^\w+_seconds.* \S+$", b"<seconds>", body)
        body = body.replace(got.headers.get("x-request-id", "<none>").encode(), b"<request>")
        headers = tuple((h, RANDOM.sub("<id>", got.headers.get(h, ""))) for h in HEADERS)
        return Answer(got.status_code, headers, packed(body))

    async def _send(self, probe: Probe, schema: dict[str, Any]) -> httpx.Response:
        if probe.method == "GET":
            return await self.client.get(probe.path)
        if not probe.path.startswith("/api/"):
            headers = {"x-csrf-token": self.client.token or self.csrf}
            return await self.client.post(probe.path, data=FORM, headers=headers)
        kind, body = body_of(schema, probe, self.own)
        program = self.program or self.client
        request = program.build_request(probe.method, probe.path, **carried(kind, body))
        await request.aread()  # whoever is asked for a second factor sends the same once more
        return await program.send(request)


def carried(kind: str, body: Any) -> dict[str, Any]:
    """A body as the client takes it; a form with a file has one of nothing in particular."""
    if kind != "multipart/form-data":
        return {} if body is None else {"json": body}
    fields = {name: value for name, value in body.items() if name not in FILES}
    files = {name: ("x.csv", b"x", "text/csv") for name in FILES if name in body}
    return {"data": fields, "files": files}


@asynccontextmanager
async def signed_in(
    world: World, names: Sequence[str], *, forms: str = "/desk/people"
) -> AsyncIterator[dict[str, Person]]:
    """A browser for every name, "" for the public; `forms` is a page with the token of the session."""
    async with AsyncExitStack() as stack:
        found: dict[str, Person] = {}
        for name in names:
            client = await stack.enter_async_context(
                Confirming(
                    base_url=world.settings.public_url,
                    trust_env=False,
                    timeout=60,
                    limits=httpx.Limits(max_keepalive_connections=0),  # a browser that waited finds it closed
                    headers={"accept": "text/html"},
                )
            )
            found[name] = Person(client, own=world.own)
            if name:
                await demo_login(client, name, level=2)
                client.username = name  # whatever needs a second factor of its own gets it
                found[name].csrf = csrf_of(await client.get(forms)) or csrf_of(await client.get("/desk"))
                assert found[name].csrf, name
        yield found


async def ask_all(world: World, probes: Sequence[Probe], app: Litestar) -> list[Answer]:
    """Every probe in order: both worlds go through the same changes."""
    schema, names = app.openapi_schema.to_schema(), sorted({probe.who for probe in probes})
    async with signed_in(world, names) as people, programs(world, app, names) as made:
        for name, program in made.items():
            people[name].program = program
        found = []
        with same_ids() as dice:  # hashes in a journal cover ids that earlier questions made
            for n, probe in enumerate(probes):
                dice.seed(n)
                found.append(await people[probe.who].ask(probe, schema))
        return found
