"""Approval before a visit that no draw chose: what a request must say, and which visit it covers.

Basis: 国办发〔2024〕54号 (each check approved beforehand; secondary, the clause is not checked). How an
urgent visit is filed afterwards stands in no text we have: that is the bureau's rule, marked as our default.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from policies.errors import Language
from policies.rulebook.rules import Rules
from policies.visiting.request_errors import RequestRefused

STATES: dict[str, dict[Language, str]] = {
    "asked": {"zh": "待审批", "en": "asked"},
    "approved": {"zh": "已批准", "en": "approved"},
    "refused": {"zh": "未批准", "en": "refused"},
    "dropped": {"zh": "已撤回", "en": "dropped"},
}
LONGEST_MATTER, LONGEST_SOURCE = 500, 100  # characters
MOST_OFFICERS, MOST_DAYS = 20, 92


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for.

    Attributes:
        visit_type, site_code: kind of visit, and where.
        matter: why. source: number of the complaint, case or campaign, "" without one.
        officers: certificates of those who go. since, until: first and last day on which they may.
    """

    visit_type: str
    site_code: str
    matter: str
    source: str
    officers: tuple[str, ...]
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Made:
    """A visit that was made, as far as its approval is concerned."""

    visit_type: str
    site_code: str
    present: Collection[str]
    day: date


def needing(rules: Rules) -> frozenset[str]:
    """Kinds of visits that need an approval beforehand, of those no draw chooses."""
    value = rules.get("visit.approval")
    return frozenset(value.value) if value is not None else frozenset()


def check(asked: Asked, known: Collection[str], least: int, today: date) -> None:
    """Refuse a request that says too little, or days that cannot be.

    Args:
        known: certificates of the bureau's officers. least: fewest officers at a visit.

    Raises:
        RequestRefused: naming what is wrong.
    """
    check_words(asked.matter, asked.source)
    if strangers := sorted(set(asked.officers) - set(known)):
        raise RequestRefused("、".join(strangers)[:60], need="检查人员为本单位名录中的执法人员")
    if not least <= len(set(asked.officers)) <= MOST_OFFICERS:
        raise RequestRefused(len(set(asked.officers)), need=f"检查人员 {least} 至 {MOST_OFFICERS} 人")
    if asked.since < today:
        raise RequestRefused(asked.since.isoformat(), need=f"第一天不早于今天（{today.isoformat()}）")
    if not 0 <= (asked.until - asked.since).days < MOST_DAYS:
        raise RequestRefused(asked.until.isoformat(), need=f"最后一天不早于第一天，共不超过 {MOST_DAYS} 天")


def check_words(matter: str, source: str = "", what: str = "检查事由") -> None:
    """Refuse words nobody could keep. Raises RequestRefused."""
    if not 1 <= len(matter.strip()) <= LONGEST_MATTER or "\x00" in matter:
        raise RequestRefused(matter[:20], need=f"{what}，1 至 {LONGEST_MATTER} 个字符")
    if len(source) > LONGEST_SOURCE or "\x00" in source:
        raise RequestRefused(source[:20], need=f"线索编号，不超过 {LONGEST_SOURCE} 个字符")


def misfit(asked: Asked, made: Made) -> str:
    """What of a visit the request does not cover, in words; "" when it covers it whole."""
    if asked.visit_type != made.visit_type:
        return f"检查类型与申请一致：{asked.visit_type}"
    if asked.site_code != made.site_code:
        return f"检查对象与申请一致：{asked.site_code}"
    if not asked.since <= made.day <= asked.until:
        return f"到达日期在批准的 {asked.since} 至 {asked.until} 之间"
    if strangers := sorted(set(made.present) - set(asked.officers)):
        return f"到场人员均在批准的名单中（不在其中：{'、'.join(strangers)}）"
    return ""
