"""The roster's quality in the browser's eyes: numbers that lead to the very rows they count."""

import re

from sqlalchemy import text

from services.embedded import PostgresServer
from tenants.roles import administer

from .conftest import COUNTY, OTHER, Shown, Told


async def test_every_gap_leads_to_its_sites_and_every_place_to_its_row(
    told: Told, shown: Shown, pg_server: PostgresServer
) -> None:
    codes = f"select code from site where bureau = '{COUNTY}' and status = 'active' order by code limit 3"
    async with administer(pg_server.superuser_dsn, "pages") as db:
        first, second, third = await db.scalars(text(codes))
        found = "select code, lon, lat, products from site where code = any(:codes)"
        kept = (await db.execute(text(found), {"codes": [first, second, third]})).all()
        await db.execute(text("update site set lon = 33.3, lat = 114.1 where code = :c"), {"c": first})
        await db.execute(text("update site set lon = 0, lat = 0 where code = :c"), {"c": second})
        await db.execute(text("update site set products = '' where code = :c"), {"c": third})
    try:
        async with shown.reader(f"{COUNTY}-keeper") as keeper:
            page = (await keeper.get("/desk/sites/quality")).text
            assert (
                "经纬度可能填反" in page
                and f"/desk/sites/{first}?" in page
                and f"/desk/sites/{second}?" in page
            )
            counted = dict(re.findall(r'lacks=(\w+)">[^<]+</a></th><td class="number">(\d+)<', page))
            assert int(counted["place"]) == 1 and int(counted["products"]) >= 1
            for field, number in counted.items():
                rows = (await keeper.get(f"/desk/sites.json?lacks={field}")).json()["rows"]
                assert len(rows) == int(number), field
            lacking = (await keeper.get("/desk/sites?lacks=products")).text
            assert third in lacking and 'value="products" selected' in lacking
            for odd in ("key", "lon", "extra", "nobody's"):  # no column to be empty: no row, no error
                answer = await keeper.get("/desk/sites", params={"lacks": odd})
                assert answer.status_code == 200, odd
            assert (await keeper.get(f"/desk/sites/quality?bureau={OTHER}")).status_code == 404
    finally:
        async with administer(pg_server.superuser_dsn, "pages") as db:
            for code, lon, lat, products in kept:
                values = {"c": code, "x": lon, "y": lat, "p": products}
                await db.execute(
                    text("update site set lon = :x, lat = :y, products = :p where code = :c"), values
                )
