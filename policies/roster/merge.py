"""Lists of several sections laid beside the roster: what is new, what changes, where two of them disagree.

The roster is the common ancestor: what only one list changed is taken; what two changed in different ways is
a conflict, and a person says which holds. Basis: 西环〔2024〕3号 一（三） names sections as suppliers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from typing import Any, Literal

from policies.roster.merge_errors import ConflictsOpen, UnknownChoice
from policies.terms import Site

Kind = Literal["new", "changed"]
Values = tuple[Any, ...]
OURS = "ours"
#: Fields that make sense only together are chosen together; the first one names them.
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("lon", "lat", "datum"),
    ("key", "class_basis"),
    ("special", "special_cases", "special_evidence"),
)
_NAMES = tuple(f.name for f in fields(Site))
_JOINED = {name for group in TOGETHER for name in group}
GROUPS: tuple[tuple[str, ...], ...] = (
    *((f.name,) for f in fields(Site) if f.name not in _JOINED | {"code", "extra"}),
    *TOGETHER,
)
EXTRA = "extra:"  # before the code of a bureau's own field


@dataclass(frozen=True, slots=True)
class Change:
    """A value of the roster that one list, or several alike, change. `parts`: those that say the new one."""

    field: str
    old: Values
    new: Values
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Values on which lists disagree.

    Attributes:
        ours: what the roster says; None for a site it does not have.
        options: list → what it says.
    """

    field: str
    ours: Values | None
    options: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A site that merging would touch.

    Attributes:
        before: as it stands; None = new. after: with every change but the conflicts.
        parts: lists that name the site.
    """

    code: str
    before: Site | None
    after: Site
    parts: tuple[str, ...]
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def kind(self) -> Kind:
        """Whether the roster has the site."""
        return "new" if self.before is None else "changed"

    @property
    def mark(self) -> str:
        """Short hash of all that merging would do to the row."""
        said = [
            _plain(self.before) if self.before else None,
            _plain(self.after),
            [[one.field, one.ours, dict(one.options)] for one in self.conflicts],
        ]
        line = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return sha256(line.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What merging would do. `same`: sites named that stay as they are; `absent`: codes no list names."""

    rows: tuple[MergeRow, ...]
    same: int
    absent: tuple[str, ...]


def plan_merge(
    kept: Mapping[str, Site], parts: Mapping[str, Sequence[Site]], covered: Sequence[str] = ()
) -> MergePlan:
    """Lay lists beside the roster.

    Args:
        kept: code → site of the roster. parts: name of a list → its accepted rows.
        covered: codes of the roster that the lists' sections supply.
    """
    named: dict[str, dict[str, Site]] = {}
    for part, rows in parts.items():
        for site in rows:
            named.setdefault(site.code, {})[part] = site
    found = [_row(kept.get(code), given) for code, given in sorted(named.items())]
    touched = tuple(row for row in found if row.before is None or row.changes or row.conflicts)
    absent = tuple(code for code in covered if code not in named)
    return MergePlan(touched, len(found) - len(touched), absent)


def conflict_key(code: str, field: str) -> str:
    """How a choice names its conflict."""
    return f"{code}/{field}"


def resolved(rows: Sequence[MergeRow], choices: Mapping[str, str]) -> tuple[Site, ...]:
    """The rows as they are written, every conflict decided.

    Raises:
        ConflictsOpen: one is not. UnknownChoice: a choice is neither "ours" nor a list that says something.
    """
    lacking = [
        row.code for row in rows for one in row.conflicts if conflict_key(row.code, one.field) not in choices
    ]
    if lacking:
        raise ConflictsOpen(f"{len(lacking)}", codes="、".join(dict.fromkeys(lacking[:5])))
    found = (_resolved(row, choices) for row in rows)
    return tuple(site for row, site in zip(rows, found, strict=True) if site != row.before)


def value_of(row: MergeRow, conflict: Conflict, choice: str) -> Values:
    """What a choice stands for. Raises UnknownChoice."""
    if choice == OURS and conflict.ours is not None:
        return conflict.ours
    if choice not in conflict.options:
        raise UnknownChoice(choice[:40], code=row.code)
    return conflict.options[choice]


def _plain(site: Site) -> list[Any]:
    """All a row says, in the order of its fields."""
    return [getattr(site, name) for name in _NAMES]


def _resolved(row: MergeRow, choices: Mapping[str, str]) -> Site:
    site = row.after
    for one in row.conflicts:
        values = value_of(row, one, choices[conflict_key(row.code, one.field)])
        site = _with(site, _group(one.field), values)
    return site


def _row(before: Site | None, given: Mapping[str, Site]) -> MergeRow:
    after = before or next(iter(given.values()))
    changes, conflicts = list[Change](), list[Conflict]()
    for group in (*GROUPS, *_own_fields(before, given)):
        ours = _values(before, group) if before else None
        said = {part: _values(site, group) for part, site in given.items()}
        differing = {part: values for part, values in said.items() if _speaks(values, ours)}
        kinds = set(differing.values())
        if len(kinds) == 1:
            (new,) = kinds
            after = _with(after, group, new)
            if ours is not None:
                changes.append(Change(group[0], ours, new, tuple(differing)))
        elif kinds:
            conflicts.append(Conflict(group[0], ours, differing))
    code = after.code
    return MergeRow(code, before, after, tuple(given), tuple(changes), tuple(conflicts))


def _speaks(values: Values, ours: Values | None) -> bool:
    """Whether a list says something of its own: other than the roster, or at all of a new site."""
    return values != ours if ours is not None else any(values)


def _values(site: Site, group: tuple[str, ...]) -> Values:
    if group[0].startswith(EXTRA):
        return (dict(site.extra).get(group[0].removeprefix(EXTRA), ""),)
    return tuple(getattr(site, name) for name in group)


def _with(site: Site, group: tuple[str, ...], values: Values) -> Site:
    if group[0].startswith(EXTRA):
        own = dict(site.extra) | {group[0].removeprefix(EXTRA): values[0]}
        return replace(site, extra=tuple(sorted((code, text) for code, text in own.items() if text)))
    return replace(site, **dict(zip(group, values, strict=True)))


def _own_fields(before: Site | None, given: Mapping[str, Site]) -> list[tuple[str, ...]]:
    """The bureau's own fields, each for itself: one section fills in this one, another that one."""
    found = {code for site in (before, *given.values()) if site for code, _ in site.extra}
    return [(EXTRA + code,) for code in sorted(found)]


def _group(first: str) -> tuple[str, ...]:
    return next((group for group in GROUPS if group[0] == first), (first,))
