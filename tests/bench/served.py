"""The site in a process of its own as `shuangsui serve` runs it, and the barest that could answer."""

import asyncio
import json
import multiprocessing
import re
import secrets
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from functools import partial
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
from litestar import Litestar, get
from litestar.params import FromPath
from redis.asyncio import Redis

from services.api.sites import SiteOut
from services.clock import SimulatedClock
from services.identity.client import challenge
from services.identity.demo_login import demo_login
from services.identity.people import PASSWORD
from services.main import create_app
from services.serve import free_port, serve
from services.wiring import DEMO_START, Servers, open_app

from .deployment import BIG, Bench

SUBJECT = f"demo-{BIG}-drawer"
STRATUM = "case when special then 'special' when key then 'key' else 'general' end as stratum"
FIELDS = ", ".join(STRATUM if name == "stratum" else name for name in SiteOut.__struct_fields__)
SET = (
    "select set_config('app.bureau', $1, true), set_config('app.visible', $2, true),"
    " set_config('app.everywhere', $2, true), set_config('app.subject', $3, true),"
    " set_config('app.system', '', true)"
)
ONE = f"select {FIELDS} from site where bureau = any($1) and bureau = $2 and code = $3"
WHO = (
    "select * from membership where subject = $1 and valid_from <= $2"
    " and (valid_until is null or valid_until >= $2)"
)


def run_site(bench: Bench, made: Servers, port: int) -> None:
    """In a child: the product."""
    settings, clock = bench.settings(port), SimulatedClock(DEMO_START)
    serve(lambda: create_app(settings, lambda: open_app(settings, clock, made)), "127.0.0.1", port)


def run_bare(made: Servers, port: int) -> None:
    """In a child: Litestar and asyncpg, with the product's role and policies and the same answer."""
    serve(partial(bare, made), "127.0.0.1", port)


def bare(made: Servers) -> Litestar:
    """/one: the transaction of the read alone; /both: after asking who it is, as every request must."""

    @asynccontextmanager
    async def opened(app: Litestar) -> Any:
        async with asyncpg.create_pool(made.database.app, init=_json) as app.state.pool:
            app.state.redis = Redis.from_url(made.redis_url)
            yield
            await app.state.redis.aclose()

    @get("/healthz")
    async def healthz() -> str:
        return "ok"

    @get("/one/{bureau:str}/{code:str}")
    async def one(bureau: FromPath[str], code: FromPath[str]) -> SiteOut:
        return await _read(made_app.state.pool, bureau, code)

    @get("/both/{bureau:str}/{code:str}")
    async def both(bureau: FromPath[str], code: FromPath[str]) -> SiteOut:
        await made_app.state.redis.mget("a", "b", "c")
        async with made_app.state.pool.acquire() as db, db.transaction(readonly=True):
            await db.execute(SET, "", "", SUBJECT)
            await db.fetch(WHO, SUBJECT, date(2025, 12, 1))
        return await _read(made_app.state.pool, bureau, code)

    made_app = Litestar([healthz, one, both], lifespan=[opened], openapi_config=None)
    return made_app


async def _read(pool: asyncpg.Pool, bureau: str, code: str) -> SiteOut:
    async with pool.acquire() as db, db.transaction(readonly=True):
        await db.execute(SET, bureau, f"{{{bureau}}}", SUBJECT)
        row = await db.fetchrow(ONE, [bureau], bureau, code)
    return SiteOut(**row)


async def _json(db: asyncpg.Connection) -> None:
    await db.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


@contextmanager
def running(target: Any, *args: Any) -> Iterator[int]:
    """A child that serves on a free port until the context ends."""
    port = free_port()
    child = multiprocessing.get_context("spawn").Process(target=target, args=(*args, port))
    child.start()
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz", trust_env=False, timeout=5)
                break
            except httpx.HTTPError:
                child.join(0.1)
        yield port
    finally:
        child.terminate()
        child.join(15)


def signed_in(port: int, username: str) -> str:
    """The cookie header of a browser that signed in."""

    async def go() -> str:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30
        ) as client:
            await demo_login(client, username)
            return "; ".join(f"{one.name}={one.value}" for one in client.cookies.jar)

    return asyncio.run(go())


def token_of(port: int, username: str) -> str:
    """The authorization header of a person's access token, from the identity service's own forms."""
    verifier, back = secrets.token_urlsafe(48), f"http://127.0.0.1:{port}/login/callback"
    there = f"http://127.0.0.1:{port}/realms/shuangsui"
    with httpx.Client(trust_env=False, timeout=30) as client:
        asked = {"client_id": "shuangsui", "redirect_uri": back, "response_type": "code", "scope": "openid",
                 "state": "s", "nonce": "n", "code_challenge": challenge(verifier),
                 "code_challenge_method": "S256"}  # fmt: skip
        page = client.get(f"{there}/protocol/openid-connect/auth", params=asked)
        number = unescape(re.findall(r'name="execution" value="([^"]+)"', page.text)[0])
        form = {"execution": number, "username": username, "password": PASSWORD}
        sent = client.post(f"{there}/login-actions/authenticate", data=form)
        code = parse_qs(urlsplit(sent.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "client_id": "shuangsui", "code": code,
                "redirect_uri": back, "code_verifier": verifier}  # fmt: skip
        answer = client.post(f"{there}/protocol/openid-connect/token", data=form)
        return f"Bearer {answer.json()['access_token']}"
