"""Login against the real membership table: the table decides, and its word counts with the next request."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policies.access_errors import Stranger
from policies.terms import Bureau, Principal
from services.clock import SystemClock, today
from services.demo.granting import give
from services.home import Home
from services.identity.demo_login import csrf_of, demo_login
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.wiring import open_app, start_servers
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import bureaus, members

TREE = (
    Bureau("410000", "河南省厅", "province"),
    Bureau("411700", "驻马店市局", "city", "410000"),
    Bureau("411721", "西平分局", "county", "411700"),
    Bureau("150203", "昆都仑区分局", "county"),
)
SINCE = date(2025, 1, 1)


async def grant(app: Any, *rows: Membership) -> None:
    for row in rows:
        scope = Scope.own(row.bureau, "system")
        async with app.database.unit(scope) as db:
            await give(db, scope, row)


async def stop(app: Any, *rows: Membership) -> None:
    """Ends them now; on this very day they hold no more."""
    for row in rows:
        scope = Scope.own(row.bureau, "system")
        async with app.database.unit(scope) as db:
            await members.end(db, scope, row, on=today(app.clock), by="x", at=app.clock.now())


@pytest.fixture(scope="module")
async def table(new_home: Callable[[str], Home]) -> AsyncIterator[Any]:
    """(app, address) of a site over a database of its own, with the real doors."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    home = new_home("table")
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    servers = await start_servers(settings)
    async with open_app(settings, SystemClock(), servers) as app:
        async with app.database.unit(Scope.for_system()) as db:
            for bureau in TREE:
                await bureaus.put(db, bureau)
        site = create_app(settings, lambda: open_app(settings, SystemClock(), servers))
        async with serving(site, "127.0.0.1", port):
            yield app, url


async def where(browser: Any) -> list[str]:
    """The bureaus the page of bureaus offers."""
    page = await browser.get("/bureau")
    return [code for code in ("411700", "411721", "150203") if f'value="{code}"' in page.text]


async def test_the_table_gives_and_takes(table: Any, identity_site: Any) -> None:
    app, url = table
    row = Membership("411721", "demo-411721-drawer", "drawer", "模拟", SINCE)
    over = Membership("150203", row.subject, "drawer", "模拟", SINCE, date(2025, 6, 30))
    again = replace(over, valid_from=date(2025, 7, 1), valid_until=None)
    await grant(app, row, over, Membership("150203", "demo-150203-drawer", "drawer", "模拟", SINCE))
    async with replace(identity_site, base=url).client() as browser:
        page = await demo_login(browser, "411721-drawer")
        assert csrf_of(page) and await where(browser) == ["411721"]
        await grant(app, again)
        assert await where(browser) == ["411721", "150203"]
        await stop(app, row, again)
        assert await where(browser) == []


async def test_scopes_follow_the_registered_tree(table: Any) -> None:
    app, _ = table
    auditor = Principal("a", "n", "411700", frozenset({"city_auditor"}))
    assert (await app.scope_of(auditor)).visible == ("411700", "411721")
    witness = Principal("w", "n", "411700", frozenset({"witness"}))
    async with app.work(witness, bureau="411721", read_only=True) as work:
        assert (work.scope.bureau, work.scope.visible) == ("411721", ("411721",))
    keeper = Principal("k", "n", "411721", frozenset({"registry_keeper"}))
    assert (await app.scope_of(keeper)).visible == ("411721",)
    for person, code in ((keeper, "411700"), (witness, "150203"), (witness, "410000")):
        with pytest.raises(Stranger):
            await app.scope_of(person, code)
