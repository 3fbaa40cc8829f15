"""Half a quarter, told once a session through the use cases, and the site that shows it.

County 411721: drawn, dispatched, three visits recorded, two accepted, one result public. County 150203: its
draw void, so its bundle is public. The cities drew nothing.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from policies.terms import Principal
from services.clock import SimulatedClock
from services.demo.bureaus import found_bureaus
from services.demo.cast import acting, officer
from services.demo.ceremony import cosign, hold
from services.demo.findings import form_for
from services.demo.keeping import name_keepers
from services.demo.preparation import import_rosters, make_plans
from services.demo.stage import Stage, moment
from services.demo.standing import enter_organisation
from services.demo.story import ACTS, PERIOD
from services.embedded import PostgresServer, ValkeyServer
from services.geo import to_wgs84
from services.home import Home
from services.identity.demo_login import demo_login
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.usecases.dispatch_tasks import dispatch_board, dispatch_tasks
from services.usecases.my_tasks import my_tasks
from services.usecases.open_draw import publish_bundle
from services.usecases.publish_notice import publish_draw, publish_plan, publish_results
from services.usecases.record_visit import record_visit
from services.usecases.review_visit import list_visits, review_visit
from services.usecases.void_draw import approve_void, propose_void
from services.wiring import DEMO_START, Servers, open_app
from services.work import App
from tenants.migrate import set_up
from tenants.stores import officers
from tenants.urls import RolePasswords
from tests.confirming import Confirming

PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")
COUNTY, OTHER, CITY = "411721", "150203", "411700"


@dataclass
class Told:
    """The story so far: its app, and the settings and servers a site of it is made from."""

    app: App
    settings: Settings
    servers: Servers
    inspector: Principal

    def desk(self, bureau: str, post: str) -> Principal:
        return acting(bureau, post, self.app.clock.now())


@dataclass
class Shown:
    """The running site."""

    base: str

    @asynccontextmanager
    async def reader(self, username: str = "", *, level: int = 1) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"accept": "text/html"}
        async with Confirming(base_url=self.base, trust_env=False, headers=headers) as client:
            if username:
                await demo_login(client, username, level=level)
            client.username = username if level == 2 else ""
            yield client


@pytest.fixture(scope="session")
async def told(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Told]:
    home, port = new_home("pages").make(), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    urls = await set_up(pg_server.superuser_dsn, "pages", PASSWORDS, identity="shuangsui-demo")
    servers = Servers(urls, valkey_server.url)
    async with open_app(settings, SimulatedClock(DEMO_START), servers) as app:
        who = await _tell(Stage(app, lambda line: None))
        yield Told(app, settings, servers, who)


@pytest.fixture(scope="session")
async def shown(told: Told) -> AsyncIterator[Shown]:
    litestar = create_app(told.settings, lambda: open_app(told.settings, told.app.clock, told.servers))
    async with serving(litestar, "127.0.0.1", told.settings.port):
        yield Shown(told.settings.public_url)


async def _tell(stage: Stage) -> Principal:
    await found_bureaus(stage.app)
    stage.at(moment(PERIOD.first.replace(year=2025, month=12, day=2), 9))
    await enter_organisation(stage)
    await import_rosters(stage, PERIOD)
    await name_keepers(stage, (COUNTY, OTHER, CITY, "150200"))
    stage.at(moment(PERIOD.first.replace(year=2025, month=12, day=15), 10))
    await make_plans(stage, (COUNTY, OTHER, CITY, "150200"), PERIOD.year)
    for act in ACTS[:2]:
        await hold(stage, act, str(PERIOD))
    asked = await stage.do(OTHER, "admin", propose_void, 1, "演示：名录导入有误，重新抽取")
    await stage.do(OTHER, "head", approve_void, 1, asked.n)
    await stage.app.log.publish()
    await cosign(stage, "150200")
    await publish_bundle(stage.app, stage.desk(OTHER, "drawer"), 1)
    stage.at(moment(PERIOD.first.replace(day=5), 8))
    await stage.do(COUNTY, "dispatcher", dispatch_tasks, 1)
    await stage.do(COUNTY, "publisher", publish_plan, PERIOD.year)
    await stage.do(COUNTY, "publisher", publish_draw, 1)
    return await _visits(stage)


async def _visits(stage: Stage) -> Principal:
    """Three records by leading officers; the last one stays unreviewed, the first becomes public."""
    async with stage.acts(COUNTY, "dispatcher") as work:
        board = await dispatch_board(work, 1)
    async with stage.acts(COUNTY, "head") as work:
        people = [o.certificate for o in await officers.all_of(work.db, work.scope, COUNTY)]
    # the first three, so that none before them is left over; who leads two on a day makes one after the other
    planned = sorted((t.visit_on, t.slot, team[0].certificate) for t, team in board if t.visit_on)[:3]
    last: Principal | None = None
    for n, (day, slot, lead) in enumerate(planned):
        before = sum((on, by) == (day, lead) for on, _, by in planned[:n])
        evening = stage.at(moment(day, 20))
        last = officer(COUNTY, people.index(lead) + 1, lead, evening)
        async with stage.app.work(last) as work:
            task = next(one for one in await my_tasks(work) if one.slot == slot)
        async with stage.app.work(last) as work:
            await record_visit(work, 1, task.slot, _form(task, moment(day, 9 + 3 * before)))
        if n < 2:
            async with stage.acts(COUNTY, "reviewer") as work:
                (visit,) = await list_visits(work, str(PERIOD), "recorded")
            await stage.do(COUNTY, "reviewer", review_visit, visit.id, accept=True)
        if n == 0:
            await stage.do(COUNTY, "publisher", publish_results, str(PERIOD))
    assert last is not None
    return last


def _form(task: Any, arrival: Any) -> Any:
    site = dict(task.site)
    site["point"] = to_wgs84(float(site["lon"]), float(site["lat"]), str(site["datum"]))
    return form_for(site, tuple(o.certificate for o in task.team), arrival)
