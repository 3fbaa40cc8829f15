"""The city's key list on the county's page, taken over once; the city's page says who has."""

import re

from services.identity.demo_login import csrf_of

from .conftest import CITY, COUNTY, Shown, Told

TAKE = "/desk/key-lists/take"


async def test_a_list_is_taken_over_once_and_the_city_sees_it(told: Told, shown: Shown) -> None:
    year = told.app.clock.now().year
    async with shown.reader(f"{CITY}-auditor") as auditor:
        before = (await auditor.get(f"/desk/key-lists/takings?year={year}")).text
        assert "还没有承接" in before and COUNTY in before
        lists = (await auditor.get(f"/desk/key-lists?year={year}")).text
        assert "/desk/key-lists/takings" in lists and TAKE not in lists
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        assert TAKE in (await keeper.get(f"/desk/key-lists?year={year}")).text
        page = await keeper.get(f"{TAKE}?year={year}")
        assert "还没有承接" in page.text and "名录第 1 版" in page.text
        rows = re.findall(r'name="rows" value="([^"]+)"[^>]*checked', page.text)
        mark = re.findall(r'name="mark" value="([0-9a-f]{64})"', page.text)[0]
        form = {"csrf_token": csrf_of(page), "year": str(year), "mark": mark, "rows": rows}
        stale = await keeper.post(TAKE, data=form | {"mark": "0" * 64, "why": "旧页面"})
        assert stale.status_code == 409 and "名录在您打开页面之后有了新的版本" in stale.text
        page = await keeper.get(f"{TAKE}?year={year}")
        done = await keeper.post(TAKE, data=form | {"csrf_token": csrf_of(page)})
        assert done.status_code == 303, done.text[-800:]
        page = await keeper.get(f"{TAKE}?year={year}")
        assert "已承接第 1 版" in page.text
        again = await keeper.post(TAKE, data=form | {"csrf_token": csrf_of(page), "rows": []})
        assert again.status_code == 409 and "这一版名录已经承接" in again.text
        key = (await keeper.get("/desk/sites.json?stratum=key&status=active")).json()["rows"][0]["code"]
        site = (await keeper.get(f"/desk/sites/{key}")).text
        assert f"{year} 年第 1 版" in site and "与名录一致" in site
    async with shown.reader(f"{CITY}-auditor") as auditor:
        assert "已承接" in (await auditor.get(f"/desk/key-lists/takings?year={year}")).text
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        assert (await drawer.get(TAKE)).status_code == 403
