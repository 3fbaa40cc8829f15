"""What is said to a firm that rates or complains, and to who answers."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Problem, Wording


class BadVoice(Problem):
    """A mark is missing, or a text too short or too long."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "填写有误", "四项都选；文字 {least}–{most} 字", "请改正后再提交；您填写的内容没有保存。"
        ),
        "en": Wording(
            "Something is missing or too long",
            "all four points marked; texts of {least}–{most} characters",
            "Correct it and send again; nothing was kept.",
        ),
    }


class VoiceOver(Problem):
    """The time for rating and complaining at the code is over."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "评价和投诉期已过",
            "到场后 {days} 天内",
            "仍可凭回执查看答复；有新情况请直接联系检查单位或其上级。",
        ),
        "en": Wording(
            "The time for rating and complaints is over",
            "within {days} days of the arrival",
            "Answers can still be read by receipt; otherwise turn to the bureau or the one above it.",
        ),
    }


class AlreadyRated(Problem):
    """The visit has a rating, and no receipt of it was given."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "本次检查已有评价",
            "第一次评价，或提交评价时给出的回执号",
            "修改请填回执号；评价不是贵单位作出的，请投诉。",
        ),
        "en": Wording(
            "This visit is rated already",
            "the first rating, or the receipt given with it",
            "Enter the receipt to change it; complain if it was not you who rated.",
        ),
    }


class ComplaintsFull(Problem):
    """As many complaints of one visit as are taken."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("本次检查的投诉已满", "每次检查至多 {most} 件", "请凭回执查看答复，或向上级单位反映。"),
        "en": Wording(
            "No more complaints of this visit",
            "at most {most}",
            "Read the answers, or turn to the bureau above.",
        ),
    }


class OwnVisit(Forbidden):
    """Who was at the visit answers no complaint about it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "参加过本次检查，不能办理其投诉", "没有参加这次检查的人", "请本单位其他审核人或负责人办理。"
        ),
        "en": Wording(
            "You were at this visit",
            "somebody who was not",
            "Let another reviewer or head of the bureau answer.",
        ),
    }


class Flooded(Problem):
    """Too many requests of one visit or of one client."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("提交过于频繁", "每小时至多 {most} 次", "请稍后再试。"),
        "en": Wording("Too many requests", "at most {most} an hour", "Try again later."),
    }
