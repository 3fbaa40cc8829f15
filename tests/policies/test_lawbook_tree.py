"""The law tree that ships: read whole, quoted verbatim, composed for the six bureaus."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import services.demo
from policies.rulebook.law_errors import LawProblem
from policies.rulebook.law_keys import KEYS
from policies.rulebook.lawbook import Choice, read, read_choices, rules_at
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import BelowOwnText, NoRule
from policies.rulebook.rules import Rules
from policies.terms import Basis, Mark
from services.ruling.lawfiles import law_files, law_texts, lawbook

ON = date(2025, 12, 15)
DECISION = Basis("本局决定", "一", "", Mark.DEFAULT, date(2025, 12, 1), date(2026, 11, 22))


def rules(code: str, on: date = ON, subject: str = "", choices: tuple[Choice, ...] = ()) -> Rules:
    return rules_at(lawbook(), lawbook().path_of(code), on, choices, subject=subject)


def test_every_quote_stands_in_a_text_we_carry() -> None:
    texts = law_texts().values()
    for entries in lawbook().places.values():
        for entry in entries:
            for sentence in filter(None, (entry.basis.sentence, entry.open_text)):
                assert any(sentence in text for text in texts), entry.where.text()


def test_quotes_come_from_the_text_they_name() -> None:
    whole = {"西环〔2024〕3号": "xiping-2024.txt"}
    for entries in lawbook().places.values():
        for entry in entries:
            if entry.basis.mark is Mark.QUOTED:
                name = whole.get(entry.basis.text, "kundulun-2016.txt")
                assert entry.basis.sentence in law_texts()[name], entry.where.text()


def test_effective_dates_and_checks_are_plausible() -> None:
    for entries in lawbook().places.values():
        for entry in entries:
            assert date(2015, 1, 1) <= entry.basis.effective <= entry.basis.checked_on


@pytest.mark.parametrize("code", ["411721", "150203"])
def test_counties_answer_every_key_the_line_needs(code: str) -> None:
    found = rules(code)
    wanted = (
        "rate.key rate.general coverage.key split.year draw.window draw.authority team.size team.formation "
        "team.crews candidates.min walk.per_slot plan.deadline days.upload days.publish days.publish_penalty "
        "filing.plan filing.list roster.fields class.special labels legal.bases record.form cap.visits "
        "checklist.groups visit.excluded secrecy.sanctions results.codes overlay.handling repeat.share"
    )
    for key in wanted.split():
        assert found.value(key).basis.cite()


def test_xiping() -> None:
    found = rules("411721")
    assert found.rate("rate.key") == Rate("share", "quarter", Fraction(1, 5))
    assert found.rate("rate.general") == Rate("staff", "year", Fraction(10))
    assert found.rate("rate.special").base == "census"
    assert len(found.pairs("roster.fields")) == 17
    assert found.integer("days.upload") == 7
    assert found.text("plan.deadline") == "12-31"
    assert found.text("team.formation") == "visit"
    (warning,) = found.warnings
    assert warning.code == "below_parent_floor"
    assert [b.text for b in warning.basis] == ["环办〔2015〕88号", "西环〔2024〕3号"]


def test_kundulun_and_its_city() -> None:
    found = rules("150203")
    assert found.rate("rate.key").amount == Fraction(1, 4)
    assert found.rate("rate.general").amount == 7
    assert found.get("rate.special") is None
    assert found.text("plan.deadline") == "12-20"
    assert found.text("team.formation") == "crews"
    assert list(found.pairs("filing.list")) == ["gov-150203", "150200"]
    city = rules("150200", subject="150203")
    assert (city.rate("rate.key").amount, city.rate("rate.key").most) == (Fraction(1, 10), Fraction(3, 20))
    assert city.text("overlay.handling") == "merge"
    assert rules("150200", subject="150204").rate("rate.key").amount == Fraction(1, 20)


def test_province_has_no_ratio() -> None:
    with pytest.raises(NoRule) as caught:
        rules("410000").value("rate.key")
    assert caught.value.kind == "missing"


def test_history() -> None:
    before = rules("150203", date(2016, 8, 30))
    assert before.value("rate.key").basis.text == "环办〔2015〕88号"
    assert rules("150203", date(2016, 8, 31)).value("rate.key").place[-1] == "150203"


def test_choice_must_not_relax_a_clock() -> None:
    with pytest.raises(BelowOwnText) as caught:
        rules("411721", choices=(Choice("days.upload", 10, DECISION),))
    assert "西环〔2024〕3号" in (caught.value.basis or "")
    assert rules("411721", choices=(Choice("days.upload", 5, DECISION),)).integer("days.upload") == 5


def test_choice_is_free_where_the_text_is_open() -> None:
    assert rules("411721", choices=(Choice("cap.visits", 5, DECISION),)).integer("cap.visits") == 5


def test_choice_only_within_its_time_and_subject() -> None:
    late = Choice("days.upload", 5, DECISION, until=date(2025, 12, 10))
    other = Choice("days.upload", 5, DECISION, subject="000001")
    assert rules("411721", choices=(late, other)).integer("days.upload") == 7


def test_demo_choices_are_lawful_and_marked() -> None:
    body = (Path(services.demo.__file__).parent / "choices.yaml").read_text(encoding="utf-8")
    choices = read_choices(body)
    found = rules("150203", choices=choices["150203"])
    assert found.integer("team.crews") == 8
    assert found.value("rate.special").origin == "choice"
    assert len(found.value("rate.special").factors) == 6
    assert rules("150200", subject="150203", choices=choices["150200"]).rate("rate.key").amount == Fraction(
        1, 8
    )
    assert all(c.basis.mark is Mark.DEFAULT for group in choices.values() for c in group)


def test_order_of_files_changes_nothing() -> None:
    files = law_files()
    assert read(dict(reversed(files.items()))).places == lawbook().places


def test_unknown_bureau() -> None:
    with pytest.raises(LawProblem):
        lawbook().path_of("999999")


def test_rules_are_plain_json() -> None:
    def plain(value: object) -> bool:
        if isinstance(value, dict):
            return all(isinstance(k, str) and plain(v) for k, v in value.items())
        return all(map(plain, value)) if isinstance(value, list) else isinstance(value, (str, int))

    assert plain(rules("150203").as_dict())


def test_every_key_used_is_known_and_every_key_is_used_or_open() -> None:
    used = {e.key for entries in lawbook().places.values() for e in entries}
    assert used <= KEYS.keys()
