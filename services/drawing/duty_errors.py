"""Refusals that keep the duties of one draw in different hands."""

from typing import ClassVar

from policies.errors import Language, Wording
from tenants.errors import SameHand


class EditedRoster(SameHand):
    """Who freezes or runs the draw changed what is drawn from since the last freeze."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "办理人改动过参加抽取的名录",
            "上次冻结（{since}）之后没有改动过名录的人员；本人改动了污染源 {sites} 条、人员 {officers} 条",
            "请由另一名没有改动过名录的抽取人冻结和执行。",
        ),
        "en": Wording(
            "This person changed the rosters that are drawn from",
            "somebody who changed no row since the last freeze ({since}); these: {sites} of sites, "
            "{officers} of officers",
            "Let another drawer, who changed none, freeze and run the draw.",
        ),
    }


class OneHandCommits(SameHand):
    """The bureau's and the witness's secret would come from one person."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "本单位和见证方的秘密不能出自同一人",
            "两名不同的人各自产生秘密、各自提交承诺",
            "请由另一名见证人或抽取人在自己的设备上产生秘密后提交。",
        ),
        "en": Wording(
            "The bureau's and the witness's secret may not come from one person",
            "two people, each with a secret of their own",
            "Let another witness or drawer make a secret on their own device and commit it.",
        ),
    }


class DrewIt(SameHand):
    """Who had a hand in the draw would dispatch or merge its visits."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "参与抽取的人不能派单或合并",
            "没有准备、修改、冻结第 {draw_no} 号抽取（{bureau}），"
            "没有为其提交本单位承诺、录入随机数或执行的人员",
            "请由另一名派单员办理。",
        ),
        "en": Wording(
            "Who took part in the draw may not dispatch or merge it",
            "somebody without a hand in draw no. {draw_no} ({bureau}): prepare, amend, commit, freeze, "
            "beacon, run",
            "Let another dispatcher do it.",
        ),
    }
