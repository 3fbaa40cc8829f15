"""Refusal of a form that came a second time."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class FormSent(Problem):
    """The very form of this page was carried out before: a double click, or the back button.

    Attributes:
        there: where the first sending led; "" while it is not known.
    """

    kind: ClassVar[Kind] = "conflict"
    there: str = ""
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这份表单已经提交过",
            "同一页面上的同一份表单只提交一次",
            "没有重复办理。请打开有关页面查看结果；确需再办一次的，请刷新页面后重新填写。",
        ),
        "en": Wording(
            "This form was sent before",
            "one sending of the same form of the same page",
            "Nothing was done twice. Look at the page concerned; to do it again, reload the page first.",
        ),
    }
