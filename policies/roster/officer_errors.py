"""Faults of an officer row."""

from typing import ClassVar

from policies.errors import Wording
from policies.roster.errors import RowError, Words


class BadCertificate(RowError):
    """A certificate number that cannot be one."""

    words: ClassVar[Words] = {
        "zh": Wording("执法证号有误", "4 至 40 个字母、数字、汉字或短横，不含逗号和空格", "请按证件改正。"),
        "en": Wording(
            "Bad certificate number", "4–40 letters, digits, Chinese characters or hyphens", "Check the card."
        ),
    }


class LeaveOrder(RowError):
    """Leave without an end, or ending before it begins."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "请假起止不成对", "请假起与请假止逐段对应，止日不早于起日", "请逐段核对，多段用；分开。"
        ),
        "en": Wording(
            "Leave spans do not pair", "an end for every start, not before it", "Check span by span."
        ),
    }


class UnknownRecusal(RowError):
    """A recusal for a site the roster does not have."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "回避对象不在污染源名录中", "本辖区名录中的污染源编码", "请核对编码，或先导入污染源名录。"
        ),
        "en": Wording(
            "Recusal for an unknown site",
            "a site code of the roster",
            "Import the sites first, or correct it.",
        ),
    }


class DuplicateCertificate(RowError):
    """The same officer twice in one file; neither row is taken."""

    words: ClassVar[Words] = {
        "zh": Wording("执法证号在文件中重复", "每人一行；另见第 {others} 行", "请保留正确的一行，删去其余。"),
        "en": Wording(
            "Certificate repeated in the file", "one row a person; see rows {others}", "Keep the right row."
        ),
    }
