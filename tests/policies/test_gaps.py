"""Gaps of a site, the score of a roster, and coordinates that cannot be right."""

from dataclasses import replace
from fractions import Fraction

from policies.roster.gaps import EVIDENCE, PLACE, filled, tally, wanted
from policies.roster.outliers import outliers
from policies.terms import Site, SiteKind, SiteStatus

SITE = Site(
    code="S1", name="一厂", credit_code="91411721MAXX00015J", kind=SiteKind.UNIT, key=False, special=False,
    status=SiteStatus.ACTIVE, address="一路", site_address="一路厂区", division="411721", lon=114.02,
    lat=33.38, datum="CGCS2000", industry="C26", pollution=("废水",), phone="1", legal_person="甲",
    contact="乙",
    contact_phone="2", env_officer="丙", authority="西平分局", basin="淮河流域", started_on="2015",
    products="药",
)  # fmt: skip
FIELDS = wanted({"name", "own_1"}, ["own_1"])


def here(division: str, lon: float, lat: float, datum: str) -> bool | None:
    """A division one degree wide."""
    return 113.5 <= lon <= 114.5 and 33 <= lat <= 34


def test_a_gap_is_told_once_and_only_where_it_is_asked() -> None:
    whole = replace(SITE, extra=(("own_1", "甲类"),))
    assert filled(whole, FIELDS, ()).gaps == () and filled(whole, FIELDS, ()).share == 1
    assert filled(SITE, FIELDS, ()).gaps == ("own_1",)
    asked = filled(whole, FIELDS, ()).asked
    assert filled(replace(whole, products=""), FIELDS, ()).share == Fraction(asked - 1, asked)
    assert filled(replace(whole, key=True), FIELDS, ()).gaps == ("class_basis",)
    special = filled(replace(whole, special=True), FIELDS, ())
    assert special.gaps == ("special_cases", EVIDENCE) and special.asked == asked + 2
    assert filled(replace(whole, special=True), FIELDS, {SITE.code}).gaps == ("special_cases",)
    typed = replace(whole, special=True, special_evidence="案卷 1 号")
    assert EVIDENCE in filled(typed, FIELDS, ()).gaps  # what an import typed is no dated record
    assert filled(replace(whole, lon=0.0), FIELDS, ()).gaps == (PLACE,)
    assert FIELDS.required == {"name", "own_1"}


def test_a_roster_is_the_sum_of_its_sites_in_whatever_parts_it_comes() -> None:
    some = [filled(one, FIELDS, ()) for one in (SITE, replace(SITE, products="", pollution=()))]
    once, twice = tally(some), tally(some[1:], tally(some[:1]))
    assert once == twice and once.gaps == {"own_1": 2, "products": 1, "pollution": 1}
    assert (once.sites, once.whole) == (2, 0) and once.share == Fraction(once.asked - 4, once.asked)
    assert tally(()).share == 1


def test_places_that_cannot_be_right_are_told_with_their_kind() -> None:
    far = replace(SITE, code="S2", lon=33.38, lat=114.02)
    none = replace(SITE, code="S3", lon=0.0, lat=0.0)
    beside = replace(SITE, code="S4", lon=115.0)
    twin = replace(SITE, code="S5", credit_code="91411721MAXX00023D", lon=114.020003)
    outlet = replace(SITE, code="S6")  # another outlet of the first company, at the same gate
    found = {one.code: one for one in outliers([SITE, far, none, beside, twin, outlet], "411721", here)}
    assert {code: one.kind for code, one in found.items()} == {
        "S3": "missing", "S2": "impossible", "S4": "outside",
        "S1": "together", "S5": "together", "S6": "together",
    }  # fmt: skip
    assert found["S2"].swapped and not found["S4"].swapped and found["S5"].others == ("S1", "S6")
    assert outliers([SITE, outlet], "411721", here) == ()
    assert list(found) == ["S3", "S2", "S4", "S1", "S5", "S6"]
