"""Refusals when a bureau chooses its own rules, or keeps its organisation and key lists."""

from collections.abc import Mapping
from typing import Any, ClassVar

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


class NotRevocable(Problem):
    """Only an approved choice whose day is still to come can be revoked."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这一项不能撤销",
            "已批准、生效日晚于今天（{today}）的自选",
            "已经生效的，请提出新的自选来取代；尚未批准的，请撤回提议。",
        ),
        "en": Wording(
            "This one cannot be revoked",
            "an approved choice whose day is after today ({today})",
            "Overtake what is in force by a newer choice; withdraw what nobody approved yet.",
        ),
    }


class TextRefused(Problem):
    """A document with rows that cannot be kept; nothing of it was."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("文件没有登记", "每一项都填对", "标出的各项改正后重新提交；填写的内容都还在。"),
        "en": Wording(
            "The document was not kept", "every row in order", "Correct the marked rows and submit again."
        ),
    }

    @property
    def faults(self) -> Mapping[str, Problem]:
        """Key → what is wrong there."""
        found: Mapping[str, Problem] = self.facts.get("faults", {})
        return found

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """JSON form, with `faults`: key → the problem there."""
        faults = {key: problem.as_dict(language) for key, problem in self.faults.items()}
        return super().as_dict(language) | {"faults": faults}


def text_refused(faults: Mapping[str, Problem]) -> TextRefused:
    """The refusal of a document with these faults, at least one; the first of them in one line."""
    first = next(iter(faults.values()))
    return TextRefused(first.line()[:400], where=first.where, basis=first.basis, faults=faults)


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
