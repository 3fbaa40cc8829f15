"""Two worlds that differ only in what another bureau keeps to itself.

Both begin as half a quarter of two counties, told through the use cases. The second gets, past every rule
and as the superuser: other rosters, people, plans, drafts, sealed parts, visits, journal rows of the foreign
bureau, and rows that point at the own one: its sites, its officers, its draw.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import text

from services.clock import SimulatedClock
from services.drawing.pseudonyms import pseudonym_key
from services.home import Home
from services.main import create_app
from services.metrics import REGISTRY
from services.serve import serving
from services.settings import DEMO_ORIGIN, Settings
from services.wiring import DEMO_START, Servers, open_app
from tenants.migrate import set_up
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import make_engine
from tenants.stores import bureaus
from tenants.urls import DatabaseUrls, RolePasswords
from tests.services.pages import conftest as pages

from .rows import FOREIGN, MARK, OWN, put_rows, tables

PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")
IDENTITY = "shuangsui-demo"
NAME = {"told": "prove_told", "same": "prove_same", "other": "prove_other"}
DIFFERENCES = (
    f"update site set name = '{MARK}' || name, key = not key, phone = '{MARK}' where bureau = '{FOREIGN}'",
    f"delete from site where bureau = '{FOREIGN}' and code in (select code from site s"
    f" where s.bureau = '{FOREIGN}' order by md5(code) limit 20)",
    f"update officer set name = '{MARK}' || name, on_post = not on_post where bureau = '{FOREIGN}'",
    f"update journal set why = '{MARK}', actor_name = '{MARK}' where bureau = '{FOREIGN}'",
    f"update membership set name = '{MARK}' where bureau = '{FOREIGN}'",
    f"update draw_sealed set blob = blob || 'x' where bureau = '{FOREIGN}'",
    f"update import_batch set file_name = '{MARK}' where bureau = '{FOREIGN}'",
    # what a query would find that looks for the own bureau's things and forgets whose rows it reads
    f"update draw set subject = '{OWN}' where bureau = '{FOREIGN}' and draw_no = 700007",
    f"update joint set other_bureau = '{OWN}', other_draw_no = 1, other_slot = 0 where bureau = '{FOREIGN}'",
    f"update visit set subject = '{OWN}', site_code = coalesce((select min(code) from site"
    f" where bureau = '{OWN}'), site_code)"
    f" where bureau = '{FOREIGN}'",
    f"update notice set subject = '{OWN}' where bureau = '{FOREIGN}' and published_at is null",
    f"update task set state = 'dispatched', visit_on = '2026-01-05'"
    f" where bureau = '{FOREIGN}' and draw_no = 700007",
    "insert into assignment (bureau, draw_no, slot, certificate, n, lead, from_day)"
    f" select '{FOREIGN}', 700007, 50005, certificate, 1, true, '2026-01-01' from officer"
    f" where bureau = '{OWN}'",
    f"insert into officer select (jsonb_populate_record(o, jsonb_build_object('bureau', '{FOREIGN}',"
    f" 'name', '{MARK}'))).* from officer o where bureau = '{OWN}' on conflict do nothing",
)


@dataclass(frozen=True)
class World:
    """One deployment that can be served; `own` are ids of the own bureau's rows by table."""

    settings: Settings
    servers: Servers
    moment: Any
    own: dict[str, str] = field(default_factory=dict)

    @asynccontextmanager
    async def served(self, clock: SimulatedClock | None = None) -> AsyncIterator[Any]:
        """The running application, at the address both worlds share.

        Args:
            clock: given by whoever moves it; without one the time stands still.
        """
        clock = clock or SimulatedClock(self.moment)
        REGISTRY.__init__()  # type: ignore[misc]  # it counts for a process, and a process is one world
        litestar = create_app(self.settings, lambda: open_app(self.settings, clock, self.servers))
        async with serving(litestar, "127.0.0.1", self.settings.port):
            yield litestar


def settings_for(home: Home, port: int) -> Settings:
    url = f"http://127.0.0.1:{port}"
    return Settings(home=home.make(), port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)


def redis_of(url: str, number: int) -> str:
    return f"{url.rsplit('/', 1)[0]}/{number}"


async def told(superuser_dsn: str, redis_url: str, home: Home, port: int) -> World:
    """The common beginning."""
    settings = settings_for(home, port)
    urls = await set_up(superuser_dsn, NAME["told"], PASSWORDS, identity=IDENTITY)
    servers, clock = Servers(urls, redis_of(redis_url, 4)), SimulatedClock(DEMO_START)
    async with open_app(settings, clock, servers) as app:
        await pages._tell(pages.Stage(app, lambda line: None))
        async with app.database.unit(Scope.for_system(), read_only=True) as db:
            codes = [one.code for one in await bureaus.all_(db)]
        for code in codes:  # both worlds order a reader's copy by the same key
            await app.keys.make(code)
            await pseudonym_key(app.keys, app.home.keys, code)
    return World(settings, servers, clock.now())


async def copy(start: World, superuser_dsn: str, redis_url: str, home: Home, name: str) -> World:
    """The world once more: same address, own database, own home, own Redis."""
    async with administer(superuser_dsn) as db:
        await db.exec_driver_sql(
            f"create database {NAME[name]} template {NAME['told']} owner shuangsui_migrator"
        )
    shutil.copytree(start.settings.home.root, home.root, dirs_exist_ok=True)
    urls = DatabaseUrls.beside(superuser_dsn, NAME[name], PASSWORDS, IDENTITY)
    number = 5 if name == "same" else 6
    return replace(
        start,
        settings=settings_for(home, start.settings.port),
        servers=Servers(urls, redis_of(redis_url, number)),
        own=await own_keys(superuser_dsn, NAME[name]),
    )


async def make_different(superuser_dsn: str) -> None:
    """Change everything of the foreign bureau that it has not published."""
    engine = make_engine(f"{superuser_dsn.rsplit('/', 1)[0]}/{NAME['other']}")
    async with engine.begin() as db:
        await put_rows(db, only=FOREIGN, n=9000)
        for statement in DIFFERENCES:
            done = await db.execute(text(statement))
            assert done.rowcount > 0, statement
    await engine.dispose()


async def own_keys(superuser_dsn: str, name: str, bureau: str = OWN) -> dict[str, str]:
    """A real key of the bureau in every table that has one."""
    found: dict[str, str] = {}
    async with administer(superuser_dsn, name) as db:
        for table in tables():
            for key in ("id", "code", "certificate"):
                if key in table.c:
                    sql = f'select min("{key}"::text) from "{table.name}" where bureau = :bureau'
                    value = await db.scalar(text(sql), {"bureau": bureau})
                    found[f"{table.name}.{key}"] = str(value or "")
    return found
