"""A file of another system that is not of the form agreed upon."""

from typing import ClassVar

from policies.errors import Language, Problem, Wording

Words = dict[Language, Wording]


class OtherForm(Problem):
    """Not a file of the format the connection names."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "收到的文件不是约定的形式",
            "{format} 文件，每行是标题和值",
            "请与对方核对，或者在系统对接中改文件格式，然后重新读取。",
        ),
        "en": Wording(
            "The file received is not of the agreed form",
            "a {format} file whose rows are headings and values",
            "Settle it with the other side or change the format of the connection, then read it again.",
        ),
    }
