"""A code at the door that is not what it says."""

from typing import ClassVar

from policies.errors import Problem
from policies.rd1.form_errors import Unreadable, Words, say


class BadCode(Unreadable):
    """Not a code of a visit, or damaged on the way. Facts: what."""

    words: ClassVar[Words] = say(
        ("核验码无法读取：{what}", "完整的核验码", "请重新扫描；仍不能读取的，不要认可该码。"),
        ("The code cannot be read: {what}", "a whole code", "Scan again; if it stays so, do not accept it."),
    )


class CodeFalse(Problem):
    """The code does not lead to what the log signed. Facts: what."""

    words: ClassVar[Words] = say(
        (
            "核验码与公开日志不符：{what}",
            "日志所签的内容",
            "该码系伪造或被改动；请记下来人证件号，向该单位的上级核实。",
        ),
        (
            "The code is not what the public log says: {what}",
            "what the log signed",
            "It is forged or altered; note the certificate numbers and ask the bureau's superior.",
        ),
    )
