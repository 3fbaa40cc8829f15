"""Refusals of a freeze that would settle for less than the bureau's rules, each with its citation."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class BeaconWeaker(Problem):
    """The beacon chosen at the freeze proves less than the one the rules ask for."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "选定的公共随机数来源弱于本单位规则",
            "规则规定的 {ruled}，或证明力更强的（drand 强于 lottery，lottery 强于 spoken）",
            "请按规则冻结；确需改用的，先由两人登记新规则及其依据。",
        ),
        "en": Wording(
            "The beacon chosen is weaker than the bureau's rule",
            "{ruled} as ruled, or a stronger one (drand over lottery over spoken)",
            "Freeze by the rule; to use another, two people first enter a new rule with its basis.",
        ),
    }


class CrewsNotByRule(Problem):
    """The number of fixed crews does not agree with the bureau's rules on forming teams."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "固定编组的组数与本单位规则不符",
            "{need}",
            "请不填组数，按规则冻结；确需改变的，先由两人登记新规则及其依据。",
        ),
        "en": Wording(
            "The number of crews does not agree with the bureau's rule",
            "{need}",
            "Name no number and freeze by the rule; to change it, two people first enter a new rule.",
        ),
    }


class WitnessMustCommit(Problem):
    """Digits are to be called aloud, but the witness who calls them has not committed a secret.

    Without it, whoever enters the digits could try some until the draw pleases: platform and bureau know
    every other input.
    """

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording(
            "当场唱号须由见证人先提交承诺，名单没有冻结",
            "上级见证人（witness）的承诺",
            "请见证人在自己的设备上运行 shuangsui secret make --role witness，提交承诺之后再冻结；"
            "或改用 drand、彩票作为公共随机数。",
        ),
        "en": Wording(
            "Digits called aloud need the witness's commitment first; nothing was frozen",
            "a commitment of the superior's witness",
            "The witness runs shuangsui secret make --role witness and commits, then freeze; or use drand"
            " or lotteries as the beacon.",
        ),
    }
