"""The supervisor's page, and the first page of people who work beside a bureau."""

import json
import re

from sqlalchemy import text

from services.embedded import PostgresServer
from tenants.roles import administer

from .conftest import CITY, COUNTY, OTHER, Shown, Told

Q1 = "2026Q1"
SPOILED = """update visit set officers = jsonb_build_array(officers -> 0), publish_due = '2026-01-02'
 where id = (select id from visit where bureau = :county and state = 'accepted'
 and not exists (select from notice n where n.bureau = visit.bureau and n.id = visit.id) limit 1)"""

RESTORED = "update visit set officers = cast(:o as jsonb), publish_due = :d where id = :i"


def number(page: str, figure: str) -> str:
    """What a tile says."""
    found = re.search(rf'id="x-{figure}">.*?class="total">(\d+)<', page, re.S)
    assert found, figure
    return found[1]


async def test_what_stands_out_is_counted_and_leads_to_its_records(
    told: Told, shown: Shown, pg_server: PostgresServer
) -> None:
    async with shown.reader(f"{CITY}-supervisor") as reader:
        before = (await reader.get(f"/city/supervision?period={Q1}")).text
        assert number(before, "alone") == "0"
        async with administer(
            pg_server.superuser_dsn, "pages"
        ) as db:  # a record is settled: the app could not
            kept = (await db.execute(text("select id, officers, publish_due from visit"))).all()
            assert (await db.execute(text(SPOILED), {"county": COUNTY})).rowcount == 1
        try:
            page = (await reader.get(f"/city/supervision?period={Q1}")).text
            assert (number(page, "alone"), number(page, "unpublished")) == ("1", "1")
            for figure in ("alone", "unpublished"):
                link = f"/city/districts/{COUNTY}/figures/{figure}?period={Q1}"
                assert f'href="{link}"' in page
                rows = await reader.get(link)
                assert rows.status_code == 200 and len(re.findall("/records/[0-9a-f-]{36}", rows.text)) == 1
        finally:
            async with administer(pg_server.superuser_dsn, "pages") as db:
                for id, officers, due in kept:
                    await db.execute(text(RESTORED), {"o": json.dumps(officers), "d": due, "i": id})
        assert OTHER not in page
        assert (await reader.post("/city/audits", data={})).status_code in (403, 404)


async def test_the_first_page_says_where_to_begin_and_no_more_than_the_matrix(
    told: Told, shown: Shown
) -> None:
    begins = {
        f"{CITY}-supervisor": "/city/supervision",
        f"{COUNTY}-joint": "/field/visits",
        f"{COUNTY}-station": "/field/visits",
        f"{COUNTY}-government": "/desk/received",
        f"{COUNTY}-section": "/desk/sections",
        f"{COUNTY}-audit": "/desk/journal",
    }
    for who, href in begins.items():
        async with shown.reader(who) as reader:
            page = (await reader.get("/desk")).text
            assert f'class="button second" href="{href}"' in page, who
            assert (await reader.get(href)).status_code == 200, who
    async with shown.reader(f"{COUNTY}-government") as reader:
        page = (await reader.get("/desk")).text
        assert "检查进度" not in page and "下一次抽取" not in page  # draw.read shows neither to this role
    async with shown.reader(f"{COUNTY}-head") as reader:
        assert "检查进度" in (await reader.get("/desk")).text
