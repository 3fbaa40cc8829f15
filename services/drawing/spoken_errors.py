"""Refusals around digits called aloud: the witness stands by them, or there is no draw. Basis: rd1 §4."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class DigitsUnconfirmed(Problem):
    """The witness's secret came without the digits the witness called."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有写明见证人宣读的数字，密钥未收",
            "见证人本人宣读的 20 位数字，其 R 与公开日志中的 {r} 相同",
            "请用 shuangsui secret reveal --role witness --digits <宣读的数字> --r <日志中的 R> 核对后再交。",
        ),
        "en": Wording(
            "The digits the witness called were not given; the secret was not taken",
            "the 20 digits the witness called, whose R is the logged {r}",
            "Check with shuangsui secret reveal --role witness --digits <called> --r <logged>, then tell it.",
        ),
    }


class DigitsDiffer(Problem):
    """The log holds another beacon than the digits the witness called give."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "见证人宣读的数字与录入公开日志的不符",
            "得出日志中 R（{r}）的数字",
            "请先核对是否看错、抄错；确属录入的不是宣读的数字，不要交出密钥，报告审计并将本次抽取作废。",
        ),
        "en": Wording(
            "The digits the witness called are not those entered into the log",
            "digits that give the logged R ({r})",
            "Check for a slip; if others were entered, keep the secret, tell the auditors, void the draw.",
        ),
    }
