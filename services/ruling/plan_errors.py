"""Refusals of the yearly plan."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NothingToPlan(Problem):
    """A plan over empty rosters: all its numbers would be 0."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "名录中没有可计划的污染源",
            "编制 {year} 年度计划时，名录中至少有一家在产的污染源",
            "请先导入污染源名录，再编制并批准年度计划。",
        ),
        "en": Wording(
            "There is no site to plan for",
            "at least one active site in the roster for the plan of {year}",
            "Import the site roster first, then make and approve the plan.",
        ),
    }


class PlanReturned(Problem):
    """A draft that was sent back is not approved: it is submitted again, or made anew."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这一版年度计划已退回",
            "退回后重新提请批准，或重新编制的 {year} 年度计划",
            "请编制人按退回意见重新编制，或说明后再次提请批准。",
        ),
        "en": Wording(
            "This version of the plan was sent back",
            "a plan of {year} submitted again, or made anew",
            "Whoever made it makes it anew, or submits it again.",
        ),
    }


class PlanSubmitted(Problem):
    """The draft waits for approval already."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "已提请批准，无需重复提交", "尚未提请批准、或已退回的草案", "请等待单位负责人批准或退回。"
        ),
        "en": Wording(
            "Submitted already", "a draft not submitted, or sent back", "Wait for the head's answer."
        ),
    }


class PlanChanged(Problem):
    """Another version was made after the one that was read: nobody approves what nobody read."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "您打开页面之后，年度计划又编制了新的一版",
            "{year} 年度计划现在的第 {version} 版",
            "请看过现在的这一版，再决定批准、退回或提请。",
        ),
        "en": Wording(
            "A newer version of the plan was made after you opened the page",
            "version {version} of the plan of {year}, the present one",
            "Read the present version, then approve, return or submit it.",
        ),
    }
