"""The superior's table and what the bureau that was read sees of it; parts of a roster from its sections."""

import re

from policies.roster import SITE_LAYOUT
from services.identity.demo_login import csrf_of
from services.sheets import fill_template
from services.views.comparison import comparison

from .conftest import CITY, COUNTY, Shown, Told


async def test_every_look_at_the_table_stands_in_the_districts_journal(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        before = _total((await head.get("/desk/journal/superiors")).text)
        async with shown.reader(f"{CITY}-auditor") as auditor:
            for path in ("/city", "/city.csv", "/city.json"):
                assert (await auditor.get(f"{path}?period=2026Q1")).status_code == 200
        page = (await head.get("/desk/journal/superiors")).text
    assert _total(page) == before + 3 and "比较各县区" in page and "驻马店市生态环境局" in page


def _total(page: str) -> int:
    found = re.search(r"共 (\d+) 次", page)
    return int(found[1]) if found else 0


async def test_the_table_counts_what_the_pages_of_the_district_count(told: Told) -> None:
    async with told.app.work(told.desk(CITY, "auditor")) as work:
        data = await comparison(work, "2026Q1")
    line = next(line for line in data.lines if line.code == COUNTY)
    assert (line.draws, line.voids, line.published) == (1, 0, 1) and line.done >= 2
    assert data.as_dict()["missing"] == [] and data.as_dict()["totals"]["done"] == line.done


async def test_sections_page_without_a_rule_says_what_to_do(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        page = await keeper.get("/desk/sections")
        assert page.status_code == 200 and "还没有登记名录分工" in page.text
        data = {"csrf_token": csrf_of(page), "section": "review"}

        files = {"file": ("环评.xlsx", fill_template(SITE_LAYOUT))}
        refused = await keeper.post("/desk/sections", data=data, files=files)
        assert refused.status_code == 422 and "没有这个报送科室" in refused.text
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        assert (await drawer.get("/desk/sections")).status_code == 403


async def test_classes_are_shown_by_the_bureaus_names(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        listing = (await keeper.get("/desk/sites")).text
        (first, *_) = re.findall(r'href="(/desk/sites/\d[^"?]+)\?', listing)
        one = (await keeper.get(first)).text
    assert "一般排污单位" in listing and "重点排污单位" in listing
    assert re.search("(重点|一般)排污单位", one) and "本单位字段" not in one
