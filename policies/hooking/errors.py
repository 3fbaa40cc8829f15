"""Refusals of webhooks."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class HookRefused(Problem):
    """An address, event or description that a webhook may not have."""

    words: ClassVar[Words] = {
        "zh": Wording("推送地址填写有误", "{need}", "请改正后重新提交。"),
        "en": Wording("The webhook cannot be kept", "{need}", "Correct it and send it again."),
    }


class TooManyHooks(Problem):
    """More endpoints than a bureau may have."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("推送地址太多", "不超过 {most} 个", "请先停用不再使用的地址。"),
        "en": Wording("Too many webhooks", "{most} at most", "End those no longer used first."),
    }
