"""The roster as a list: by code or name, forward and back, counted while it stands, own columns."""

import re
from dataclasses import replace

import pytest

from services.views.site_list import MOST, PAGE, SiteQuery, counts_of, listing_data
from tenants.stores import sites

from .conftest import COUNTY, OTHER, Shown, Told


async def walked(told: Told, **asked: str):
    """Every row of a query, page after page, as a person presses next."""
    rows, after, numbers = [], "", set()
    async with told.app.work(told.desk(COUNTY, "keeper")) as work:
        query = SiteQuery.of(work, "", asked)
        while True:
            data = await listing_data(work, query, after)
            rows += data.rows
            numbers.add(data.found)
            if not data.next:
                return rows, numbers
            assert len(data.rows) == PAGE
            after = data.next


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name"])
@pytest.mark.parametrize("asked", [{}, {"status": "active", "stratum": "general"}])
async def test_every_order_shows_every_site_once(told: Told, sort: str, asked: dict[str, str]) -> None:
    rows, numbers = await walked(told, sort=sort, **asked)
    plain, _ = await walked(told, **asked)
    assert {one.code for one in rows} == {one.code for one in plain} and len(rows) == len(plain) > PAGE
    assert numbers == {len(rows)}
    keys = [(one.name, one.code) if "name" in sort else one.code for one in rows]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


async def test_what_was_counted_stands_as_long_as_the_roster_does(told: Told) -> None:
    async with told.app.work(told.desk(COUNTY, "keeper")) as work:
        before = await counts_of(work, COUNTY)
        assert before == await sites.counts(work.db, work.scope, COUNTY)
        (one,) = (await listing_data(work, SiteQuery.of(work, "", {"status": "active"}), "")).rows[:1]
        fitting = (await listing_data(work, SiteQuery.of(work, "", {"status": "active"}), "")).found
        closed = replace(one, status="closed")
        await sites.upsert(work.db, work.scope, [closed], at=work.now, by="x", reason="试")
        after = await counts_of(work, COUNTY)
        assert (after["active"], after["closed"]) == (before["active"] - 1, before["closed"] + 1)
        assert (
            await listing_data(work, SiteQuery.of(work, "", {"status": "active"}), "")
        ).found == fitting - 1
        await work.db.rollback()
    async with told.app.work(told.desk(COUNTY, "keeper")) as work:
        assert await counts_of(work, COUNTY) == before, "undone with its transaction"
    async with told.app.work(told.desk(OTHER, "keeper")) as work:
        assert await counts_of(work, OTHER) != before


async def test_more_than_many_are_not_counted(told: Told) -> None:
    async with told.app.work(told.desk(COUNTY, "keeper")) as work:
        every = (await sites.counts(work.db, work.scope, COUNTY))["all"]
        assert await sites.matching(work.db, work.scope, COUNTY) == every < MOST
        assert await sites.matching(work.db, work.scope, COUNTY, most=7) == 8


@pytest.mark.parametrize("text", ["%", "_", "\\", "厂%", "'", "a\\"])
async def test_signs_of_patterns_are_only_signs(told: Told, text: str) -> None:
    async with told.app.work(told.desk(COUNTY, "keeper")) as work:
        for field in ("text", "division", "industry"):
            assert not await sites.listing(work.db, work.scope, COUNTY, **{field: text}), field


async def test_columns_are_chosen_and_remembered_in_this_browser(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        usual = await keeper.get("/desk/sites")
        assert "污染源地址</th>" in usual.text and "所属流域</th>" not in usual.text
        asked = "/desk/sites?columns=-&columns=basin&columns=nonsense&sort=-name"
        chosen = await keeper.get(asked)
        assert "所属流域</th>" in chosen.text and "污染源地址</th>" not in chosen.text
        assert 'aria-sort="descending"' in chosen.text
        again = await keeper.get("/desk/sites")
        heads = re.findall(r'<th scope="col"[^>]*>(?:<[^>]+>)*([^<]+)', again.text)
        assert heads == ["选中", "编码", "名称", "所属流域"]
        assert (await keeper.get("/desk/sites?sort=nonsense&after=%00x")).status_code == 422
