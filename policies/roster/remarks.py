"""Remarks on accepted rows: nothing is refused, and nothing is passed over in silence."""

from typing import ClassVar

from policies.errors import Wording
from policies.roster.errors import RowError, Words


class CodeOverridden(RowError):
    """A code that failed its check was accepted for a stated reason."""

    words: ClassVar[Words] = {
        "zh": Wording("代码校验未过，按例外理由接受", "—", "理由将随记录保存并可被查看：{reason}"),
        "en": Wording("Code accepted against its check", "—", "The reason is kept and shown: {reason}"),
    }


class BorderUnclear(RowError):
    """Near the border of the division."""

    words: ClassVar[Words] = {
        "zh": Wording("坐标靠近辖区边界，未能判定", "—", "请人工核对该点是否在辖区内。"),
        "en": Wording("Too near the border to tell", "—", "Check the point by eye."),
    }


class BorderUnknown(RowError):
    """No shape of the division at hand; said once for the file."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "缺少 {division} 的边界数据，全部坐标未作辖区判定", "—", "请人工核对坐标是否在辖区内。"
        ),
        "en": Wording("No border data of {division}: no point was tested", "—", "Check the points by eye."),
    }


class SpecialWithoutBase(RowError):
    """企业分类 said only 特殊. The text is open here: our default reading, the bureau confirms it."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "企业分类只填了“特殊”，基本类别按“{base}”",
            "—",
            "依据市级重点名录判定；不符的请改填“{other}、特殊”。",
        ),
        "en": Wording("Only 特殊 given: base class taken as {base}", "—", "Taken from the city's key list."),
    }


class KeyWithoutBasis(RowError):
    """A key site without the document that made it one."""

    words: ClassVar[Words] = {
        "zh": Wording("重点单位未填“重点依据”", "—", "请补填列为重点的文件或名录。"),
        "en": Wording("Key site without its basis", "—", "Give the document or list."),
    }


class NotOnKeyList(RowError):
    """Called key, but not on the city's list: allowed, and said."""

    words: ClassVar[Words] = {
        "zh": Wording("填为重点，但不在市级重点名录中", "—", "已按重点接受；请在“重点依据”写明理由。"),
        "en": Wording("Key, but not on the city's list", "—", "Accepted as key; state the basis."),
    }


class SpecialWithoutEvidence(RowError):
    """Special, without the case of the rules it meets or without evidence: allowed, and said."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "特殊监管对象没有写明情形或依据",
            "特殊情形（{allowed}）和特殊依据",
            "已按特殊接受；请补填，供市局和公众核对。",
        ),
        "en": Wording(
            "A special site without its case or evidence",
            "a case ({allowed}) and what shows it",
            "Accepted as special; please complete it.",
        ),
    }


class OddPhone(RowError):
    """A telephone number that does not look like one."""

    words: ClassVar[Words] = {
        "zh": Wording("电话号码不像电话号码", "—", "已原样保存，请核对。"),
        "en": Wording("Does not look like a telephone number", "—", "Kept as it is; please check."),
    }


class CertificateExpired(RowError):
    """Accepted, but not drawable."""

    words: ClassVar[Words] = {
        "zh": Wording("执法证已于 {valid_until} 过期，不参加抽取", "—", "请换证后更新“有效期至”。"),
        "en": Wording(
            "Certificate expired on {valid_until}: not drawable", "—", "Renew it, then update the date."
        ),
    }


class CertificateExpiring(RowError):
    """Valid today, not to the end of the period."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "执法证在抽取周期内（{valid_until}）到期，不参加抽取", "—", "请及时换证并更新“有效期至”。"
        ),
        "en": Wording(
            "Certificate ends {valid_until}, within the period: not drawable", "—", "Renew it in time."
        ),
    }
