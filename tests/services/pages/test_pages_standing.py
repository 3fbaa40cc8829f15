"""Organisation, entrustment and key list in public: what was published, found by name or code."""

from datetime import date

import pytest

from policies.errors import Missing
from services.portal.standing import found_in, standing_data
from services.ruling.key_lists import list_in_force

from .conftest import CITY, COUNTY, OTHER, Shown, Told

ON = date(2026, 1, 6)


async def test_the_organisation_as_published(told: Told) -> None:
    async with told.app.portal.public() as db:
        face, data = await standing_data(db, COUNTY)
        assert face.code == COUNTY and data.organisation is not None and data.entrustment is None
        units = [row["unit"] for row in data.organisation.body["duties"]]
        assert units == ["leading_group", "leading_group", "office", "duty"]
        assert "person" not in data.organisation.body["duties"][0]  # logins are nobody's business
        _, other = await standing_data(db, OTHER)
        assert (
            other.entrustment
            and other.entrustment.body["entrustments"][0]["unit"] == "包头市昆区环境监察大队"
        )
        _, city = await standing_data(db, CITY)
        assert city.organisation is None and city.history == ()
        with pytest.raises(Missing):
            await standing_data(db, "999999")


async def test_a_county_sees_its_part_of_the_citys_list(told: Told) -> None:
    used = await list_in_force(told.app, COUNTY, ON)
    assert used and used.year == 2026
    whole = found_in(used, COUNTY, "")
    assert whole.found == 40 and {row.division for row in whole.rows} == {COUNTY}
    first = whole.rows[0]
    assert [row.code for row in found_in(used, COUNTY, first.code[:-1]).rows] == [first.code]
    assert first in found_in(used, COUNTY, first.name).rows
    assert found_in(used, OTHER, "").found == 0
    assert found_in(None, COUNTY, "").used is None


async def test_the_pages_name_their_source(shown: Shown) -> None:
    async with shown.reader() as client:
        page = (await client.get(f"/b/{COUNTY}/key-list")).text
        assert "演示 2026 年环境监管重点单位名录" in page and "共 40 家" in page
        page = (await client.get(f"/b/{OTHER}/organisation")).text
        assert "包头市昆区环境监察大队" in page and "模拟" in page
        assert (await client.get("/b/999999/organisation")).status_code == 404
