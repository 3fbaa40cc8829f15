"""Officers: expired ones are kept and said, leave pairs, recusals are known sites; differences of rosters."""

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policies.roster import (
    OFFICER_LAYOUT,
    OfficerContext,
    check_officers,
    check_sites,
    diff_officers,
    diff_sites,
)

_SPEC = importlib.util.spec_from_file_location("roster_cases", Path(__file__).with_name("roster_cases.py"))
assert _SPEC and _SPEC.loader
cases = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(cases)

SITE = f"{cases.CREDIT}001P"
CONTEXT = OfficerContext(date(2025, 12, 25), date(2026, 3, 31), frozenset({SITE, "DJ411721000001"}))


def check(*rows: dict[str, str]):
    return check_officers(cases.table(*rows, layout=OFFICER_LAYOUT), CONTEXT)


def test_a_sound_row() -> None:
    recusals = f"{SITE}；DJ411721000001"
    spans = {"leave_from": "2026-01-19；2026/3/2", "leave_to": "2026-01-23；2026年3月6日"}
    (one,) = check(cases.officer(recusals=recusals, person="u1", **spans)).values
    assert one.lead
    assert one.on_post
    assert one.recusals == (SITE, "DJ411721000001")
    first, second = one.leave
    assert first == (date(2026, 1, 19), date(2026, 1, 23))
    assert second == (date(2026, 3, 2), date(2026, 3, 6))
    assert one.person == "u1"


@pytest.mark.parametrize(
    ("day", "warning"), [("2025-08-31", "CertificateExpired"), ("2026-02-15", "CertificateExpiring")]
)
def test_expired_officers_are_accepted_with_a_warning(day: str, warning: str) -> None:
    found = check(cases.officer(valid_until=day))
    assert found.clean
    assert [w.code for w in found.warnings] == [warning]
    assert not found.values[0].drawable(date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"name": ""}, "MissingValue"),
        ({"lead": ""}, "MissingValue"),
        ({"lead": "可以"}, "UnknownValue"),
        ({"valid_until": "长期"}, "BadDate"),
        ({"valid_until": "2026-02-30"}, "BadDate"),
        ({"valid_until": "2026-02"}, "BadDate"),
        ({"certificate": "1.61234E+16"}, "MangledCode"),
        ({"certificate": "甲,乙,丙"}, "BadCertificate"),
        ({"leave_from": "2026-01-05"}, "LeaveOrder"),
        ({"leave_from": "2026-01-05", "leave_to": "2026-01-01"}, "LeaveOrder"),
        ({"recusals": "91411721MAXX00023J001P"}, "UnknownRecusal"),
    ],
)
def test_faults(cells: dict[str, str], expected: str) -> None:
    assert [e.code for e in check(cases.officer(**cells)).errors] == [expected]


def test_hyphens_of_a_certificate_stay() -> None:
    assert check(cases.officer(certificate="豫q-0012345")).values[0].certificate == "豫Q-0012345"


def test_repeated_certificates() -> None:
    found = check(cases.officer(), cases.officer(name="演示员甲02"), cases.officer(certificate="YS411721002"))
    assert [e.code for e in found.errors] == ["DuplicateCertificate"] * 2
    assert found.report["valid"] == 1


def test_the_same_file_again_changes_nothing() -> None:
    rows = [cases.site(), cases.site(code="DJ411721000001")]
    first, second = (check_sites(cases.table(*rows), cases.CONTEXT).values for _ in range(2))
    diff = diff_sites(first, second)
    assert diff.empty
    assert diff.counts() == {"added": 0, "changed": 0, "unchanged": 2, "missing": 0}


def test_differences_are_told_by_field_and_missing_sites_stay() -> None:
    kept = check_sites(cases.table(cases.site(), cases.site(code="DJ411721000001")), cases.CONTEXT).values
    rows = [cases.site(status="停产", phone="0396-1234567"), cases.site(code="DJ411721000002")]
    diff = diff_sites(kept, check_sites(cases.table(*rows), cases.CONTEXT).values)
    (change,) = diff.changed
    assert set(change.fields) == {"status", "phone"}
    assert change.fields["phone"] == ("", "0396-1234567")
    assert [s.code for s in diff.added] == ["DJ411721000002"]
    assert [s.code for s in diff.missing] == ["DJ411721000001"]


def test_ignored_fields_are_not_compared() -> None:
    (one,) = check_sites(cases.table(cases.site()), cases.CONTEXT).values
    later = replace(one, visits_this_year=3)
    assert diff_sites([later], [one], ignore=frozenset({"visits_this_year"})).empty
    assert not diff_sites([later], [one]).empty


def test_officers_differ_by_certificate() -> None:
    (one,) = check(cases.officer()).values
    assert diff_officers([], [one]).added == (one,)
