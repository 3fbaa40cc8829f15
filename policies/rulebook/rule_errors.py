"""Errors of choosing and planning under the rules."""

from collections.abc import Mapping
from typing import Any, ClassVar

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
    """A choice weaker than the bureau's own text. Basis: 西环〔2024〕3号 一（四）.

    Args:
        floor: what the text asks for, or the names of the codes that are missing.
        bound: how the text binds, see `law_order.Bound`.
    """

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "所选“{key}”宽于本单位文件规定",
            "{expected}",
            "{remedy}；要放宽，先由本单位修改文件并登记新文号。",
        ),
        "en": Wording(
            "The chosen “{key}” is weaker than the bureau's own text",
            "{expected}",
            "{remedy}; to relax it the bureau must first issue a new text.",
        ),
    }
    expectations: ClassVar[dict[str, dict[Language, str]]] = {
        "higher": {"zh": "不低于 {floor}", "en": "at least {floor}"},
        "lower": {"zh": "不高于 {floor}", "en": "at most {floor}"},
        "earlier": {"zh": "不晚于 {floor}", "en": "no later than {floor}"},
        "same": {"zh": "与文件一致：{floor}", "en": "as in the text: {floor}"},
        "codes": {"zh": "包括文件所列各项，现缺：{floor}", "en": "every code of the text; missing: {floor}"},
        "window": {"zh": "不宽于 {floor}", "en": "no wider than {floor}"},
    }
    remedies: ClassVar[dict[str, dict[Language, str]]] = {
        "same": {"zh": "改为 {floor}", "en": "Choose {floor}"},
        "codes": {"zh": "补上 {floor}", "en": "Add {floor}"},
        "": {"zh": "改为 {floor} 或更严", "en": "Choose {floor} or stricter"},
    }

    def __init__(self, got: object = "", *, floor: str = "", bound: str = "higher", **facts: Any) -> None:
        expected = _filled(self.expectations[bound], floor)
        remedy = _filled(self.remedies.get(bound, self.remedies[""]), floor)
        super().__init__(got, floor=floor, expected=expected, remedy=remedy, **facts)


def _filled(sentences: Mapping[Language, str], floor: str) -> dict[Language, str]:
    return {language: sentence.format(floor=floor) for language, sentence in sentences.items()}


class NothingReplaced(BelowOwnText):
    """A statement below the bureau's own text we hold that does not say it takes its place."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "登记的“{key}”宽于系统所存的本单位原文，又未写明替代哪一文件",
            "{expected}，或写明替代“{text}”",
            "{remedy}；新文件已替代原文的，在 note 中写“替代{text}”后重新登记。",
        ),
        "en": Wording(
            "The stated “{key}” is weaker than the bureau's own text held here and names no text it replaces",
            "{expected}, or that it replaces “{text}”",
            "{remedy}; where a new text replaced it, write “替代{text}” into note and enter it again.",
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
