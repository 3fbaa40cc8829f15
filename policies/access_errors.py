"""Refusals of the permission matrix. The edge answers a stranger as if the thing did not exist."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Wording


class Stranger(Forbidden):
    """The bureau addressed is neither the person's own nor below it; answered as missing."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有找到", "本单位可见的记录", "请核对编号；可能已撤回，或属于其他单位。"),
        "en": Wording("Not found", "a record visible to you", "Check the identifier."),
    }


class StepUpNeeded(Forbidden):
    """The role suffices, the login does not: a second factor, given just now, is needed."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "需要二次验证",
            "“{action}”须在 {seconds} 秒内完成二次验证",
            "请按提示完成二次验证后再次提交。",
        ),
        "en": Wording(
            "A second factor is needed",
            "“{action}” within {seconds} seconds after the second factor",
            "Confirm with the second factor and submit again.",
        ),
    }


class NotTheApprover(Forbidden):
    """The bureau has entered who leads its leading group, and the login is none of them."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "批准人不是登记的领导小组负责人",
            "由 {leaders} 批准",
            "请由上述人员登录批准；人员有变动的，先在“组织与委托”中登记。",
        ),
        "en": Wording(
            "The approver is not a leader on the organisation page",
            "approval by {leaders}",
            "Have one of them approve; enter changes on the organisation page first.",
        ),
    }
