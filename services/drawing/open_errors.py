"""Refusals of an avoiding overlay, early openings and late ones. Basis: rd1 §11."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from services.drawing.draw_errors import BadDates

Words = dict[Language, Wording]


class AvoidedNotDrawn(Problem):
    """An overlay is to avoid the district's sites, but the district has not drawn yet."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "属地本期还没有抽取结果，无从避开",
            "{subject} 在 {period} 同一事项已有未作废的抽取结果",
            "请等属地完成抽取后再冻结；或由本单位按规则改定重合处理方式（合并、各自检查）。",
        ),
        "en": Wording(
            "The district has no result for the period yet, so nothing can be avoided",
            "a draw of {subject} for {period} and the same item that has its result and is not void",
            "Freeze after the district has drawn, or choose merge or independent by a dated rule.",
        ),
    }


class AvoidedSealed(Problem):
    """An overlay that avoided a draw would tell by its open lists which sites that draw holds."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "本次抽取避开了尚未公开的抽取，还不能公开",
            "{bureau} 第 {draw_no} 号抽取已公开",
            "请等该次抽取全部检查完成并公开之后，再公开本次抽取。",
        ),
        "en": Wording(
            "This draw avoided one that is still sealed; it cannot be opened yet",
            "draw no. {draw_no} of {bureau} is open",
            "Open it after that draw's visits are done and it is open itself.",
        ),
    }


class BeforeRevealDay(Problem):
    """The superior may open its sealed copy from the day in the manifest on."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "还没有到保密期限，不能打开密封副本",
            "{reveal_by} 或以后",
            "请到期再打开；属地检查全部完成后会自行公开。",
        ),
        "en": Wording(
            "Secrecy has not ended; the sealed copy stays closed",
            "{reveal_by} or later",
            "Open it from that day on; the bureau opens the draw itself when its visits are done.",
        ),
    }


class NotTheSuperior(Problem):
    """Only the bureau directly above holds the sealed copies of a draw."""

    kind: ClassVar[Kind] = "forbidden"
    words: ClassVar[Words] = {
        "zh": Wording("密封副本由直接上级保管", "{superior}", "请由该单位的见证人或稽查员办理。"),
        "en": Wording(
            "The bureau directly above holds the sealed copies",
            "{superior}",
            "Let its witness or auditor do it.",
        ),
    }


class RevealTooLate(BadDates):
    """Secrecy would last longer than the bureau's rule on it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "公开日期晚于规定的期限",
            "{period} 的名单最迟 {latest} 公开（规则“名单保密期限工作日”）",
            "请提早公开日期；确需更长的，先由两人登记新规则及其依据。",
        ),
        "en": Wording(
            "The list would stay sealed for too long",
            "reveal_by no later than {latest} for {period} (rule days.reveal)",
            "Name an earlier day; for more, two people first enter a new rule with its basis.",
        ),
    }
