"""A key list is read whole or refused row by row, and laid beside a roster."""

from dataclasses import replace

import pytest

from policies.roster.key_list import Listed, compare, in_force
from policies.roster.key_list_rows import LAYOUT, read_lines, read_table
from policies.roster.tabular import Row, Table
from policies.terms import Site, SiteKind, SiteStatus

A, B, C = "91411721MA00000001", "91411721MA00000002", "91411700MA00000003"
SITE = Site(
    code=A + "001P", name="甲", credit_code=A, kind=SiteKind.UNIT, key=False, special=False,
    status=SiteStatus.ACTIVE, address="路1号", site_address="路1号", division="411721", lon=114.0, lat=33.4,
    datum="CGCS2000", industry="2611", pollution=("废气",),
)  # fmt: skip


def test_lines_are_read_with_any_blank_or_comma() -> None:
    rows, faults = read_lines(f"{A}\t甲\t411721\t大气、水\n\n  {B.lower()}，乙 \n")
    assert not faults
    assert rows == (Listed(A, "甲", "411721", ("大气", "水")), Listed(B, "乙"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("9.14E+17 甲", "科学计数"),
        ("12345 甲", "不是 18 位"),
        (f"{A} 甲 4117", "不是六位"),
        (f"{B} 乙", "重复"),
        ("甲" * 18, "不是 18 位"),
    ],
)
def test_a_faulty_row_is_told_by_number(line: str, why: str) -> None:
    rows, faults = read_lines(f"{B} 乙\n{line}")
    assert len(rows) == 1
    (fault,) = faults
    assert fault.row == 2 and why in fault.why


def test_a_table_keeps_the_numbers_of_its_sheet() -> None:
    table = Table("f", None, 3, (Row(4, {"code": A, "name": "甲"}), Row(9, {"code": "", "name": "乙"})))
    rows, faults = read_table(table)
    assert rows == (Listed(A, "甲"),) and faults[0].row == 9
    assert [c.key for c in LAYOUT.columns if c.must_exist] == ["code", "name"]


def test_a_whole_list_replaces_and_a_supplement_adds() -> None:
    lists = [("whole", [Listed(A, "旧")]), ("whole", [Listed(B, "乙")]), ("supplement", [Listed(C, "丙")])]
    assert set(in_force(lists)) == {B, C}


def test_a_roster_beside_the_list() -> None:
    listed = in_force([("whole", [Listed(A, "甲"), Listed(B, "乙"), Listed(C, "市区"), Listed(C, "市区")])])
    key = replace(SITE, code=B.replace("2", "9") + "001P", credit_code="", key=True)
    closed = replace(SITE, code="DJ411721000001", credit_code=B, status=SiteStatus.CLOSED)
    found = compare([SITE, key, closed], listed, "411721")
    assert found.not_key == (SITE.code,) and found.unlisted == (key.code,)
    assert [one.code for one in found.missing] == [B]
    named = {B: Listed(B, "乙", "411722")}
    assert compare([], named, "411721").missing == ()
    assert compare([replace(SITE, key=True)], {SITE.code: Listed(SITE.code, "甲")}, "411721").not_key == ()
