"""Errors of choosing and planning under the rules."""

from typing import ClassVar

from policies.errors import Kind, Language, Wording
from policies.rulebook.law_errors import LawProblem


class NoRule(LawProblem):
    """No text, default or choice gives this value for this bureau on this day."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有“{key}”的规则",
            "{bureau} 在 {on} 有一条有效的规则",
            "在本单位或上级的规则文件中补上“{key}”及其出处。",
        ),
        "en": Wording(
            "There is no rule “{key}”",
            "a rule in force for {bureau} on {on}",
            "Add “{key}” with its source to the bureau's or a parent's law file.",
        ),
    }


class BelowOwnText(LawProblem):
    """A choice weaker than the bureau's own text. Basis: 西环〔2024〕3号 一（四）."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "所选“{key}”宽于本单位文件规定",
            "不低于 {floor}",
            "改为 {floor} 或更严；要放宽，先由本单位修改文件并登记新文号。",
        ),
        "en": Wording(
            "The chosen “{key}” is weaker than the bureau's own text",
            "at least {floor}",
            "Choose {floor} or stricter; to relax it the bureau must first issue a new text.",
        ),
    }


class OutsideRange(LawProblem):
    """A choice above the upper end of a range, e.g. 10–15 %. Basis: 昆区分局方案 五、1."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("所选“{key}”超出规定的区间", "{low} 至 {high}", "在区间内另选一个分数。"),
        "en": Wording(
            "The chosen “{key}” is outside the range",
            "{low} to {high}",
            "Choose a fraction inside the range.",
        ),
    }


class BadCounts(LawProblem):
    """Counts that cannot be planned with."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("计划所用的数量不对", "{expected}", "核对名录与人员数后重试。"),
        "en": Wording(
            "The counts of the plan are wrong", "{expected}", "Check the roster and the number of staff."
        ),
    }
