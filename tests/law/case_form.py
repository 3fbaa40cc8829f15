"""The form of a case: whose rules, what is given, what is expected. docs/law-cases.md says it for people."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from policies.planning.caps import cap_of
from policies.planning.deadlines import draw_window, plan_deadline, publish_deadline, upload_deadline
from policies.planning.eligibility import classify
from policies.planning.items import ROUTINE
from policies.planning.plan import Counts, YearPlan, make_plan
from policies.planning.result_clocks import result_clocks, reveal_deadline
from policies.planning.simulate import coverage
from policies.rulebook.law_values import plain
from policies.rulebook.lawbook import read_choices, rules_at, rules_from_text
from policies.rulebook.rules import Rules
from policies.terms import Mark, Period, Site, SiteKind, SiteStatus
from services.ruling.lawfiles import lawbook

HERE = Path(__file__).parent
Case = dict[str, Any]
Check = Callable[[Any, Rules, YearPlan | None], None]
TRIAL_DAY = date(2025, 12, 15)
EXAMPLE = {
    "text": "示例",
    "clause": "形状",
    "effective": date(2020, 1, 1),
    "mark": "unverified",
    "checked_on": date(2026, 11, 22),
}
FACTORS = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "示例")
SITE = Site(
    "1", "甲厂", "", SiteKind.UNIT, False, False, SiteStatus.ACTIVE, "", "", "", 0.0, 0.0, "CGCS2000", "", ()
)


def params(cases: Iterable[tuple[str, Case]]) -> list[Any]:
    return [pytest.param(case, id=f"{stem}: {case['name']}") for stem, case in cases]


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def own_cases(name: str = "*") -> list[tuple[str, Case]]:
    """The cases of `tests/law/<name>.yaml`."""
    return [(path.stem, case) for path in sorted(HERE.glob(f"{name}.yaml")) for case in load(path)]


def rules_of(case: Case) -> Rules:
    """Rules given as data under the national floors, or those of a bureau of the law tree on a day."""
    book = lawbook()
    if "rules" in case:
        return rules_from_text(
            as_law(case["rules"], case.get("basis", EXAMPLE), **_item(case)),
            on=case.get("on", TRIAL_DAY),
            book=book,
            level=case.get("level", "county"),
            item=case.get("item", ROUTINE),
        )
    chosen = as_law(case.get("choices", {}), EXAMPLE, factors=FACTORS, **_item(case))
    choices = read_choices(f"'{case['bureau']}':\n" + _indented(chosen))[case["bureau"]]
    path = book.path_of(case["bureau"])
    item = case.get("item", ROUTINE)
    return rules_at(book, path, case["date"], choices, subject=case.get("subject", ""), item=item)


def _item(case: Case) -> dict[str, str]:
    """A case about an item states or chooses for that item."""
    return {"item": case["item"]} if "item" in case else {}


def as_law(values: Mapping[str, Any], source: Mapping[str, Any], **extra: Any) -> str:
    """Bare values as a law file: the values stay data, the citation is the same for all."""
    law = {"source": dict(source)} | {
        key: [{"value": deepcopy(v), **deepcopy(extra)}] for key, v in values.items()
    }
    return yaml.safe_dump(law, allow_unicode=True, sort_keys=False)


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())


def plan_of(case: Case, rules: Rules) -> YearPlan:
    given = dict(case["given"])
    staff = given.pop("staff")
    return make_plan(rules, Counts(**given), staff, case.get("year", 2026), districts=case.get("districts"))


def check(case: Case) -> None:
    """Hold one case against the product; an expectation of an unknown name fails."""
    rules = rules_of(case)
    plan = plan_of(case, rules) if "given" in case else None
    if plan is not None:
        assert all(line.basis.cite() and line.why for line in plan.lines)
    for name, wanted in case["expect"].items():
        CHECKS[name](wanted, rules, plan)


def numbers(stratum: str) -> Check:
    """Visits of the four quarters."""

    def held(wanted: list[int], rules: Rules, plan: YearPlan | None) -> None:
        assert plan is not None
        assert [x.number for x in plan.lines if x.stratum == stratum] == wanted

    return held


def minimum(wanted: dict[str, list[int]], rules: Rules, plan: YearPlan | None) -> None:
    """What the ratio alone asks for, before coverage and raising."""
    assert plan is not None
    for stratum, least in wanted.items():
        assert [x.minimum for x in plan.lines if x.stratum == stratum] == least


def why(wanted: dict[str, str | list[str]], rules: Rules, plan: YearPlan | None) -> None:
    """Words of the sentence beside every number of a class."""
    assert plan is not None
    for stratum, words in wanted.items():
        said = {x.why for x in plan.lines if x.stratum == stratum}
        assert said and all(word in why for word in _many(words) for why in said), said


def reached(wanted: dict[str, str], rules: Rules, plan: YearPlan | None) -> None:
    """Share of a class the year reaches, exact."""
    assert plan is not None
    found = coverage(plan)
    assert {stratum: found[stratum]["share"] for stratum in wanted} == wanted


def warnings(wanted: list[Any], rules: Rules, plan: YearPlan | None) -> None:
    """Codes in order; `code: [citations]` also holds the clauses a warning rests on, and its sentence."""
    found = plan.warnings if plan is not None else rules.warnings
    assert [w.code for w in found] == [next(iter(w)) if isinstance(w, dict) else w for w in wanted]
    for warning, want in zip(found, wanted, strict=True):
        if isinstance(want, dict):
            (cites,) = want.values()
            assert [b.cite() for b in warning.basis] == cites
            assert any(b.cite() in warning.zh for b in warning.basis), warning.zh


def told(wanted: dict[str, str], rules: Rules, plan: YearPlan | None) -> None:
    """Words of the sentence of a warning, by its code."""
    found = {w.code: w.zh for w in (plan.warnings if plan is not None else rules.warnings)}
    for code, words in wanted.items():
        assert words in found.get(code, ""), found


def values(wanted: dict[str, Any], rules: Rules, plan: YearPlan | None) -> None:
    """Values in force, in the form of a law file."""
    assert {key: plain(rules.value(key).value) for key in wanted} == wanted


def says(wanted: dict[str, str], rules: Rules, plan: YearPlan | None) -> None:
    """Words that stand in the sentence a value is quoted with, from a text of its own place."""
    for key, words in wanted.items():
        value = rules.value(key)
        assert value.basis.mark is Mark.QUOTED and value.place == rules.path, key
        assert words in value.basis.sentence, key


def marks(wanted: dict[str, str], rules: Rules, plan: YearPlan | None) -> None:
    """How far a value could be checked."""
    assert {key: rules.value(key).basis.mark.value for key in wanted} == wanted


def window(wanted: dict[str, list[date]], rules: Rules, plan: YearPlan | None) -> None:
    """First and last day to draw a quarter."""
    assert {q: list(draw_window(rules, Period.parse(q))) for q in wanted} == wanted


def planned_by(wanted: dict[int, date], rules: Rules, plan: YearPlan | None) -> None:
    """Last day to settle the plan of a year."""
    assert {year: plan_deadline(rules, year) for year in wanted} == wanted


def upload(wanted: dict[date, date], rules: Rules, plan: YearPlan | None) -> None:
    """End of the visit → last day to upload."""
    assert {end: upload_deadline(rules, end).day for end in wanted} == wanted


def publish(wanted: dict[date, date], rules: Rules, plan: YearPlan | None) -> None:
    """Start → last day to publish the result."""
    assert {start: publish_deadline(rules, start).day for start in wanted} == wanted


def penalty(wanted: dict[date, date], rules: Rules, plan: YearPlan | None) -> None:
    """Decision → last day to publish the penalty."""
    assert {start: publish_deadline(rules, start, penalty=True).day for start in wanted} == wanted


def clocks(wanted: list[dict[str, Any]], rules: Rules, plan: YearPlan | None) -> None:
    """Both clocks of a recorded visit: of a quarter's draw, and with or without an order to correct."""
    for row in wanted:
        period = Period.parse(row["period"]) if "period" in row else None
        found = result_clocks(rules, row["ended"], period=period, ordered=row.get("ordered", False))
        assert [deadline.day for deadline in found] == [row["upload"], row["publish"]], row


def reveal(wanted: dict[str, date], rules: Rules, plan: YearPlan | None) -> None:
    """Last day of secrecy of a quarter's list."""
    assert {q: reveal_deadline(rules, Period.parse(q)) for q in wanted} == wanted


def provisional(wanted: list[date], rules: Rules, plan: YearPlan | None) -> None:
    """Ends of visits whose clock runs into a year without a notice."""
    assert all(upload_deadline(rules, end).provisional for end in wanted)


def caps(wanted: list[dict[str, Any]], rules: Rules, plan: YearPlan | None) -> None:
    """Which list of a draw a site with so many counted visits stands in."""
    for site in wanted:
        flags = {"key": site["class"] == "key", "special": site["class"] == "special"}
        found = classify(_site(**flags), rules, visits=site["visits"], covered=site.get("covered", False))
        assert found == site["list"], site


def counted(wanted: list[dict[str, Any]], rules: Rules, plan: YearPlan | None) -> None:
    """How many of a site's visits, by type, count toward the cap."""
    cap = cap_of(rules)
    assert cap is not None
    assert [cap.counted(row["visits"]) for row in wanted] == [row["count"] for row in wanted]


def team(wanted: int, rules: Rules, plan: YearPlan | None) -> None:
    """Officers in a team."""
    assert rules.integer("team.size") == wanted


def _site(*, key: bool, special: bool) -> Site:
    members = {name: getattr(SITE, name) for name in SITE.__slots__}
    return Site(**(members | {"key": key, "special": special}))


def _many(words: str | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else words


CHECKS: dict[str, Check] = {
    "key": numbers("key"),
    "general": numbers("general"),
    "special": numbers("special"),
    "minimum": minimum,
    "why": why,
    "coverage": reached,
    "warnings": warnings,
    "told": told,
    "values": values,
    "says": says,
    "marks": marks,
    "window": window,
    "plan_deadline": planned_by,
    "upload": upload,
    "publish": publish,
    "penalty": penalty,
    "clocks": clocks,
    "reveal": reveal,
    "provisional": provisional,
    "caps": caps,
    "counted": counted,
    "team": team,
}
