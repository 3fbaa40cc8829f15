"""A bureau's own dated choices, of the same form as the law files."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from policies.rulebook.law_entries import read_node
from policies.rulebook.law_entry import Entry
from policies.rulebook.law_errors import BadQuote, BadValue, MissingBasis
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_yaml import load
from policies.terms import Basis, Mark

_CODE = re.compile(r"[0-9]{6}\Z")


@dataclass(frozen=True, slots=True)
class Choice:
    """A bureau's own dated decision on one key, of the same shape as a value of the law.

    Attributes:
        key: name in `law_keys.KEYS`.
        value: typed value.
        basis: the bureau's own decision: text, clause, date, day checked.
        factors: the six factors of Xiping's clause, beside a ratio. Basis: 西环〔2024〕3号 一（四）.
        note: why.
        item, subject: to what it is narrowed; empty = everything, of ratios and coverage the routine item.
        until: last day, or None.
    """

    key: str
    value: object
    basis: Basis
    factors: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: str = ""
    item: str = ""
    subject: str = ""
    until: date | None = None


def read_choices(body: str, file: str = "choices.yaml") -> dict[str, tuple[Choice, ...]]:
    """Read bureaus' own choices: a mapping of division code to the same form as a law file.

    Returns:
        Division code → its choices.

    Raises:
        LawProblem: as for law files; a chosen ratio also needs its six factors. `quoted` is refused: a
            bureau that enters its own text marks it `stated`.
    """
    root = load(body, file)
    if not isinstance(root.data, Mapping):
        raise BadValue(str(root.raw())[:60], where=root.where, key=file, expected="区划代码: 规则 的映射")
    found: dict[str, tuple[Choice, ...]] = {}
    for code, node in root.data.items():
        if not _CODE.match(code):
            raise BadValue(code, where=node.where, key=file, expected="六位区划代码")
        found[code] = tuple(_choice(entry) for entry in read_node(node))
    return found


def _choice(entry: Entry) -> Choice:
    mark = entry.basis.mark
    if mark is Mark.QUOTED:
        raise BadQuote(mark.value, where=entry.where, key=entry.key)
    if KEYS[entry.key].form == "rate" and not entry.factors and mark is not Mark.STATED:
        raise MissingBasis(where=entry.where, key=entry.key, field="factors")
    return Choice(
        entry.key,
        entry.value,
        entry.basis,
        entry.factors,
        entry.note,
        entry.scope.item,
        entry.scope.subject,
        entry.until,
    )
