"""Refusals of a release: the day is not set, gone, too far ahead, or moved by the other side."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NotPlanned(Problem):
    """No visit of that team is set for that day."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该检查组当日没有安排检查", "派发页面上列出的日期和检查组", "请刷新派发页面，日期可能已重新安排。"
        ),
        "en": Wording(
            "No visit is set for this team and day",
            "a day and team listed on the dispatch page",
            "Reload the page; the days may have been set anew.",
        ),
    }


class DayGone(Problem):
    """The day set for the visits is over."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "安排的检查日已过，不能放行", "{today} 或以后的检查日", "请重新安排未放行的检查，再放行新的日期。"
        ),
        "en": Wording(
            "The day set is over", "{today} or later", "Set the days of the sealed visits anew, then release."
        ),
    }


class TooEarly(Problem):
    """The day is further ahead than a list may be known."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "还不能放行这一天", "{last} 或以前的检查日", "名单越晚放行，知道的人越少；请在临近检查日时放行。"
        ),
        "en": Wording(
            "This day cannot be released yet",
            "{last} or earlier",
            "A list released later is known to fewer; come back nearer to the day.",
        ),
    }


class DayMoved(Problem):
    """The other side of a joint visit has settled another day since the days were set."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "联合检查的日期已由对方单位另行确定", "与对方单位相同的检查日", "请重新安排未放行的检查，再放行。"
        ),
        "en": Wording(
            "The other bureau has settled another day for a joint visit",
            "the day of the other bureau",
            "Set the days of the sealed visits anew, then release.",
        ),
    }
