"""Refusals of what is entered about an officer: leave, recusals, training."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class LeaveOverlaps(Problem):
    """Two leaves of one officer may not share a day."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "与已登记的请假重叠，没有登记",
            "与 {first} 至 {last} 的请假不重叠的日期",
            "请改填日期；原请假有误的，先结束原请假，再重新登记。",
        ),
        "en": Wording(
            "Overlaps leave that is entered already; nothing was kept",
            "days apart from the leave of {first} to {last}",
            "Choose other days, or end the former leave first.",
        ),
    }


class RecusalStands(Problem):
    """The same recusal twice."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "对该单位的回避已经登记，没有重复登记",
            "尚未登记回避的单位",
            "无需再办；理由或日期有变化的，先解除原回避，再重新登记。",
        ),
        "en": Wording(
            "This recusal stands already", "a site not yet recused from", "End the former one to change it."
        ),
    }


class BadSpan(Problem):
    """Days or reason of a leave or recusal that cannot be."""

    words: ClassVar[Words] = {
        "zh": Wording("请假或回避的内容有误，没有登记", "{need}", "请改正后重新提交。"),
        "en": Wording("This leave or recusal cannot be kept", "{need}", "Correct it and send it again."),
    }


class BadTraining(Problem):
    """A training that cannot be."""

    words: ClassVar[Words] = {
        "zh": Wording("培训记录的内容有误，没有登记", "{need}", "请改正后重新提交。"),
        "en": Wording("This training cannot be kept", "{need}", "Correct it and send it again."),
    }


class NoOneSite(Problem):
    """A recusal names a site by code or whole name; it fits none, or several."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "没有找到唯一的单位，没有登记",
            "本单位污染源名录中的编码、统一社会信用代码或完整名称，且只对应一家",
            "请核对名称或改填编码；名录中没有的，由名录管理员先登记该单位。",
        ),
        "en": Wording(
            "This does not name exactly one site",
            "code, credit code or the whole name of one site of the roster",
            "Check the name or give the code; a site not yet listed is entered by the registry keeper first.",
        ),
    }
