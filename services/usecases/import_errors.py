"""Refusals between the steps of an import; each leaves the roster as it was."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class RosterMoved(Problem):
    """The roster, or a rule, changed after the file was checked: taking it would do something else."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "检查之后名录或规则有变化，没有导入任何一行",
            "导入结果与检查时说明的完全一致",
            "请按“重新检查”，核对新的结果后再导入。",
        ),
        "en": Wording(
            "The roster or the rules changed after the check; nothing was imported",
            "an import that does exactly what the check said",
            "Check again, look at the new result, then import.",
        ),
    }


class CheckExpired(Problem):
    """The file was handed in too long ago, or is no longer kept."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "这次检查已过期，没有导入任何一行",
            "上传后 {days} 天以内、文件仍保存着的检查",
            "请重新上传文件。",
        ),
        "en": Wording(
            "This check is too old; nothing was imported",
            "a check of the last {days} days whose file is still kept",
            "Upload the file again.",
        ),
    }


class CheckClosed(Problem):
    """What is asked for does not fit where the file is on its way."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "这份文件的导入已到另一步，不能再这样办理",
            "{wanted}",
            "请刷新页面，查看它现在的状态；需要时重新上传。",
        ),
        "en": Wording(
            "This file is at another step of its import",
            "{wanted}",
            "Reload the page to see where it is; upload the file again if needed.",
        ),
    }


class NoValidRow(Problem):
    """Not a single row of the checked file passes."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "文件中没有一行合格，没有可导入的内容",
            "至少一行合格",
            "请下载未通过的行，按原因改正后重新上传。",
        ),
        "en": Wording(
            "Not one row of the file passes; there is nothing to import",
            "at least one valid row",
            "Download the refused rows, correct them and upload the file again.",
        ),
    }
