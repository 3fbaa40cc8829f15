"""Refusals of what sections hand in."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class NoSuchSection(Problem):
    """The rules of the day name no such section."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording(
            "没有这个报送科室", "名录分工所列的科室：{known}", "请在“规则”中登记名录分工后再报送。"
        ),
        "en": Wording("No such section", "a section the rules name: {known}", "Enter the rule first."),
    }


class NotTheSupplier(Forbidden):
    """The login is not named as one who hands in for this section."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "您不是该科室登记的报送人",
            "“组织与委托”中登记为“{duty}”的人员",
            "请单位管理员在“组织与委托”登记本人为报送人，或由登记的报送人办理。",
        ),
        "en": Wording(
            "You are not named to hand in for this section",
            "the person entered as {duty} on the organisation page",
            "Have the bureau's administrator enter you, or let the person named hand it in.",
        ),
    }


class ReasonMissing(Problem):
    """A submission is given back without saying why."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("没有写明退回理由", "退回理由", "请写明需要改正的内容，报送人据此修改。"),
        "en": Wording("No reason given", "why it is given back", "Say what has to be corrected."),
    }
