"""Refusals when a bureau is opened below another."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class BadBureau(Problem):
    """The order to open a bureau is not complete, or names a place that is not below the one acting."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("不能开设该单位", "{need}", "请核对六位区划代码、名称和首任人员后重试。"),
        "en": Wording("The bureau cannot be opened", "{need}", "Check code, name and first people."),
    }


class BureauTaken(Problem):
    """A bureau with this code is open already."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("该区划代码的单位已经开设", "尚未开设的区划代码", "请直接使用已有单位，或核对代码。"),
        "en": Wording("A bureau of this code is open already", "a new code", "Use it, or check the code."),
    }
