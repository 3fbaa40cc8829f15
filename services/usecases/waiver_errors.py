"""Refusals of waivers of kept-apart duties."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from tenants.errors import Conflict, SameHand

Words = dict[Language, Wording]


class BadWaiver(Problem):
    """A request, or an opinion on one, that cannot be taken."""

    words: ClassVar[Words] = {
        "zh": Wording("豁免不能这样办理", "{need}", "请核对后重新填写。"),
        "en": Wording("A waiver cannot be handled like this", "{need}", "Check what was entered."),
    }


class NoSuperior(Problem):
    """The bureau has no superior in this deployment that could waive anything."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("本单位在本系统中没有上级单位，不能申请豁免", "上级单位已在本系统开设",
                      "请由不同的人员分别担任这些岗位。"),
        "en": Wording("This bureau has no superior here to ask for a waiver", "a superior in this deployment",
                      "Let different people hold these duties."),
    }  # fmt: skip


class WaiverHand(SameHand):
    """Who asked, proposed or gains by a waiver would decide on it."""

    words: ClassVar[Words] = {
        "zh": Wording("申请人、受益人和提出意见的人不能再决定同一项豁免",
                      "另一名上级人员：提出意见和批准由两人办理，均不是申请人和被豁免的人", "请换人办理。"),
        "en": Wording("Who asked for, proposed or gains by a waiver may not decide on it",
                      "somebody else of the superior: one proposes, another approves", "Hand over."),
    }  # fmt: skip


class WaiverOver(Conflict):
    """Approved after its last day."""

    words: ClassVar[Words] = {
        "zh": Wording("申请的豁免期已过", "最后一天在今天或以后", "请不予批准，由申请单位重新申请。"),
        "en": Wording("The days asked for are over", "a last day of today or later",
                      "Refuse it and let the bureau ask again."),
    }  # fmt: skip
