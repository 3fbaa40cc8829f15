"""Refusals when a bureau chooses its own rules, or keeps its organisation and key lists."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NotChoosable(Problem):
    """The key states a duty of a statute."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("“{key}”由法律法规规定，单位不能自选", "可自选的规则", "请另选规则。"),
        "en": Wording("“{key}” is fixed by statute", "a rule a bureau may choose", "Choose another rule."),
    }


class NothingChanges(Problem):
    """The proposal says what is in force already, or a newer choice stands above it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "“{key}”没有变化",
            "与 {on} 有效的规则不同，且不被更新的自选取代",
            "核对数值和生效日；已有更新的自选时，生效日须更晚。",
        ),
        "en": Wording(
            "“{key}” does not change",
            "something else than the rules of {on}, not overtaken by a newer choice",
            "Check value and date; a newer choice needs a later day.",
        ),
    }


class WhyMissing(Problem):
    """Withdrawing needs a reason."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有写明原因", "一句话的原因", "请写明原因后再提交。"),
        "en": Wording("The reason is missing", "one sentence", "State the reason and submit again."),
    }


class FieldMissing(Problem):
    """A form without something it needs, or with something of the wrong form."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("“{field}”没有填对", "{need}", "请改正“{field}”后再提交。"),
        "en": Wording("“{field}” is missing or wrong", "{need}", "Correct “{field}” and submit again."),
    }


class KeyListRefused(Problem):
    """The file of a key list has rows that cannot be kept; nothing was."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("名录没有保存", "{need}", "按所列行号改正后重新提交；名录整份保存，不收残缺的。"),
        "en": Wording("The list was not kept", "{need}", "Correct the rows and submit the whole list again."),
    }


class SameListAgain(Problem):
    """The same list is kept for that year."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "{year} 年已有同样的名录", "内容不同的名录", "无需再次提交；更正的名录请作为补充提交。"
        ),
        "en": Wording("This list of {year} is kept already", "another list", "Submit only what differs."),
    }


class NothingToPublish(Problem):
    """Nothing is entered that could be published."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有可公布的内容", "{need}", "请先登记，再公布。"),
        "en": Wording("Nothing to publish", "{need}", "Enter it first, then publish."),
    }
