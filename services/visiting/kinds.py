"""Kinds of visits that no draw chooses. Basis: obligation 4."""

from collections.abc import Collection

from policies.rulebook.rules import Rules
from tenants.records import VisitType

TYPES: dict[VisitType, tuple[str, str]] = {
    "special": ("专项执法检查", "campaign"),
    "case": ("环境违法案件查处", "violation case"),
    "followup": ("环境执法后督察", "follow-up inspection"),
    "complaint": ("环境信访案件查处", "complaint"),
    "revisit": ("整改回访", "re-visit after rectification"),
}
# a re-visit follows a record of the bureau's own; no text has to name it
_ALWAYS: VisitType = "revisit"


def types_of(rules: Rules) -> dict[str, str]:
    """Kinds of visits no draw has to choose, as `visit.excluded` names them; all where no text does.

    Any other inspection is a daily one and comes from a draw. Basis: obligation 4.
    """
    value = rules.get("visit.excluded")
    if value is None:
        return {code: words for code, (words, _) in TYPES.items()}
    known: Collection[str] = TYPES
    named = {code: words for code, words in rules.pairs("visit.excluded").items() if code in known}
    return {**named, _ALWAYS: TYPES[_ALWAYS][0]}
