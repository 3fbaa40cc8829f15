"""A running site with the embedded identity provider, real Valkey, and a directory held in memory."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, MultipartBody

from services.clock import SimulatedClock, SystemClock
from services.embedded import ValkeyServer
from services.home import Home
from services.identity.people import demo_people
from services.main import create_app
from services.redis_client import redis_client
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.web.depends import InWork
from services.web.pages import page
from services.web.state import principal_of, web_of
from services.work import App
from tenants.client_rows import ApiClient
from tenants.errors import Conflict
from tenants.rows import Membership
from tenants.units import Alone

SINCE = date(2025, 1, 1)


class MovableClock:
    """The machine's clock, with an offset tests may move."""

    simulated = False

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.offset


@dataclass
class MemoryDirectory:
    rows: list[Membership] = field(default_factory=list)
    programs: list[ApiClient] = field(default_factory=list)

    async def of_subject(self, subject: str, on: date) -> list[Membership]:
        found = [m for m in self.rows if m.subject == subject and m.valid_from <= on]
        return [m for m in found if m.valid_until is None or on <= m.valid_until]

    async def of_client(self, client: str, on: date) -> list[ApiClient]:
        return [c for c in self.programs if c.client == client and c.valid_from <= on <= c.valid_until]

    async def names_of(self, subject: str, codes: Sequence[str]) -> dict[str, str]:
        return {code: f"单位{code}" for code in codes}


class Clash(Exception):
    """Stands for a constraint's error, which the real unit tells as a Conflict."""


class NoDatabase:
    """Notes how each transaction was asked for and how it ended."""

    def __init__(self) -> None:
        self.units: list[dict[str, Any]] = []

    @asynccontextmanager
    async def unit(self, scope: Any, **how: Any) -> AsyncIterator[None]:
        note = {"scope": scope, "ended": "running"} | how
        self.units.append(note)
        try:
            yield None
        except Clash:
            note["ended"] = "rolled back"
            raise Conflict() from None
        except BaseException:
            note["ended"] = "rolled back"
            raise
        note["ended"] = "committed"

    @asynccontextmanager
    async def several(self, scope: Any, **how: Any) -> AsyncIterator[Alone]:
        nothing: Any = None
        async with self.unit(scope, **how):
            yield Alone(nothing)


@dataclass
class Site:
    base: str
    settings: Settings
    wall: MovableClock
    clock: SimulatedClock
    directory: MemoryDirectory
    database: NoDatabase
    redis: Any
    litestar: Any

    @property
    def identity(self) -> Any:
        return web_of(type("C", (), {"app": self.litestar})()).identity

    @property
    def cookie(self) -> str:
        return f"shuangsui-session-{self.settings.port}"

    def client(self, **more: Any) -> httpx.AsyncClient:
        headers = {"accept": "text/html"} | more.pop("headers", {})
        return httpx.AsyncClient(base_url=self.base, trust_env=False, headers=headers, **more)


def memberships() -> list[Membership]:
    return [Membership(p.bureau, p.subject, role, p.name, SINCE) for p in demo_people() for role in p.roles]


AnyRequest = Request[Any, Any, Any]


@get("/t/me", action="session.use")
async def me(request: AnyRequest) -> dict[str, Any]:
    who = principal_of(request)
    return {"subject": who.subject, "bureau": who.bureau, "roles": sorted(who.roles), "acr": who.acr}


@get("/t/{bureau:str}/sites", action="site.read")
async def sites(work: InWork, bureau: FromPath[str]) -> dict[str, Any]:
    return {"bureau": bureau, "visible": work.scope.visible}


@get("/t/{bureau:str}/draw", action="draw.freeze")
async def ceremony(work: InWork, bureau: FromPath[str]) -> dict[str, Any]:
    work.require("draw.freeze", bureau=bureau)
    return {"acr": work.principal.acr}


@get("/t/form", action="session.use")
async def form(request: AnyRequest) -> Any:
    return page(request, "choose_bureau.html", bureaus=["411721"], memberships=[], names={}, next="/")


@post("/t/save", action="session.use")
async def save(work: InWork) -> str:
    return "saved"


@post("/t/upload", action="session.use")
async def upload(work: InWork, data: MultipartBody[UploadFile]) -> str:
    return f"{len(await data.read())}"


@post("/t/break", action="session.use")
async def breaks(work: InWork) -> None:
    raise RuntimeError("the words of the fault stay inside")


@post("/t/clash", action="session.use")
async def clashes(work: InWork) -> None:
    raise Clash


@get("/t/open", action="public.read", public_cache="public, max-age=60")
async def open_(request: AnyRequest) -> str:
    return "open"


@get("/api/v1/me", action="session.use")
async def api_me(request: AnyRequest) -> dict[str, Any]:
    who = principal_of(request)
    return {"subject": who.subject, "bureau": who.bureau}


@post("/api/v1/freeze", action="draw.freeze")
async def api_freeze(request: AnyRequest) -> None:
    return None


DOORS = [me, sites, ceremony, form, save, upload, breaks, clashes, open_, api_me, api_freeze]


def settings_for(home: Home, port: int, **more: Any) -> Settings:
    url = f"http://127.0.0.1:{port}"
    return Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN, **more)


@asynccontextmanager
async def running(
    settings: Settings, redis_url: str, rows: list[Membership], clock: Any, wall: MovableClock
) -> AsyncIterator[Site]:
    """The site on a real port, with these members."""
    redis: Any = redis_client(redis_url)
    directory, database = MemoryDirectory(rows), NoDatabase()

    @asynccontextmanager
    async def open_app() -> AsyncIterator[App]:
        nothing: Any = None
        held: Any = database
        yield App(settings, clock, held, held, nothing, nothing, settings.home, nothing, redis, wall)

    app = create_app(settings, open_app, doors=DOORS, directory=lambda _: directory, wall=wall)
    async with serving(app, settings.host, settings.port):
        yield Site(settings.public_url, settings, wall, clock, directory, database, redis, app)
    await redis.aclose()


@pytest.fixture(scope="session")
def run_site(valkey_server: ValkeyServer) -> Callable[..., Any]:
    """`running` over the session's Valkey: give settings and members."""

    def run(settings: Settings, rows: list[Membership], clock: Any = None) -> Any:
        return running(settings, valkey_server.url, rows, clock or SystemClock(), MovableClock())

    return run


@pytest.fixture(scope="session")
async def identity_site(run_site: Callable[..., Any], new_home: Callable[[str], Home]) -> AsyncIterator[Site]:
    """The site as a browser meets it: a real port, the embedded provider, real sessions."""
    settings = settings_for(new_home("identity").make(), free_port())
    clock = SimulatedClock(datetime(2026, 1, 5, 1, tzinfo=UTC))
    async with run_site(settings, memberships(), clock) as found:
        yield found


@pytest.fixture
async def site(identity_site: Site) -> AsyncIterator[Site]:
    """The running site as it was at the start: clock, memberships and notes are put back."""
    identity_site.database.units.clear()
    yield identity_site
    identity_site.wall.offset = timedelta()
    identity_site.directory.rows = memberships()
    identity_site.directory.programs = []
