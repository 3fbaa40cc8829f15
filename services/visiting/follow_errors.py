"""Refusals where a problem found is followed up."""

from typing import ClassVar

from policies.errors import Language, Problem, Wording


class BadFollowUp(Problem):
    """A day before the visit or to come, a number that is none, or nothing to note."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("整改或案件登记有误", "{need}", "请核对整改日期和案件文号后重新登记。"),
        "en": Wording(
            "This follow-up cannot be noted",
            "{need}",
            "Check the day and the number of the case, then retry.",
        ),
    }
