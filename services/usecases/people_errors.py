"""Errors of granting roles and of handing over the roster."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class ProposalOpen(Problem):
    """The same role is proposed for the same person and waits."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("该人员的这一岗位已有待批准的提议", "没有未办结的提议",
                      "请由单位负责人或安全保密员批准，或先撤回原提议。"),
        "en": Wording("This role is proposed for the person already", "no proposal that waits",
                      "Let it be approved, or withdraw it first."),
    }  # fmt: skip


class GrantDiffers(Problem):
    """What was confirmed is not what the proposal says."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("确认的人员或岗位与提议不一致", "{wanted}", "请刷新页面，核对后重新确认。"),
        "en": Wording("Person or role confirmed are not those proposed", "{wanted}", "Reload and compare."),
    }


class NotKeeper(Problem):
    """Who hands over is neither the named keeper nor the head in place of one who is gone."""

    kind: ClassVar[Kind] = "forbidden"
    words: ClassVar[Words] = {
        "zh": Wording("交接由现任名录管理专人办理", "{wanted}",
                      "请由其本人办理；本人已不任名录管理员或尚无专人的，由单位负责人指定。"),
        "en": Wording("The named keeper hands over", "{wanted}",
                      "Let that person do it; where there is none any more, the head names one."),
    }  # fmt: skip


class BadTaker(Problem):
    """The person named does not keep the roster here, or is who hands over."""

    words: ClassVar[Words] = {
        "zh": Wording("不能交接给该人员", "今天在本单位任名录管理员的另一人",
                      "请先分配名录管理员岗位，再办理交接。"),
        "en": Wording("Not a person to hand over to", "another person who is registry keeper here today",
                      "Grant the role first, then hand over."),
    }  # fmt: skip


class HandoverOpen(Problem):
    """Another handover waits for its taker."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("已有一次交接待确认", "没有未办结的交接", "请由接手人确认，或先撤回。"),
        "en": Wording("Another handover waits", "no handover that waits", "Confirm or withdraw it first."),
    }


class NotTaker(Problem):
    """Somebody else than the taker confirms, or somebody unconcerned withdraws."""

    kind: ClassVar[Kind] = "forbidden"
    words: ClassVar[Words] = {
        "zh": Wording("这次交接由他人办理", "{wanted}", "请由其本人登录后办理。"),
        "en": Wording("This handover is somebody else's", "{wanted}", "Let that person sign in and do it."),
    }


class RosterMoved(Problem):
    """The rosters changed between the two confirmations."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("名录自交出后已改动，不能确认", "与交出时相同的名录（摘要 {wanted}）",
                      "请撤回这次交接，由交出人按现在的名录重新办理。"),
        "en": Wording("The rosters changed since they were handed over", "the same rosters (digest {wanted})",
                      "Withdraw this handover and begin it again."),
    }  # fmt: skip
