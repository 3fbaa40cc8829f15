"""The ledger of visits: numbers that agree with the records, for who may see them."""

import csv
import io
import re

import pytest

from services.views.ledger import Ledger, LedgerLine, cut, place_of
from tests.services.pages.conftest import CITY, COUNTY, OTHER, Shown


async def test_the_ledger_counts_what_was_recorded(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        records = (await head.get("/desk/visits?period=2026Q1")).text
        recorded = len(set(re.findall(r'href="/desk/visits/[0-9a-f-]{36}"', records)))
        text = (await head.get("/desk/ledger?year=2026")).text
        assert f">{recorded}</div>" in text and "随机抽查" in text and 'role="img"' in text
        table = (await head.get("/desk/ledger.csv?year=2026")).text
        assert "导出编号" in table
        rows = [row for row in csv.reader(io.StringIO(table.lstrip("\ufeff"))) if len(row) == 7]
        head_row, *lines = rows[next(n for n, row in enumerate(rows) if row[0] == "code") :]
        assert head_row[:3] == ["code", "name", "visits"] and sum(int(row[2]) for row in lines) == recorded
        whole = (await head.get("/desk/ledger.json?year=2026")).json()
        assert {one["code"] for one in whole["sites"]} == {row[0] for row in lines} and whole["marks"]
        assert (await head.get("/desk/ledger?year=2026&only=over")).text.count("<tr>") < text.count("<tr>")
        for odd in ("year=1", "only=x", "order=x", "after=x", "after=1.1", "year=2026&after=9.9.\u2603"):
            assert (await head.get(f"/desk/ledger?{odd}")).status_code == 200
        assert "没有符合条件的单位" in (await head.get("/desk/ledger?year=2031")).text


async def test_the_city_and_nobody_else_sees_a_districts_ledger(shown: Shown) -> None:
    path = f"/city/districts/{COUNTY}/ledger?year=2026"
    async with shown.reader(f"{CITY}-auditor") as auditor:
        page = await auditor.get(path)
        assert page.status_code == 200 and "演示" in page.text and "/desk/ledger.csv" not in page.text
    for stranger, status in ((f"{OTHER}-head", (403, 404)), (f"{COUNTY}-drawer", (403, 404))):
        async with shown.reader(stranger) as who:
            assert (await who.get(path)).status_code in status
            if stranger.startswith(COUNTY):
                assert (await who.get("/desk/ledger")).status_code == 403


@pytest.mark.parametrize("order", ["most", "code"])
def test_pages_leave_nothing_out_and_show_nothing_twice(order: str) -> None:
    lines = [
        LedgerLine(f"S{n:04d}", "", {"random": n % 4, "case": n % 3}, n % 4 + n % 3, n % 4, None, "")
        for n in range(257)
    ]
    whole = Ledger(2026, tuple(sorted(lines, key=lambda one: place_of(one, order))), None)
    found: list[LedgerLine] = []
    after = ""
    for _ in range(3):
        shown, after = cut(whole, order, after)
        found += shown
    assert found == [*whole.lines] and after == ""
    assert cut(whole, order, "no place")[0] == whole.lines[:100]
