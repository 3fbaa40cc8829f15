"""Faults and remarks of a row of the platform's list."""

from typing import ClassVar

from policies.errors import Wording
from policies.roster.errors import RowError, Words


class UnknownSite(RowError):
    """A code that is not in the roster drawn from."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "名录中没有这个单位",
            "本辖区名录中的污染源编码或统一社会信用代码",
            "请先导入该单位，或向平台核实编码。",
        ),
        "en": Wording(
            "No such site in the roster",
            "a site code or credit code of the roster",
            "Import it, or ask the platform.",
        ),
    }


class AmbiguousSite(RowError):
    """A credit code under which several sites are inspected."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "这个信用代码下有多处污染源",
            "其中一处的污染源编码：{codes}",
            "请改填平台实际抽中的那一处的污染源编码。",
        ),
        "en": Wording(
            "Several sites share this credit code", "one of: {codes}", "Enter the code of the one drawn."
        ),
    }


class ListedTwice(RowError):
    """One site on two rows; neither row is taken."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "同一单位在名单中出现两次", "每家一行；另见第 {others} 行", "请向平台核实后删去多余的一行。"
        ),
        "en": Wording("A site is listed twice", "one row a site; see rows {others}", "Ask the platform."),
    }


class UnknownOfficer(RowError):
    """A certificate that is not in the bureau's officer roster."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "人员名录中没有这个执法证号", "本单位执法人员的执法证号", "请先导入该执法人员，或向平台核实证号。"
        ),
        "en": Wording(
            "No such officer",
            "a certificate number of the officer roster",
            "Import the officer, or ask the platform.",
        ),
    }


class OfficerTwice(RowError):
    """One officer twice on a team."""

    words: ClassVar[Words] = {
        "zh": Wording("同一执法人员在一组中出现两次", "每组各不相同的人员", "请向平台核实该组人员。"),
        "en": Wording("An officer stands twice on a team", "different officers", "Ask the platform."),
    }


class TeamTooSmall(RowError):
    """Fewer officers than a visit lawfully needs."""

    words: ClassVar[Words] = {
        "zh": Wording("检查组人数不足", "不少于 {least} 名执法人员", "请向平台核实该组人员后整份重导。"),
        "en": Wording(
            "The team is too small", "at least {least} officers", "Ask the platform, import again."
        ),
    }


class OtherBatch(RowError):
    """A row of another batch than the one named."""

    words: ClassVar[Words] = {
        "zh": Wording("批次号与所填的不一致", "{batch}", "一次只导入一个批次，请分开导入。"),
        "en": Wording("Another batch", "{batch}", "Import one batch at a time."),
    }


class NoLeadListed(RowError):
    """Nobody on the team may lead; the platform's choice is kept and said."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "检查组中没有主办人员", "—", "名单按平台原样导入；派发后第一名为组长，请核对是否合适。"
        ),
        "en": Wording("Nobody on the team may lead", "—", "Taken as it is; the first one leads."),
    }


class OfficerUnfit(RowError):
    """An officer whose certificate ends before the period does."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "执法证在本期内到期", "—", "名单按平台原样导入；到期后不能参加检查，请及时换证：{officers}"
        ),
        "en": Wording(
            "A certificate ends within the period", "—", "Taken as it is; renew in time: {officers}"
        ),
    }


class SiteNotActive(RowError):
    """A site that is suspended, closed or moved by the roster."""

    words: ClassVar[Words] = {
        "zh": Wording("名录中该单位不是在产状态", "—", "名单按平台原样导入；请核对名录：{status}"),
        "en": Wording(
            "The site is not active by the roster", "—", "Taken as it is; check the roster: {status}"
        ),
    }
