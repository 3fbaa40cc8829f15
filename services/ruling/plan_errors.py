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
