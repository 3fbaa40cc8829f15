"""The rules of a bureau on a day, grouped for reading: value, citation, sentence or mark, dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.rulebook.law_keys import KEYS
from policies.rulebook.rules import Rules, RuleWarning, Value
from policies.terms import Basis

# Group → beginnings of key names; what fits none stands under "duties".
GROUPS: Mapping[str, tuple[str, ...]] = {
    "rates": ("rate.", "coverage.", "special.", "split.", "repeat."),
    "draw": ("draw.", "overlay."),
    "teams": ("team.", "candidates.", "walk.", "officers."),
    "clocks": ("plan.", "days.", "cap.", "publish.", "upload.", "filing."),
    "roster": ("inspect.", "visit.", "checklist.", "class.", "roster.", "results."),
    "duties": ("",),
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One value in force.

    Attributes:
        value: JSON form: text, integer, list or mapping; a choice's code is put into words by the template.
        form: form of the key, see `policies.rulebook.law_key`.
        place: jurisdiction code that states it, "CN" for the nation.
        floors: what parents' texts say for the same key, nearest first.
    """

    key: str
    zh: str
    en: str
    form: str
    value: Any
    words: str
    basis: Basis
    note: str
    open_text: str
    place: str
    origin: str
    floors: tuple["RuleRow", ...] = ()


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """Rules that are read together."""

    id: str
    rows: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class RulesFace:
    """All rules of a bureau (over one roster, when `subject` is another's)."""

    bureau: str
    subject: str
    on: date
    groups: tuple[RuleGroup, ...]
    warnings: tuple[RuleWarning, ...]


def rules_face(rules: Rules) -> RulesFace:
    """The rules as composed by `policies.rulebook.lawbook.rules_at`."""
    rows: dict[str, list[RuleRow]] = {group: [] for group in GROUPS}
    for key in KEYS:
        if key in rules.values:
            floors = tuple(rule_row(v) for v in rules.floors.get(key, ()))
            rows[group_of(key)].append(rule_row(rules.values[key], floors))
    groups = tuple(RuleGroup(name, tuple(found)) for name, found in rows.items() if found)
    return RulesFace(rules.bureau, rules.subject or rules.bureau, rules.on, groups, rules.warnings)


def group_of(key: str) -> str:
    """The group a key is read in, see `GROUPS`."""
    return next(name for name, starts in GROUPS.items() if key.startswith(starts))


def rule_row(value: Value, floors: tuple[RuleRow, ...] = ()) -> RuleRow:
    """One value with what parents say for the same key."""
    data, key = value.as_dict(), KEYS[value.key]
    return RuleRow(
        key=value.key,
        zh=key.zh,
        en=key.en,
        form=key.form,
        value=data["value"],
        words=value.words(),
        basis=value.basis,
        note=value.note,
        open_text=value.open_text,
        place=value.place[-1] if value.place else "",
        origin=value.origin,
        floors=floors,
    )
