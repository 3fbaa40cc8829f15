"""A city with ten districts on throw-away servers, and a reader who keeps one connection busy."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from policies.terms import Bureau
from services.clock import SimulatedClock
from services.embedded import ensure_postgres, ensure_valkey, forget
from services.home import PASSABLE, Home
from services.settings import DEMO_ORIGIN, Settings
from services.wiring import DEMO_START, Servers, open_app
from tenants.migrate import set_up
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import make_engine
from tenants.stores import bureaus
from tenants.tables import draw, membership, site, task, visit
from tenants.urls import DatabaseUrls, RolePasswords
from tests.prove.rows import OWN, row_of

PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")
IDENTITY = "shuangsui-bench"
PROVINCE, CITY = "410000", "411700"
DISTRICTS = tuple(f"4117{n}" for n in range(21, 31))
BIG, SITES, FEW = DISTRICTS[0], 11_259, 200
APART = {"own1": DISTRICTS[1:3], "own2": DISTRICTS[3:5], "own3": DISTRICTS[5:7]}
DRAWS, TASKS, VISITS = 3, 60, 50
PERIOD = "2025Q4"  # the quarter of DEMO_START
ROLES = {f"demo-{BIG}-drawer": (BIG, "drawer"), f"demo-{CITY}-auditor": (CITY, "city_auditor")}


@dataclass(frozen=True)
class Bench:
    """The servers; `superuser` may look past every policy."""

    superuser: str
    redis: str
    home: Home

    def settings(self, port: int) -> Settings:
        return Settings(
            home=self.home,
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            demo=True,
            log_origin=DEMO_ORIGIN,
        )


@contextmanager
def servers() -> Iterator[Bench]:
    """PostgreSQL with durability, and Valkey, as a user starts them; gone afterwards."""
    base = Path(tempfile.mkdtemp(prefix="shuangsui-bench-"))
    base.chmod(PASSABLE)
    home = Home.at(base / "home").make()
    try:
        yield Bench(ensure_postgres(home).superuser_dsn, ensure_valkey(home).url, home)
    finally:
        forget(home)
        shutil.rmtree(base, ignore_errors=True)


async def furnished(bench: Bench, name: str, *, apart: bool = False, sites: int = SITES) -> Servers:
    """The city in a new deployment; with `apart`, six of the districts in three databases of their own.

    `sites`: of the big district.
    """
    shared = await set_up(bench.superuser, name, PASSWORDS, identity=IDENTITY)
    own: dict[str, DatabaseUrls] = {}
    for one in APART if apart else ():
        own[one] = await set_up(bench.superuser, f"{name}_{one}", PASSWORDS, identity=f"{IDENTITY}/{one}")
    made = Servers(shared, bench.redis, own)
    async with (
        open_app(bench.settings(1), SimulatedClock(DEMO_START), made) as app,
        app.database.several(Scope.for_system()) as unit,
    ):
        for bureau in _tree():
            await bureaus.put(unit.control, bureau)
        for one in own:
            for code in APART[one]:
                await bureaus.place(unit.control, code, one)
        await unit.share_bureaus()
    await _appoint(bench, name)
    homes = {code: one for one in own for code in APART[one]}
    for code in DISTRICTS:
        amount = sites if code == BIG else FEW
        await _fill(bench, f"{name}_{homes[code]}" if code in homes else name, code, amount)
    for one in (name, *(f"{name}_{one}" for one in own)):
        async with administer(bench.superuser, one) as db:
            await db.execute(text("analyze"))
    for one in (name, *(f"{name}_{one}" for one in own)):
        await _vacuumed(bench, one)
    return made


async def _vacuumed(bench: Bench, database: str) -> None:
    """As the server does by itself within minutes: rows that everybody may see are marked so."""
    url = make_url(bench.superuser).set(database=database)
    engine = make_engine(url.render_as_string(hide_password=False), poolclass=NullPool)
    async with engine.connect() as db:
        await (await db.execution_options(isolation_level="AUTOCOMMIT")).execute(text("vacuum site"))
    await engine.dispose()


def _tree() -> Sequence[Bureau]:
    above = (
        Bureau(PROVINCE, "河南省生态环境厅", "province"),
        Bureau(CITY, "驻马店市生态环境局", "city", PROVINCE),
    )
    return [*above, *(Bureau(code, f"模拟{code}分局", "county", CITY) for code in DISTRICTS)]


async def _appoint(bench: Bench, database: str) -> None:
    """Two people hold their role since before there were grants by two."""
    async with _unguarded(bench, database) as db:
        for subject, (code, role) in ROLES.items():
            held = {"bureau": code, "subject": subject, "role": role, "name": "某某", "certificate": ""}
            await db.execute(insert(membership), held | {"valid_from": date(2025, 1, 1), "origin": "earlier"})


@asynccontextmanager
async def _unguarded(bench: Bench, database: str) -> AsyncIterator[AsyncConnection]:
    """As the superuser, triggers and keys off."""
    url = make_url(bench.superuser).set(database=database)
    engine = make_engine(url.render_as_string(hide_password=False), poolclass=NullPool)
    async with engine.begin() as db:
        await db.execute(text("set local session_replication_role = replica"))
        yield db
    await engine.dispose()


async def _fill(bench: Bench, database: str, code: str, amount: int) -> None:
    """Rows of a district: so many sites, some draws and visits."""
    rows = [_row(site, code, code=f"S{n:05d}", name=_name(n), key=n % 10 == 0, special=n % 25 == 0,
                   industry=f"C{13 + n % 30} 行业{n % 30}", division=f"{code}{n % 20:03d}",
                   extra={}, overrides=[], special_cases=[]) for n in range(amount)]  # fmt: skip
    numbers = range(1, DRAWS + 1)
    draws = [_row(draw, code, subject=code, draw_no=n, item=f"i{n}", period=PERIOD) for n in numbers]
    tasks = [_row(task, code, draw_no=n, slot=slot, state="dispatched", visit_on=date(2025, 12, 5))
             for n in numbers for slot in range(TASKS)]  # fmt: skip
    visits = [_row(visit, code, subject=code, id=UUID(int=int(code) << 32 | n), draw_no=1, slot=n,
                     started_at=DEMO_START) for n in range(VISITS)]  # fmt: skip
    async with _unguarded(bench, database) as db:
        for table, many in ((site, rows), (draw, draws), (task, tasks), (visit, visits)):
            await db.execute(insert(table), many)


def _row(table: Table, bureau: str, code: str | None = None, **more: Any) -> dict[str, Any]:
    """A whole row of a bureau, without words from other rows' keys."""
    made = row_of(table, OWN, **more) | {"bureau": bureau}
    return made if code is None else made | {"code": code}


def _name(n: int) -> str:
    kinds = ("化工", "印染", "水泥", "食品", "养殖", "机械", "医药", "电镀")
    return f"{kinds[n % 8]}模拟企业第{n}厂"


class Reader:
    """One kept-alive connection; sends the same bytes again and again. A client library would cost more."""

    def __init__(self, port: int, path: str, **headers: str) -> None:
        lines = [f"GET {path} HTTP/1.1", f"host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._asked, self._port = "\r\n".join([*lines, "", ""]).encode(), port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self) -> bytes:
        """The body; anything but 200 is a mistake of the bench."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        incoming, outgoing = self._streams
        outgoing.write(self._asked)
        head = await incoming.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0])
        body = await incoming.readexactly(length)
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise SystemExit(f"{head.decode()}{body[-600:]!r}")
        return body


@asynccontextmanager
async def opened(bench: Bench, made: Servers) -> AsyncIterator[Any]:
    """The wiring over the city, in this process."""
    async with open_app(bench.settings(1), SimulatedClock(DEMO_START), made) as app:
        yield app
