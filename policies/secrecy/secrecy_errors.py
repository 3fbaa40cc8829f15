"""Refusals around copies and leak cases."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class NoStateSecret(Problem):
    """A label that belongs to state secrets. The lists are work secrets; the label is not the product's."""

    words: ClassVar[Words] = {
        "zh": Wording("不能使用国家秘密的标识", "工作秘密、内部资料等本单位用语",
                      "抽查名单属工作秘密。确属国家秘密的内容不得进入本系统，请按保密规定另行处理。"),
        "en": Wording("A state-secret label cannot be used", "a work secret's or an internal label",
                      "The lists are work secrets; what is a state secret must not be in this system."),
    }  # fmt: skip


class BadReport(Problem):
    """A report of a leak that lacks something."""

    words: ClassVar[Words] = {
        "zh": Wording("泄密线索没有登记", "{need}", "请补充后重新提交；内容密封保存，只有办理人可以打开。"),
        "en": Wording(
            "The report was not kept", "{need}", "Complete it and send it again; it is kept sealed."
        ),
    }


class BadProposal(Problem):
    """A proposal for a leak case that does not hold together."""

    words: ClassVar[Words] = {
        "zh": Wording("处理意见没有提交", "{need}", "请补充后重新提交。"),
        "en": Wording("The proposal was not kept", "{need}", "Complete it and send it again."),
    }


class MeasuresOpen(Problem):
    """A case cannot be closed while a measure is not carried out."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("还有措施没有落实，不能办结", "全部措施已落实",
                      "请逐项登记落实情况；作废和变更在批准后自动算落实。"),
        "en": Wording("The case cannot be closed: measures are open", "every measure carried out",
                      "Note each one; a void or a change counts once it is approved."),
    }  # fmt: skip


class NothingToTrace(Problem):
    """A found list that names too few rows to say anything."""

    words: ClassVar[Words] = {
        "zh": Wording("无法据此追查", "至少 {least} 行能认出是哪一家",
                      "请核对文件是否为该次抽取的名单；编码、信用代码、名称均可。"),
        "en": Wording("Nothing can be traced from this", "at least {least} rows that name a known site",
                      "Check that it is a list of this draw; codes, credit codes or names will do."),
    }  # fmt: skip
