"""Refusals of audits."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording
from tenants.errors import Conflict, SameHand

Words = dict[Language, Wording]


class AuditWords(Problem):
    """A text that is missing, too long, or holds what no text may hold."""

    words: ClassVar[Words] = {
        "zh": Wording("这里要写文字，或文字过长", "1 至 {most} 个字符", "请填写或缩短后再提交。"),
        "en": Wording("Words are missing here, or too many", "1 to {most} characters", "Fill in or shorten."),
    }


class AuditChoice(Problem):
    """A value that is none of the list."""

    words: ClassVar[Words] = {
        "zh": Wording("没有这个选项", "{need}", "请从列表中选择。"),
        "en": Wording("There is no such choice", "{need}", "Choose one of the list."),
    }


class AuditSample(Problem):
    """More records than there are, or none of a quarter that has none."""

    words: ClassVar[Words] = {
        "zh": Wording("复核数量不能这样定", "0 至 {records} 份（该季度共有 {records} 份检查记录）",
                      "请按实际记录数填写复核数量。"),
        "en": Wording("So many records cannot be re-checked", "0 to {records}, the records of that quarter",
                      "Enter a number of records that are there."),
    }  # fmt: skip


class AuditedAlready(Conflict):
    """The quarter of that bureau has its audit: a second sample could be drawn until it suits."""

    words: ClassVar[Words] = {
        "zh": Wording("该单位这个季度已经立项稽查", "每个单位每个季度一次稽查，样本不重抽",
                      "请打开已有的稽查继续办理。"),
        "en": Wording("That quarter of the bureau is audited already",
                      "one audit a bureau and quarter; no sample is drawn twice",
                      "Go on with the one there."),
    }  # fmt: skip


class AuditUnready(Problem):
    """The letter lacks something."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("还不能拟定通报",
                      "样本已抽取；每份样本都有复核结论；结论为“不符”的，都有对应的问题",
                      "请补齐后再拟定通报。"),
        "en": Wording("The letter cannot be drafted yet",
                      "the sample drawn; a verdict on each record of it; a finding on each contradicted one",
                      "Complete these first."),
    }  # fmt: skip


class AuditLetter(Problem):
    """Another text was read than the one that stands."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("通报内容与您看到的不一致", "通报指纹 {digest}", "请重新打开通报，核对后再批准。"),
        "en": Wording("The letter is not the one you read", "fingerprint {digest}", "Open it again."),
    }


class AuditVerdict(Problem):
    """Somebody else noted a verdict on the record since it was read."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("这份记录已有他人登记结论，没有覆盖", "您看到的结论，现由 {name} 登记",
                      "请返回稽查页看现在的结论，再决定是否改正。"),
        "en": Wording("Somebody else noted a verdict on it meanwhile; nothing was overwritten",
                      "the verdict as you read it, now noted by {name}",
                      "Go back to the audit, read the present verdict, then decide."),
    }  # fmt: skip


class AuditDay(Problem):
    """A day that lies too early or too late."""

    words: ClassVar[Words] = {
        "zh": Wording("日期不在允许的范围", "{first} 至 {last}", "请改为范围内的日期。"),
        "en": Wording("The day is out of range", "{first} to {last}", "Choose a day within the range."),
    }


class AuditHand(SameHand):
    """Who drafted the letter would send it."""

    words: ClassVar[Words] = {
        "zh": Wording("拟定通报的人不能批准同一份通报", "由另一名单位负责人批准", "请换人办理。"),
        "en": Wording("Who drafted the letter may not send it", "another person, the head", "Hand over."),
    }


class SecretLost(Problem):
    """The secret no longer follows from the bureau's key: the key was changed in between."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("抽样密钥与立项时的承诺不符，不能抽取", "与承诺 {commitment} 相符的密钥",
                      "请系统管理员恢复本单位立项时的密钥后再抽取。"),
        "en": Wording("The secret is not the one committed to", "the secret of {commitment}",
                      "Let the operator bring back the bureau's key of that day."),
    }  # fmt: skip
