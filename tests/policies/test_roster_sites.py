"""Every fault of a site row is refused by its cell; nothing is dropped."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from policies.roster import check_sites
from policies.roster.codes import credit_check
from policies.roster.tabular import Row, Skipped
from policies.terms import SiteKind, SiteStatus, Stratum

_SPEC = importlib.util.spec_from_file_location("roster_cases", Path(__file__).with_name("roster_cases.py"))
assert _SPEC and _SPEC.loader
cases = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(cases)
CONTEXT, CREDIT, site, table = cases.CONTEXT, cases.CREDIT, cases.site, cases.table


def faults(**cells: str) -> list[tuple[str, str]]:
    """(error class, field) of one changed row."""
    made = table(site(**cells))
    fields = {f"{at}4": key for key, at in made.letters.items()}
    return [(e.code, fields[e.cell]) for e in check_sites(made, CONTEXT).errors]


def test_a_sound_row() -> None:
    check = check_sites(table(site()), CONTEXT)
    assert check.clean
    assert not check.warnings
    (one,) = check.values
    assert (one.code, one.kind, one.status) == (f"{CREDIT}001P", SiteKind.UNIT, SiteStatus.ACTIVE)
    assert (one.lon, one.lat, one.datum, one.pollution) == (113.9, 33.36, "CGCS2000", ("废水", "废气"))
    assert one.stratum is Stratum.GENERAL


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"name": ""}, [("MissingValue", "name")]),
        ({"industry": ""}, [("MissingValue", "industry")]),
        ({"credit_code": "91411721MAXX000151"}, [("WrongCheckDigit", "credit_code")]),
        ({"credit_code": "91411721"}, [("CreditCodeLength", "credit_code")]),
        ({"credit_code": "9.14117E+17"}, [("MangledCode", "credit_code")]),
        ({"code": "4.11721E+21"}, [("MangledCode", "code")]),
        ({"code": "XYZ"}, [("SiteCodeForm", "code")]),
        ({"code": "DJ150203000001"}, [("SiteCodeForm", "code")]),
        ({"site_class": "重要"}, [("UnknownValue", "site_class")]),
        ({"site_class": "一般、重点"}, [("ClassContradiction", "site_class")]),
        ({"status": "未知"}, [("UnknownValue", "status")]),
        ({"kind": "工地"}, [("UnknownValue", "kind")]),
        ({"pollution": "废水、异味"}, [("UnknownValue", "pollution")]),
        ({"datum": "北京54"}, [("UnknownValue", "datum")]),
        ({"lon": "112.5"}, [("OutsideDivision", "lon")]),
        ({"lon": "33.36", "lat": "113.9"}, [("SwappedCoordinates", "lon")]),
        ({"lon": "东一百"}, [("BadNumber", "lon")]),
        ({"lon": "nan"}, [("BadNumber", "lon")]),
        ({"division": "150203"}, [("WrongDivision", "division")]),
        ({"division": "昆都仑区"}, [("WrongDivision", "division")]),
        ({"started_on": "去年"}, [("BadDate", "started_on")]),
        ({"started_on": "2015.1"}, [("BadDate", "started_on")]),
        ({"visits_this_year": "-1"}, [("BadNumber", "visits_this_year")]),
        ({"visits_this_year": "两次"}, [("BadNumber", "visits_this_year")]),
        ({"industry": "Z9999"}, [("BadIndustry", "industry")]),
        ({"override": "无"}, [("OverrideTooShort", "override")]),
    ],
)
def test_faults_name_their_cell(cells: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert sorted(faults(**cells)) == sorted(expected)


def test_an_error_says_expected_got_where_and_remedy() -> None:
    (error,) = check_sites(table(site(lon="112.5")), CONTEXT).errors
    assert (error.sheet, error.row, error.column) == ("污染源名录", 4, "经度")
    assert "411721" in error.expected
    assert error.found.startswith("112.5")
    assert "GCJ-02" in error.remedy
    told = error.as_dict("en")
    assert (told["code"], told["cell"], told["row"]) == ("OutsideDivision", "P4", 4)


def test_all_faults_of_a_row_are_told_at_once() -> None:
    assert {c for c, _ in faults(name="", status="未知", lon="112.5")} == {
        "MissingValue",
        "UnknownValue",
        "OutsideDivision",
    }


def test_wrong_check_digit_says_the_right_one() -> None:
    (error,) = check_sites(
        table(site(credit_code="91411721MAXX000151", code="DJ411721000001")), CONTEXT
    ).errors
    assert "J" in error.expected


def test_a_reasoned_override_accepts_the_code_and_keeps_the_reason() -> None:
    reason = "2025年12月核对营业执照原件无误"
    row = site(credit_code="91411721MAXX000151", code="91411721MAXX000151001P", override=reason)
    check = check_sites(table(row), CONTEXT)
    assert check.values[0].overrides == (f"credit_code：{reason}",)
    assert [w.code for w in check.warnings] == ["CodeOverridden"]


@pytest.mark.parametrize("cells", [{"lon": "112.5"}, {"credit_code": "9.14117E+17"}, {"code": "带，逗号"}])
def test_an_override_never_excuses_place_lost_digits_or_undrawable_codes(cells: dict[str, str]) -> None:
    assert faults(**cells, override="经现场核实确属本辖区")


def test_special_alone_takes_its_base_class_from_the_citys_list() -> None:
    listed = replace(CONTEXT, key_list=frozenset({CREDIT}))
    for context, key in ((listed, True), (CONTEXT, False)):
        check = check_sites(table(site(site_class="特殊")), context)
        assert (check.values[0].special, check.values[0].key) == (True, key)
        assert [w.code for w in check.warnings] == ["SpecialWithoutBase"]


@pytest.mark.parametrize("text", ["重点、特殊", "特殊+重点", "重点排污单位；特殊监管对象"])
def test_key_and_special(text: str) -> None:
    (one,) = check_sites(table(site(site_class=text, class_basis="市名录")), CONTEXT).values
    assert (one.key, one.special, one.stratum) == (True, True, Stratum.SPECIAL)


def test_a_site_of_the_citys_list_cannot_be_general() -> None:
    listed = replace(CONTEXT, key_list=frozenset({f"{CREDIT}001P"}))
    assert [e.code for e in check_sites(table(site()), listed).errors] == ["KeyListContradiction"]


def test_more_key_sites_than_the_list_are_accepted_and_said() -> None:
    check = check_sites(table(site(site_class="重点")), replace(CONTEXT, key_list=frozenset()))
    assert [w.code for w in check.warnings] == ["NotOnKeyList", "KeyWithoutBasis"]


def test_both_rows_of_a_repeated_code_are_refused() -> None:
    rows = [site(), site(code="DJ411721000001"), site(name="演示·另一厂")]
    check = check_sites(table(*rows), CONTEXT)
    assert [d.rows for d in check.duplicates] == [(4, 6)]
    assert not check.duplicates[0].same
    assert [(e.code, e.row) for e in check.errors] == [("DuplicateSiteCode", 4), ("DuplicateSiteCode", 6)]
    assert [a.row for a in check.valid] == [5]


def test_every_row_is_accounted_for() -> None:
    skipped = (Skipped(1, "hint"), Skipped(3, "example"), Skipped(9, "blank"))
    rows = [site(), site(), site(code="DJ411721000001"), site(code="DJ411721000002", status="?")]
    rows.append(site(status="?"))  # a duplicate with a fault of its own counts as an error
    report = check_sites(table(*rows, skipped=skipped), CONTEXT).report
    parts = ("valid", "errors", "duplicates", "blank", "hint", "example")
    assert report["rows"] == sum(report[p] for p in parts) == 8
    assert (report["valid"], report["errors"], report["duplicates"]) == (1, 2, 2)


def test_cells_under_no_heading_are_a_fault() -> None:
    made = table(site())
    shifted = replace(made, rows=(Row(4, made.rows[0].cells, (("AD", "多出"),)),))
    assert [(e.code, e.cell) for e in check_sites(shifted, CONTEXT).errors] == [("StrayCells", "AD4")]


def test_near_the_border_is_accepted_and_said() -> None:
    check = check_sites(table(site(lon="113.98")), CONTEXT)
    assert [w.code for w in check.warnings] == ["BorderUnclear"]


@pytest.mark.parametrize("text", ["113°54′00″", "E113.9", "113.9°", "113°54'"])
def test_degrees_as_people_write_them(text: str) -> None:
    assert check_sites(table(site(lon=text)), CONTEXT).values[0].lon == 113.9


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2015", "2015"), ("2015年6月", "2015-06"), ("2015/6/1", "2015-06-01"), ("20150601", "2015-06-01")],
)
def test_start_dates(text: str, iso: str) -> None:
    assert check_sites(table(site(started_on=text)), CONTEXT).values[0].started_on == iso


def test_letter_prefixed_credit_code() -> None:
    first17 = "N2411721MAXX00970"
    credit = first17 + credit_check(first17)
    assert not faults(credit_code=credit, code=f"{credit}001P")


@pytest.mark.parametrize("division", ["411721", "411721101", "411721101001", "西平县", "驻马店市西平县"])
def test_division_by_code_or_name(division: str) -> None:
    assert not faults(division=division)


def test_the_profile_decides_what_else_is_required() -> None:
    strict = replace(CONTEXT, required=frozenset({"phone"}))
    assert [e.column for e in check_sites(table(site()), strict).errors] == ["单位电话"]
    lax = replace(CONTEXT, required=frozenset())
    assert check_sites(table(site(industry="", pollution="")), lax).clean


def test_without_border_data_the_file_gets_one_warning() -> None:
    codes = [f"DJ41172100000{n}" for n in range(3)]
    check = check_sites(table(*(site(code=code) for code in codes)), replace(CONTEXT, inside=None))
    assert [w.code for w in check.warnings] == ["BorderUnknown"]
    assert (len(check.valid), check.report["warnings"], check.warnings[0].cell) == (3, 1, "")
    assert "411721" in check.warnings[0].wording().title


def test_skipped_rows_are_named() -> None:
    skipped = (Skipped(1, "hint"), Skipped(3, "example"), Skipped(9, "blank"))
    told = check_sites(table(site(), skipped=skipped), CONTEXT).as_dict()
    assert told["skipped"] == [{"row": 1, "reason": "hint"}, {"row": 3, "reason": "example"}]
