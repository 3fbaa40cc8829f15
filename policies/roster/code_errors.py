"""Faults of identity codes in a roster file."""

from typing import ClassVar

from policies.errors import Wording
from policies.roster.errors import RowError, Words


class MangledCode(RowError):
    """A code a spreadsheet has turned into a rounded number; the digits are lost."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "代码已被表格软件改成科学计数，末几位已丢失",
            "以文本保存的完整代码",
            "请把该列单元格格式设为“文本”，从原始资料重新粘贴代码；只改格式不能找回丢失的数字。",
        ),
        "en": Wording(
            "The spreadsheet turned this code into a rounded number",
            "the whole code, stored as text",
            "Format the column as text and paste the code again from its source; the digits are lost here.",
        ),
    }


class CreditCodeLength(RowError):
    """A credit code that has not 18 characters."""

    words: ClassVar[Words] = {
        "zh": Wording("统一社会信用代码位数不对", "18 位，实际 {length} 位", "请按营业执照核对后改正。"),
        "en": Wording(
            "Credit code of wrong length", "18 characters, not {length}", "Check the business licence."
        ),
    }


class CreditCodeForm(RowError):
    """Characters, registry or region of a credit code GB 32100 does not know."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "统一社会信用代码格式不对",
            "数字及除 I、O、S、V、Z 外的大写字母；首位为登记机关，第 3 至 8 位为区划数字",
            "请按营业执照核对，注意 0 与 O、1 与 I；确属特殊代码的，在“校验例外理由”写明核实经过。",
        ),
        "en": Wording(
            "Malformed credit code",
            "digits and capitals except I O S V Z; a known registry first; characters 3–8 digits",
            "Check the licence; for a genuine exception give the reason in “校验例外理由”.",
        ),
    }


class WrongCheckDigit(RowError):
    """The last character of a credit code does not follow from the first 17. Basis: GB 32100-2015."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "统一社会信用代码校验位不对",
            "前 17 位无误时，第 18 位应为 {expected_character}",
            "请按营业执照核对；执照上确为此代码的，在“校验例外理由”写明核实经过（不少于 5 个字）。",
        ),
        "en": Wording(
            "Wrong check character of the credit code",
            "“{expected_character}” last, if the first 17 are right",
            "Check the licence; if it says so, give the reason in “校验例外理由” (5 characters or more).",
        ),
    }


class SiteCodeForm(RowError):
    """A site code that is neither HJ 608 nor the bureau's substitute."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "污染源编码格式不对",
            "22 位：信用代码 18 位 + 序号 3 位 + 标识字母；或替代编码 DJ{division}+6 位序号",
            "请按排污许可证或登记回执核对；没有编码的，填本单位登记的替代编码。",
        ),
        "en": Wording(
            "Malformed site code",
            "22 characters (credit code, three digits, a letter) or a substitute DJ{division} + six digits",
            "Check the permit; a site without a code takes the bureau's registered substitute.",
        ),
    }


class SiteCodeCompany(RowError):
    """The site code begins with another company's credit code."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "污染源编码与统一社会信用代码不一致",
            "前 18 位为 {credit_code}",
            "请核对是否串行；企业变更后编码沿用旧代码的，在“校验例外理由”写明。",
        ),
        "en": Wording(
            "Site code of another company", "a code beginning {credit_code}", "Look for a shifted row."
        ),
    }


class OverrideTooShort(RowError):
    """A reason that gives no reason."""

    words: ClassVar[Words] = {
        "zh": Wording("校验例外理由太短", "不少于 5 个字的核实经过", "请写明何时由谁依据什么材料核实。"),
        "en": Wording(
            "The override gives no reason", "five characters or more", "Say who checked what, and when."
        ),
    }
