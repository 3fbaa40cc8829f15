"""What choosing a rule does: nothing for a rule that has one form only, and no number for one that is words.

Everything else is read by name where plans, draws, clocks and records are made; a test compares.
"""

from collections.abc import Mapping

from policies.errors import Language
from policies.rulebook.law_key import Key
from policies.rulebook.law_keys import KEYS

# Rules with a single option: constants of the product, cited where a text states them. (why in zh, in en)
FIXED: Mapping[str, tuple[str, str]] = {
    "draw.every": (
        "计划、抽取和时限都以季度为单位，没有别的频次可选",
        "plans, draws and windows run by the quarter; there is no other frequency",
    ),
    "team.lead": (
        "配组规则固定为每组至少一名主办，是抽取协议的一部分",
        "every team has a lead officer; this is part of the draw's protocol",
    ),
    "overlay.apportion": (
        "市级年度数量只按各区县一般排污单位数分配",
        "the city's number is apportioned by the districts' general sites and no other way",
    ),
    "overlay.officers": (
        "市级稽查只从市级本单位人员名录配组",
        "teams of the city's check come from the city's own roster of officers only",
    ),
}

# What a text says in words: shown with its citation, printed, and decided by people. By class:
SHOWN: Mapping[str, tuple[str, ...]] = {
    "who and what": (
        "inspect.body", "inspect.objects", "inspect.main_way", "class.key", "officers.pool",
        "officers.update", "roster.suppliers", "roster.maintainer",
    ),
    "the draw and the plan in words": (
        "draw.method", "draw.platform", "draw.fixed", "overlay.duty", "plan.unit", "plan.name",
    ),
    "where things go, by hand": ("publish.platforms",),
    "duties in words": (
        "record.device", "record.archive", "secrecy.duty",
        "violation.correct", "violation.penalty", "joint.partners", "joint.duty", "frequency.void",
        "credit.duty", "audit.duty", "training.duty", "results.disposals",
    ),
    "duties of statutes": tuple(name for name in KEYS if name.startswith("law.duty.")),
}  # fmt: skip
WORDS = frozenset(name for names in SHOWN.values() for name in names)
_ONLY_SHOWN = (
    "只在规则页上列出，不改变计划、抽取、期限和表单",
    "listed on the rules page only; plans, draws, clocks and forms stay as they are",
)


def one_form(key: Key) -> bool:
    """True when the key has a single option: the reader refuses any other value."""
    return key.form == "choice" and len(key.options) == 1


def effect_note(key: str, language: Language = "zh") -> str:
    """Why choosing the key changes nothing, or "" for a key that is read where something is decided."""
    zh, en = FIXED.get(key) or (_ONLY_SHOWN if key in WORDS else ("", ""))
    return zh if language == "zh" else en
