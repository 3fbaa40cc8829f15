"""What the city's door asks of its districts: once, read only where nothing is noted, by the register."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from policies.terms import Bureau
from services.api import sites as api_sites
from services.exporting import mark_export
from services.portal.home import NEWEST
from services.views.comparison import comparison
from tenants.roles import administer
from tenants.scope import Scope
from tenants.stores import bureaus, journal_pages, sites
from tests.deployed import START, deployed

from .tree_of_three import CITY, FAR, NEAR, PERIOD, Tree, login, planted

AUDITOR, HEAD = login(CITY, "auditor"), login(NEAR, "head")
ZONE = "419099"  # of CITY by the register, whatever its digits say
LEFT = (
    "insert into notice (bureau, id, kind, subject, title, body, published_at, made_by)"
    " values (:bureau, :id, 'draw', :bureau, :title, '{}', :at, 'tests')"
)


@pytest.fixture(scope="module")
async def tree(pg_server, valkey_server, new_home) -> AsyncIterator[Tree]:
    home = new_home("cityview")
    async with deployed(home, pg_server.superuser_dsn, valkey_server.url, ("own1", "own2")) as site:
        await planted(site)
        async with site.app.database.several(Scope.for_system()) as unit:
            await bureaus.put(unit.control, Bureau(ZONE, "示例开发区分局", "county", CITY))
            await unit.share_bureaus()
        yield Tree(site, pg_server.superuser_dsn, home.root.name)


@pytest.fixture
def opened(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many transactions each own database was asked for."""
    counted: Counter[str] = Counter()
    databases: Any = tree.site.app.database
    real = databases.opened

    async def counting(name: str, *args: Any, **more: Any) -> Any:
        counted[name] += 1
        return await real(name, *args, **more)

    monkeypatch.setattr(databases, "opened", counting)
    return counted


@pytest.mark.parametrize(
    ("wanted", "rounds"), [(PERIOD, 1), ("", 2), ("2019Q1", 2), ("yesterday", 2)], ids=str
)
async def test_the_table_asks_every_database_once(
    tree: Tree, opened: Counter[str], wanted: str, rounds: int
) -> None:
    """A second time only where nobody knows the quarter that was asked for, or the present one."""
    async with tree.site.app.work(tree.who(CITY, "auditor")) as work:
        shown = await comparison(work, wanted)
    assert (str(shown.period), opened["own1"]) == (PERIOD, rounds)
    assert {line.code: line.drawn for line in shown.lines if line.draws} == {NEAR: 11, FAR: 22}


async def published(tree: Tree, database: str, bureau: str, number: int, minute: int) -> str:
    id = UUID(int=0x8000_0000_0000_0000_0000 + number)
    async with administer(tree.superuser, database) as db:
        await db.execute(text("set session_replication_role = replica"))
        at = START + timedelta(minutes=minute)
        told = {"bureau": bureau, "id": id, "title": f"{database}/{number}", "at": at}
        await db.execute(text(LEFT), told)
    return str(id)


async def test_pages_of_notices_are_full_though_a_move_left_rows_behind(tree: Tree) -> None:
    """Newer rows of a bureau that lives elsewhere stand where it lived: they take nobody's place."""
    shared, own = tree.name, f"{tree.name}_own1"
    right = [await published(tree, shared, NEAR, n, 10 * n) for n in range(5)]
    right += [await published(tree, own, FAR, 10 + n, 10 * n + 5) for n in range(4)]
    for n in range(6):
        await published(tree, shared, FAR, 20 + n, 500 + n)  # FAR lived there once
        await published(tree, own, NEAR, 30 + n, 10 * n + 7)
    told, cursor, sizes = [], "", []
    while True:
        answer = await tree.get(
            "", "/notices", kind="draw", limit=2, **({"cursor": cursor} if cursor else {})
        )
        page = answer.json()
        told += [(one["published_at"], one["id"]) for one in page["items"]]
        sizes.append(len(page["items"]))
        if not (cursor := page["next"]):
            break
    assert sizes == [2, 2, 2, 2, 1] and told == sorted(told, reverse=True)
    assert {id for _, id in told} == {*right}


async def test_the_front_page_shows_as_many_notices_as_there_are(tree: Tree) -> None:
    async with tree.site.browser() as person:
        page = (await person.get("/")).text
    shown = re.findall(rf"{tree.name}(?:_own1)?/\d+", page)
    right = sorted([10 * n, f"{tree.name}/{n}"] for n in range(5))
    right += [[10 * n + 5, f"{tree.name}_own1/{10 + n}"] for n in range(4)]
    newest = [title for _, title in sorted(right, reverse=True)[:NEWEST]]
    assert shown == newest


async def test_a_superiors_read_is_read_only_unless_it_is_noted(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[str] = []
    real = sites.listing

    async def asking(db: Any, *args: Any, **more: Any) -> Any:
        modes.append(str(await db.scalar(text("show transaction_read_only"))))
        return await real(db, *args, **more)

    monkeypatch.setattr(api_sites.sites, "listing", asking)
    for code, mode in ((CITY, "on"), (NEAR, "off"), (FAR, "off"), (ZONE, "off")):
        assert (await tree.get(AUDITOR, f"/bureaus/{code}/sites")).status_code == 200, code
        assert modes == [mode], code
        modes.clear()
    assert (await tree.get(HEAD, f"/bureaus/{NEAR}/sites")).status_code == 200
    assert modes == ["on"], "and the bureau's own people as ever"


async def test_who_stands_above_whom_is_asked_of_the_register(tree: Tree) -> None:
    """The city's auditor reaches what is its own by the tree; by the digits it is nobody's."""
    assert (await tree.get(AUDITOR, f"/bureaus/{ZONE}/sites")).json()["items"] == []
    beside = await tree.get(login("411600", "auditor"), f"/bureaus/{ZONE}/sites")
    absent = await tree.get(login("411600", "auditor"), "/bureaus/999999/sites")
    bare = [{**one.json(), "request_id": ""} for one in (beside, absent)]
    assert beside.status_code == 404 and bare[0] == bare[1]
    assert [one.target for one in await tree.reads(ZONE)][:1] == [f"GET /api/v1/bureaus/{ZONE}/sites"]


async def test_a_found_list_is_traced_without_a_case(tree: Tree) -> None:
    app = tree.site.app
    async with app.work(tree.who(NEAR, "head")) as work:
        rows = list(await sites.all_of(work.db, work.scope, NEAR))
        made = await mark_export(work, "sites", rows, lambda one: one.code, whole=True)
    body = {"lines": [one.name for one in made.rows], "roster": "sites"}
    program = tree.site.program(HEAD)
    answer = await program.post(f"/bureaus/{NEAR}/traces", json=body)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["rows"] == 5 and [one["distance"] for one in found["suspects"]] == [0]
    few = await program.post(f"/bureaus/{NEAR}/traces", json={"lines": ["甲厂"], "draw_no": None})
    assert few.status_code == 422 and "至少 5 行" in few.text
    assert (await program.post(f"/bureaus/{FAR}/traces", json=body)).status_code == 404
    scope = Scope.own(NEAR, "tests")
    async with app.database.unit(scope, read_only=True) as db:
        (row,) = await journal_pages.newest(db, scope, NEAR, action="leak.handle", limit=9)
    assert row.actor == HEAD and row.after["trace"]["rows"] == 5
