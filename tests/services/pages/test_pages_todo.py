"""The numbers of the workbench for every post, as data; and no name of what is still sealed."""

import pytest

from services.views.workbench import workbench
from tenants.stores import sites, visits

from .conftest import COUNTY, OTHER

EXPECTED: dict[str, dict[str, int]] = {
    "admin": {},
    "head": {"review": 1},
    "keeper": {},
    "drawer": {},
    "dispatcher": {},
    "reviewer": {"review": 1, "upload": 2, "publish": 1},
    "publisher": {"upload": 2, "publish": 1},
}


@pytest.mark.parametrize("post", EXPECTED)
async def test_every_post_has_its_numbers_and_a_button_for_each(told, shown, post) -> None:
    async with told.app.work(told.desk(COUNTY, post), read_only=True) as work:
        bench = await workbench(work)
    assert {t.id: t.count for t in bench.todos} == EXPECTED[post]
    assert sorted(t.id for group in bench.groups for t in group.todos) == sorted(EXPECTED[post])
    assert all(t.left is not None and t.left > 0 for t in bench.todos)
    async with shown.reader(f"{COUNTY}-{post}") as site:
        page = (await site.get("/desk")).text
    for todo in bench.todos:
        assert f'<a class="button second" href="{todo.href}">' in page
    assert ("现在没有等您办理的事项" in page) == (not bench.todos)


async def test_no_name_of_the_roster_but_those_visited_stands_on_any_workbench(told, shown) -> None:
    async with told.app.work(told.desk(COUNTY, "head"), read_only=True) as work:
        roster = {s.name for s in await sites.listing(work.db, work.scope, COUNTY, limit=100_000)}
        seen = await visits.of_period(work.db, work.scope, COUNTY, "2026Q1")
    unvisited = roster - {visit.form["site"]["name"] for visit in seen}
    assert len(unvisited) > 100 and seen
    for post in EXPECTED:
        async with shown.reader(f"{COUNTY}-{post}") as site:
            page = (await site.get("/desk")).text
        assert [name for name in unvisited if name in page] == [], post


async def test_a_quarter_that_was_missed_waits_for_the_drawer_and_nobody_else(told) -> None:
    found = {}
    for post in ("drawer", "reviewer"):
        async with told.app.work(told.desk(OTHER, post), read_only=True) as work:
            bench = await workbench(work)
            found[post] = {g.id: [t.id for t in g.todos] for g in bench.groups}
            assert str(bench.missed) == "2026Q1"
    assert "draw.missed" in found["drawer"]["late"]
    assert "draw.missed" not in str(found["reviewer"])
