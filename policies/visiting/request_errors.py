"""Refusals of approvals before visits that no draw chose."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class RequestRefused(Problem):
    """A request that says too little, or what cannot be."""

    words: ClassVar[Words] = {
        "zh": Wording("检查申请填写有误", "{need}", "请改正后重新提交。"),
        "en": Wording("The request for a visit is not complete", "{need}", "Correct it and send it again."),
    }


class NotApproved(Problem):
    """A visit of a kind that is approved beforehand, without an approval that covers it."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("这次检查没有相符的审批", "{need}", "请先申请；情况紧急的，写明原因，先查后补。"),
        "en": Wording(
            "No approval covers this visit",
            "{need}",
            "Ask for it first; where it could not wait, say why and have it approved afterwards.",
        ),
    }


class RequestOver(Problem):
    """Decided after its last day."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("申请的检查日期已过", "最后一天在今天或以后", "请不予批准，由申请人重新申请。"),
        "en": Wording("The days asked for are over", "a last day of today or later", "Refuse it."),
    }
