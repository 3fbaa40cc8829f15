"""Who asks and what is read stand in one transaction; it ends before anything is sent, whatever happens."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any

import asyncpg
import httpx
import pytest

from policies.terms import Bureau
from services.clock import SystemClock
from services.demo.granting import give
from services.home import Home
from services.identity.demo_login import demo_login
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.wiring import open_app, start_servers
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import bureaus

from .test_identity_table import stop

COUNTY, OTHER = "411721", "150203"


@pytest.fixture(scope="module")
async def table(new_home: Callable[[str], Home]) -> AsyncIterator[Any]:
    """(app, address) of a site over a database of its own."""
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    settings = Settings(home=new_home("ahead"), port=port, public_url=here, demo=True, log_origin=DEMO_ORIGIN)
    servers = await start_servers(settings)
    async with open_app(settings, SystemClock(), servers) as app:
        async with app.database.unit(Scope.for_system()) as db:
            for code in (COUNTY, OTHER):
                await bureaus.put(db, Bureau(code, f"某{code}分局", "county"))
        scope = Scope.own(COUNTY, "system")
        row: Any = Membership(COUNTY, f"demo-{COUNTY}-keeper", "registry_keeper", "某某", date(2025, 1, 1))
        async with app.database.unit(scope) as db:
            await give(db, scope, row)
        site = create_app(settings, lambda: open_app(settings, SystemClock(), servers))
        async with serving(site, "127.0.0.1", port):
            yield app, here


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Messages that begin or end a transaction, in this process."""
    sent: list[str] = []
    real = asyncpg.Connection.execute

    def call(self: Any, query: str, *args: Any, **more: Any) -> Any:
        if query.startswith(("begin", "commit", "rollback")):
            sent.append(query.partition(" ")[0])
        return real(self, query, *args, **more)

    monkeypatch.setattr(asyncpg.Connection, "execute", call)
    return sent


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/bureaus/{COUNTY}/site-counts", 200),
        (f"/api/v1/bureaus/{COUNTY}/sites/none", 404),  # the handler refuses
        (f"/api/v1/bureaus/{OTHER}/site-counts", 404),  # the guard refuses: no handler takes it
        (f"/api/v1/bureaus/{COUNTY}/sites?limit=none", 400),  # refused before any handler
    ],
)
async def test_one_transaction_a_request_and_none_left_open(
    table: Any, begun: list[str], path: str, status: int
) -> None:
    _, url = table
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as browser:
        await demo_login(browser, f"{COUNTY}-keeper")
        await browser.get("/api/v1/bureaus")
        begun.clear()
        answer = await browser.get(path)
        assert answer.status_code == status
        assert len([one for one in begun if one == "begin"]) == 1
        assert len(begun) == 2 and begun[0] == "begin"


async def test_a_role_taken_away_is_gone_with_the_next_read(table: Any) -> None:
    app, url = table
    held: Any = Membership(COUNTY, f"demo-{COUNTY}-drawer", "drawer", "某某", date(2025, 1, 1))
    scope = Scope.own(COUNTY, "system")
    async with app.database.unit(scope) as db:
        await give(db, scope, held)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as browser:
        await demo_login(browser, f"{COUNTY}-drawer")
        counts = f"/api/v1/bureaus/{COUNTY}/site-counts"
        assert (await browser.get(counts)).status_code == 200
        await stop(app, held)
        assert (await browser.get(counts)).status_code in (401, 403, 404)


async def test_a_superior_s_request_never_waits_for_a_connection_while_it_holds_one(
    table: Any, begun: list[str]
) -> None:
    """What lies below is asked apart: the transaction begun on the way has ended before that one begins."""
    app, url = table
    row: Any = Membership(COUNTY, f"demo-{COUNTY}-head", "city_auditor", "某某", date(2025, 1, 1))
    scope = Scope.own(COUNTY, "system")
    async with app.database.unit(scope) as db:
        await give(db, scope, row)
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as browser:
        await demo_login(browser, f"{COUNTY}-head")
        await browser.get("/api/v1/bureaus")
        begun.clear()
        answer = await browser.get(f"/api/v1/bureaus/{COUNTY}/site-counts")
    assert answer.status_code == 200
    assert begun.count("begin") > 1
    open_at_once = 0
    for one in begun:
        open_at_once += 1 if one == "begin" else -1
        assert 0 <= open_at_once <= 1, begun
