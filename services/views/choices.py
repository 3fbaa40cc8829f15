"""A bureau's own choices as pages show them: history, proposals, what they change, forms filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from policies.errors import Problem
from policies.rulebook.key_effects import FIXED, WORDS, effect_note, one_form
from policies.rulebook.law_entries import FACTORS
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import plain
from policies.rulebook.rule_changes import RuleChange, choosable
from policies.rulebook.rules import Rules, Value
from services.ruling.plan_effects import PlanEffect
from services.ruling.rule_trials import Trial
from services.ruling.ruleset import read_row
from services.views.plan_effects import EffectFace, effect_face
from services.views.plans import item_names
from services.views.rules import RuleRow, rule_row
from tenants.rows import RuleChoice


@dataclass(frozen=True, slots=True)
class ChoiceFace:
    """One choice in a list.

    Attributes:
        shown: its value as a rule; None when today's law reader refuses it, then `text` is what was kept.
        people: subject → name of those who proposed, approved, withdrew.
    """

    row: RuleChoice
    zh: str
    shown: RuleRow | None
    text: str
    people: Mapping[str, str]

    def name(self, subject: str | None) -> str:
        """A person's name, or the login's id when nobody of that id is left."""
        return self.people.get(subject or "", subject or "")


@dataclass(frozen=True, slots=True)
class ChangeFace:
    """One key before and after."""

    key: str
    zh: str
    kind: str
    before: RuleRow | None
    after: RuleRow | None


@dataclass(frozen=True, slots=True)
class PreviewFace:
    """What choices would do to the rules, and to the year's plan of each roster and item."""

    tried: Trial
    changes: tuple[ChangeFace, ...]
    effects: tuple[EffectFace, ...]


@dataclass(frozen=True, slots=True)
class KeyOption:
    """A rule that may be chosen: its name, form and the value in force as text for the form.

    `shown`: the rule is words, and choosing it changes no number.
    """

    key: str
    zh: str
    form: str
    text: str
    ratio: bool
    shown: bool


def choice_faces(rows: Iterable[RuleChoice], people: Mapping[str, str]) -> tuple[ChoiceFace, ...]:
    """Choices newest first."""
    ordered = sorted(rows, key=lambda row: (row.effective, row.at), reverse=True)
    return tuple(choice_face(row, people) for row in ordered)


def choice_face(row: RuleChoice, people: Mapping[str, str]) -> ChoiceFace:
    """One choice."""
    try:
        (choice,) = read_row(row)
        shown = rule_row(
            Value(choice.value, choice.basis, choice.key, choice.note, "", (row.bureau,), "choice")
        )
    except Problem:  # the law reader moved on since it was kept
        shown = None
    name = KEYS[row.key].zh if row.key in KEYS else row.key
    return ChoiceFace(row, name, shown, value_text(row.value), people)


def change_face(change: RuleChange) -> ChangeFace:
    """One key of a difference."""
    sides = [rule_row(one) if one is not None else None for one in (change.before, change.after)]
    return ChangeFace(change.key, KEYS[change.key].zh, change.kind, *sides)


def preview_face(tried: Trial, effects: Iterable[PlanEffect]) -> PreviewFace:
    """A trial with its tables."""
    items, said = item_names(tried.after), {warning.zh for warning in tried.warnings}
    return PreviewFace(
        tried,
        tuple(change_face(one) for one in tried.changes),
        tuple(effect_face(one, items, said) for one in effects),
    )


def key_options(rules: Rules) -> tuple[KeyOption, ...]:
    """Every rule a bureau may choose, those in force filled in; rules with a single form are left out."""
    found = []
    for key in choosable():
        if one_form(key):
            continue
        value = rules.get(key.name)
        text = value_text(plain(value.value)) if value is not None else ""
        found.append(KeyOption(key.name, key.zh, key.form, text, key.form == "rate", key.name in WORDS))
    return tuple(found)


def fixed_options() -> tuple[tuple[str, str, str], ...]:
    """Rules that have one form only: key, name, why there is nothing to choose."""
    return tuple((name, KEYS[name].zh, effect_note(name)) for name in FIXED)


def value_text(value: Any) -> str:
    """A value as one line of the rule file's YAML."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return text.removesuffix("...\n").strip()


def factor_names(rules: Rules) -> dict[str, str]:
    """The six factors as the bureau's text names them."""
    named = rules.get("rate.factors")
    words: Mapping[str, str] = named.value if named is not None else {}
    return {name: words.get(name, _FACTORS[name]) for name in FACTORS}


_FACTORS = {
    "staff": "人员",
    "area": "区域",
    "sources": "污染源数量",
    "compliance": "守法情况",
    "quality": "环境质量",
    "complaints": "投诉举报",
}
