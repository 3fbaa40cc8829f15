"""What is said when a batch of sites cannot be changed."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class BatchReasonMissing(Problem):
    """Sites are changed without saying why."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有写明修改理由",
            "修改理由",
            "请写明为什么修改，理由记入每家的变更历史。",
        ),
        "en": Wording(
            "No reason given",
            "why these sites are changed",
            "Say why; each history keeps it.",
        ),
    }


class BatchValue(Problem):
    """The field cannot be changed so, or the value does not fit it."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这一项不能改成这个值",
            "下列之一：{allowed}",
            "请重新选择要修改的项和新值；其他项请用导入修改。",
        ),
        "en": Wording(
            "The field cannot take this value",
            "one of: {allowed}",
            "Choose field and value again; import the rest.",
        ),
    }


class BatchBasisMissing(Problem):
    """Sites are made key or special without saying by what."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有写明分类的依据",
            "文件名称、文号、日期",
            "请写明把这些污染源列为重点或特殊的依据。",
        ),
        "en": Wording(
            "No basis for the class",
            "name, number and date of a document",
            "Say by what these sites are key or special.",
        ),
    }


class BatchTooLarge(Problem):
    """More rows than one batch takes."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "选中的污染源太多", "一次不超过 {most} 家", "请缩小查询条件，分几次修改；更多的请用导入。"
        ),
        "en": Wording(
            "Too many sites",
            "at most {most} at once",
            "Narrow the query or use an import.",
        ),
    }


class BatchEmpty(Problem):
    """Nothing was chosen, or nothing would change."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有要修改的污染源",
            "至少一家与新值不同的污染源",
            "请回到名录重新选择。",
        ),
        "en": Wording(
            "No site to change", "at least one site that would change", "Choose in the roster again."
        ),
    }


class BatchMoved(Problem):
    """Rows changed since the preview; nothing was written."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "预览之后名录有变更",
            "每一家都与预览时相同",
            "没有修改任何一家。有变更的是：{codes}。请重新预览。",
        ),
        "en": Wording(
            "The roster changed after the preview",
            "every site as it was shown",
            "Nothing was changed. Changed meanwhile: {codes}. Preview again.",
        ),
    }
