"""A bureau's own text as it entered it: above the tree's older file, under no floor, binding its choices."""

from datetime import date
from fractions import Fraction

import pytest

from policies.planning.items import items_of, of_item
from policies.planning.plan import Counts, make_plan
from policies.planning.simulate import effect
from policies.rulebook.law_errors import BadQuote, UnknownKey
from policies.rulebook.lawbook import Choice, read, read_choices, rules_at
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import BelowOwnText
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark, SiteKind
from services.ruling.lawfiles import lawbook

from .year_of_draws import site

ON = date(2025, 12, 15)
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
NEW = ("CN", "410000", "411700", "411799")


def basis(mark: Mark, effective: date = date(2025, 1, 1)) -> Basis:
    sentence = "原句" if mark is Mark.STATED else ""
    return Basis("示例办法", "一", sentence, mark, effective, ON)


def stated(key: str, value: object, effective: date = date(2025, 1, 1)) -> Choice:
    return Choice(key, value, basis(Mark.STATED, effective))


def chosen(key: str, value: object) -> Choice:
    return Choice(key, value, basis(Mark.DEFAULT, date(2025, 6, 1)), FACTORS)


def share(percent: int) -> Rate:
    return Rate("share", "quarter", Fraction(percent, 100))


def rules(*choices: Choice, path: tuple[str, ...] = NEW, item: str = "routine-source") -> Rules:
    return rules_at(lawbook(), path, ON, choices, item=item)


def test_a_statement_may_undercut_the_nation_and_says_so() -> None:
    found = rules(stated("rate.key", share(20)))
    value = found.value("rate.key")
    assert (value.origin, value.place, value.basis.sentence) == ("stated", NEW, "原句")
    assert found.floors["rate.key"][0].basis.text == "环办〔2015〕88号"
    (warning,) = found.warnings
    assert [b.text for b in warning.basis] == ["环办〔2015〕88号", "示例办法"]


def test_a_mere_choice_may_not() -> None:
    with pytest.raises(BelowOwnText):
        rules(chosen("rate.key", share(20)))


def test_a_choice_is_held_against_the_statement() -> None:
    assert rules(stated("rate.key", share(20)), chosen("rate.key", share(22))).rate("rate.key") == share(22)
    with pytest.raises(BelowOwnText) as caught:
        rules(stated("rate.key", share(20)), chosen("rate.key", share(19)))
    assert "示例办法" in (caught.value.basis or "")


def test_a_newer_text_replaces_the_file_of_the_tree_and_an_older_one_does_not() -> None:
    xiping = lawbook().path_of("411721")
    newer = rules(stated("rate.key", share(30)), path=xiping)
    assert newer.rate("rate.key") == share(30)
    assert [v.basis.text for v in newer.floors["rate.key"]] == ["西环〔2024〕3号", "环办〔2015〕88号"]
    assert newer.warnings == ()
    older = rules(stated("rate.key", share(30), date(2023, 1, 1)), path=xiping)
    assert older.rate("rate.key") == share(20)


def test_marks_belong_to_their_place() -> None:
    law = (
        "days.upload:\n  - {value: 7, text: 甲, clause: 一, effective: 2024-01-01, "
        "checked_on: 2024-01-02, mark: MARK, quote: 原句}\n"
    )
    with pytest.raises(BadQuote):
        read({"CN/410000/x.yaml": law.replace("MARK", "stated")})
    body = '"411799":\n' + "\n".join(f"  {line}" for line in law.splitlines())
    (choice,) = read_choices(body.replace("MARK", "stated"))["411799"]
    assert choice.basis.sentence == "原句"
    with pytest.raises(BadQuote):
        read_choices(body.replace("MARK", "quoted"))
    with pytest.raises(BadQuote):
        read_choices(body.replace("MARK", "stated").replace(", quote: 原句", ""))


def test_a_stated_ratio_has_no_factors() -> None:
    body = (
        '"411799":\n  rate.key:\n    - {value: {base: census, per: year}, text: 甲, clause: 一, '
        "effective: 2024-01-01, checked_on: 2024-01-02, mark: stated, quote: 原句}\n"
    )
    assert read_choices(body)["411799"][0].factors == {}


def test_items_have_sites_and_ratios_of_their_own() -> None:
    names = {"routine-source": "日常", "project-check": "建设项目"}
    pool = Choice("item.pool", {"kind": "project"}, basis(Mark.STATED), item="project-check")
    ratio = Choice(
        "rate.general", Rate("share", "year", Fraction(2, 5)), basis(Mark.STATED), item="project-check"
    )
    all_ = (stated("draw.items", names), pool, ratio)
    assert items_of(rules(*all_)) == ("routine-source", "project-check")
    sites = [site(1), site(2, kind=SiteKind.PROJECT), site(3, key=True)]
    assert of_item(sites, rules(*all_)) == sites
    assert [s.code for s in of_item(sites, rules(*all_, item="project-check"))] == ["S00002"]
    by_class = rules(stated("item.pool", {"class": "key", "industry": ""}))
    assert [s.code for s in of_item(sites, by_class)] == ["S00003"]


def test_a_pool_names_known_fields_only() -> None:
    with pytest.raises(UnknownKey):
        read({"CN/x.yaml": (
            "item.pool:\n  - {value: {colour: red}, text: 甲, clause: 一, effective: 2024-01-01, "
            "checked_on: 2024-01-02, mark: confirmed}\n"
        )})  # fmt: skip


def test_effect_of_a_ratio_and_of_staff() -> None:
    counts = Counts(41, 520, 12)
    xiping = lawbook().path_of("411721")
    before = make_plan(rules(path=xiping), counts, 28, 2026)
    after = make_plan(rules(chosen("rate.key", share(30)), path=xiping), counts, 30, 2026)
    found = effect(before, after, team=2)
    assert found["visits"] == {"before": 369, "after": 400}
    assert found["staff"] == {"before": 28, "after": 30}
    assert found["per_officer"] == {"before": 27, "after": 27}
    assert found["coverage"]["general"] == {"before": "7/13", "after": "15/26"}
    assert {line["stratum"] for line in found["lines"]} == {"key", "general"}
    assert [w["code"] for w in found["warnings"]["gone"]] == ["below_parent_floor", "coverage_raised"]
    assert found["warnings"]["new"] == []


def test_a_quarterly_part_that_decides_binds_every_quarter_of_a_choice() -> None:
    mixed = Rate("larger", "year", of=(Rate("staff", "year", Fraction(5)), share(5)))
    text, even = stated("rate.general", mixed), chosen("split.year", (1, 1, 1, 1))
    first, number = (
        chosen("split.year", (1, 0, 0, 0)),
        chosen("rate.general", Rate("number", "year", Fraction(44))),
    )
    counts = Counts(0, 211, 0)
    plan = make_plan(rules(text, number, even), counts, 8, 2026)
    assert [line.number for line in plan.lines if line.stratum == "general"] == [11] * 4
    with pytest.raises(BelowOwnText):
        make_plan(rules(text, number, first), counts, 8, 2026)
    with pytest.raises(BelowOwnText):  # by the year the officers decide; the year may be spread by weights
        make_plan(rules(text, number, even), counts, 30, 2026)


@pytest.mark.parametrize("key", ["rate.general", "coverage.general", "special.above"])
def test_a_ratio_without_an_item_speaks_of_the_routine_one_only(key: str) -> None:
    values = {"rate.general": share(40), "coverage.general": "once", "special.above": "key"}
    for row in (stated(key, values[key]), chosen(key, values[key])):
        assert rules(row).value(key).value == values[key]
        assert rules(row, item="project-check").get(key) is None
    scoped = Choice(key, values[key], basis(Mark.STATED), item="project-check")
    assert rules(scoped, item="project-check").value(key).value == values[key]
    assert rules(stated("days.upload", 5), item="project-check").integer("days.upload") == 5
