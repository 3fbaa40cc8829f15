"""Refusals of a notice or of closed days, with what to enter instead."""

from typing import ClassVar

from policies.errors import Language, Problem, Wording


class BadNotice(Problem):
    """What was entered cannot be the State Council's notice of that year."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "放假通知填写有误",
            "{need}",
            "请对照国务院办公厅的通知逐日核对：放假日期、调休上班日期（周六、周日）和文号。",
        ),
        "en": Wording(
            "The notice is not complete",
            "{need}",
            "Compare day by day: days off, make-up working days on weekends, document number.",
        ),
    }


class BadClosure(Problem):
    """Closed days that cannot be kept."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("停办日期填写有误", "{need}", "请改正起止日期并写明原因。"),
        "en": Wording("The closed days are wrong", "{need}", "Correct the days and give the reason."),
    }
