"""The demonstration's files through everyone's door; refused rows come back; no text becomes a formula."""

import io
import re
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from policies.roster import (
    OFFICER_LAYOUT,
    SITE_LAYOUT,
    OfficerContext,
    SiteContext,
    check_officers,
    check_sites,
    diff_sites,
)
from policies.roster.codes import credit_fault, organisation_check, site_fault
from policies.terms import SiteStatus, Stratum
from services import geo
from services.demo.rosters import RosterFiles, make_rosters
from services.sheets import OutSheet, fill_template, read_table, write_refused, write_table
from services.sheets.errors import TextTooLong

TOTALS = {"411721": 1263, "150203": 700}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RosterFiles]:
    return make_rosters(tmp_path_factory.mktemp("rosters"))


def check(files: dict[str, RosterFiles], code: str):
    path = files[code].sites
    assert path
    context = SiteContext(
        code, geo.division_names(code), key_list=files[code].key_list, inside=geo.inside, key_basis="名录"
    )
    return check_sites(read_table(path, path.name, SITE_LAYOUT), context)


@pytest.mark.parametrize("code", TOTALS)
def test_site_rosters_pass_their_own_check(files: dict[str, RosterFiles], code: str) -> None:
    found = check(files, code)
    assert found.clean
    assert found.report == {
        "rows": TOTALS[code] + 3,
        "valid": TOTALS[code],
        "errors": 0,
        "duplicates": 0,
        "blank": 0,
        "hint": 2,
        "example": 1,
        "warnings": found.report["warnings"],
    }
    assert {w.code for w in found.warnings} == {"SpecialWithoutBase"}


@pytest.mark.parametrize("code", TOTALS)
def test_site_rosters_have_the_shape_a_draw_needs(files: dict[str, RosterFiles], code: str) -> None:
    sites = check(files, code).values
    strata = Counter(s.stratum for s in sites)
    assert 24 <= strata[Stratum.KEY] <= 60
    assert strata[Stratum.GENERAL] > 500
    assert strata[Stratum.SPECIAL] > 10
    assert any(s.key and s.special for s in sites)
    assert {s.status for s in sites} == set(SiteStatus)
    assert any(s.visits_this_year >= 2 for s in sites)
    assert len({s.name for s in sites}) == len(sites)
    assert all(s.name.startswith("演示·") for s in sites)
    assert len({s.credit_code for s in sites}) < len(sites), "one company, two sites"


@pytest.mark.parametrize("code", TOTALS)
def test_codes_and_places_are_right(files: dict[str, RosterFiles], code: str) -> None:
    for site in check(files, code).values:
        assert credit_fault(site.credit_code) is None
        assert organisation_check(site.credit_code[8:16]) == site.credit_code[16]
        assert site_fault(site.code, site.credit_code, code) is None
        assert geo.inside(code, site.lon, site.lat, site.datum) is True


@pytest.mark.parametrize(("code", "number"), [("411721", 30), ("150203", 30), ("411700", 12), ("150200", 12)])
def test_officer_rosters(files: dict[str, RosterFiles], code: str, number: int) -> None:
    path = files[code].officers
    found = check_officers(read_table(path, path.name, OFFICER_LAYOUT), OfficerContext(date(2025, 12, 25)))
    assert found.clean
    assert found.report["valid"] == number
    assert "CertificateExpired" in {w.code for w in found.warnings}
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    able = [o for o in found.values if o.drawable(first, last)]
    assert len(able) < number
    assert sum(o.lead for o in able) >= 4
    assert any(o.leave for o in found.values)
    assert any(o.recusals for o in found.values)


def test_recusals_are_active_sites_of_the_roster(files: dict[str, RosterFiles]) -> None:
    active = frozenset(s.code for s in check(files, "411721").values if s.status is SiteStatus.ACTIVE)
    path = files["411721"].officers
    context = OfficerContext(date(2025, 12, 25), known_sites=active)
    assert check_officers(read_table(path, path.name, OFFICER_LAYOUT), context).clean


def test_equal_seeds_give_equal_content(files: dict[str, RosterFiles], tmp_path: Path) -> None:
    again = make_rosters(tmp_path)
    assert (
        diff_sites(check(files, "150203").values, check(again, "150203").values).counts()["unchanged"] == 700
    )


def test_refused_rows_come_back_and_pass_once_corrected() -> None:
    good = {"name": "演示·青禾化工一厂", "credit_code": "91411721MAXX00015J", "site_class": "一般"}
    good |= {"division": "西平县", "lon": "113.9", "lat": "33.36", "status": "在产", "industry": "C2614"}
    good |= {"pollution": "废水", "site_address": "演示一路1号"}
    rows = [good | {"code": "DJ411721000001"}, good | {"code": "DJ411721000002", "lon": "112.0"}]
    context = SiteContext("411721", geo.division_names("411721"), inside=geo.inside)
    table = read_table(fill_template(SITE_LAYOUT, rows), "a.xlsx", SITE_LAYOUT)
    found = check_sites(table, context)
    assert found.report["errors"] == 1
    back = read_table(write_refused(found), "退回.xlsx", SITE_LAYOUT)
    assert back.unknown == ()
    assert back.rows[0].cells == table.rows[1].cells
    (error,) = check_sites(back, context).errors
    assert (error.code, error.row) == ("OutsideDivision", 2)


def test_refused_file_names_row_cell_and_reason() -> None:
    rows = [{"name": "演示", "code": "9.14E+21"}]
    table = read_table(fill_template(SITE_LAYOUT, rows), "a.xlsx", SITE_LAYOUT)
    data = write_refused(check_sites(table, SiteContext("411721")))
    text = zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml").decode()
    assert "原行号" in text
    assert "问题说明" in text
    assert "科学计数" in text
    assert "D4（污染源编码）" in text


def test_no_text_becomes_a_formula_number_or_link() -> None:
    nasty = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "http://a.example", "00123", "{=1}")
    data = write_table([OutSheet("x", tuple("abcdef"), [nasty])])
    archive = zipfile.ZipFile(io.BytesIO(data))
    sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert len(re.findall(r't="s"', sheet)) == 12


def test_text_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(TextTooLong):
        write_table([OutSheet("x", ("a",), [("长" * 40_000,)])])


def test_equal_tables_give_equal_bytes() -> None:
    assert fill_template(SITE_LAYOUT) == fill_template(SITE_LAYOUT)


def test_the_columns_a_bureau_wants_filled_in_carry_a_star() -> None:
    def starred(**options: frozenset[str]) -> set[str]:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(fill_template(SITE_LAYOUT, **options)))
        rows = sheet.get_sheet_by_index(0).to_python()
        return {str(cell).rstrip("*") for row in rows for cell in row if str(cell).endswith("*")}

    always = {c.heading for c in SITE_LAYOUT.columns if c.must_exist}
    assert starred() == always
    assert starred(required=frozenset({"phone", "basin"})) == always | {"单位电话", "所属流域"}


@pytest.mark.parametrize("layout", [SITE_LAYOUT, OFFICER_LAYOUT])
def test_the_template_names_every_column_once(layout) -> None:
    row = {c.key: c.example or "x" for c in layout.columns}
    table = read_table(fill_template(layout, [row]), "模板.xlsx", layout)
    assert set(table.letters) == {c.key for c in layout.columns}
    assert (table.heading_row, table.rows[0].number, table.unknown) == (2, 4, ())


def test_the_example_row_would_pass() -> None:
    row = {c.key: c.example for c in SITE_LAYOUT.columns}
    table = read_table(fill_template(SITE_LAYOUT, [row]), "模板.xlsx", SITE_LAYOUT)
    assert [e.code for e in check_sites(table, SiteContext("411721", inside=geo.inside)).errors] == []


def test_datums_and_borders() -> None:
    centre = geo.outline("411721").representative_point()
    assert geo.inside("411721", centre.x, centre.y) is True
    assert geo.inside("411721", 112.0, 33.3) is False
    assert geo.inside("999999", 112.0, 33.3) is None
    lon, _ = geo.to_wgs84(113.9, 33.36, "GCJ-02")
    assert 0.003 < 113.9 - lon < 0.009
    assert geo.to_wgs84(113.9, 33.36, "CGCS2000") == (113.9, 33.36)
    with pytest.raises(ValueError, match="北京54"):
        geo.to_wgs84(113.9, 33.36, "北京54")
