"""Refusals of the field side: dispatch, joint visits, records, review, upload, notices, imports."""

from typing import Any, ClassVar

from policies.errors import Kind, Language, Problem, Wording


class RosterRefused(Problem):
    """An import kept nothing: strict and a row was refused, or no row passed at all."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "名录没有导入，已有数据未改动",
            "{need}",
            "请按错误清单改正后重新导入；可下载只含错误行的表格。首个错误：{first}",
        ),
        "en": Wording(
            "Nothing was imported; the roster is as before",
            "{need}",
            "Correct the rows listed and import again; they come back as a workbook. First: {first}",
        ),
    }

    def __init__(self, got: object = "", *, check: Any = None, **facts: Any) -> None:
        super().__init__(got, **facts)
        self.check = check  # the whole RosterCheck: its refused rows go back as a workbook


class NoDaysLeft(Problem):
    """No working day is left in the period."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "本期已没有可派发的工作日",
            "{period} 内今天或以后的工作日",
            "本期内不能再检查的，按规则取消并写明原因。",
        ),
        "en": Wording(
            "No working day is left in the period",
            "a working day of {period}, today or later",
            "Cancel what can no longer be visited, by the protocol and with the reason.",
        ),
    }


class BadDays(Problem):
    """Days or notice that a dispatch may not have."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("派发日期不可用", "{need}", "请改选日期；不指定日期时，自动使用本期剩余的工作日。"),
        "en": Wording(
            "These days cannot be used", "{need}", "Choose again; without days, the period's are taken."
        ),
    }


class AmendsPublished(Problem):
    """The result of an accepted record is public: it is withdrawn before the record changes."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "结果已公示，不能更正检查记录", "未公示或已撤回公示的检查记录", "请先撤回公示，再更正。"
        ),
        "en": Wording(
            "The result is public; the record cannot be amended",
            "a record whose result is not public, or was withdrawn",
            "Withdraw the notice first; its trace stays.",
        ),
    }


class NotYours(Problem):
    """The visit was not dispatched to this person, not yet, or does not exist: told apart to nobody."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "没有找到任务", "已派发给您且已到开始日期的任务", "请在“我的任务”中选择；如有疑问请联系派单员。"
        ),
        "en": Wording(
            "No such task", "a task dispatched to you, from its first day", "Choose from your own tasks."
        ),
    }


class BadCompanion(Problem):
    """Nobody of a joint department or the monitoring station, no part of the checklist, or named already."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "随行人员填写有误",
            "{need}",
            "请在本单位“岗位”中为其分配“联合部门”或“监测站”岗位，再选择由其承担的检查内容。",
        ),
        "en": Wording(
            "This person cannot come along",
            "{need}",
            "Give the role of joint department or monitoring station first, then choose the part.",
        ),
    }


class NotMergeable(Problem):
    """Two draws that cannot be joined."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "两次抽取不能合并为联合检查",
            "{need}",
            "请核对两次抽取的编号、对象和周期；处理方式见本单位规则“市级稽查与县级名单重合”。",
        ),
        "en": Wording("These two draws cannot be joined", "{need}", "Check numbers, subject and period."),
    }


class RecordedElsewhere(Problem):
    """A joint visit is recorded once, by the officers of the bureau whose roster holds the site."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "联合检查由属地单位填写记录",
            "由 {bureau} 的检查人员提交一份记录",
            "请在属地人员的设备上共同填写。",
        ),
        "en": Wording(
            "A joint visit has one record",
            "submitted by the officers of {bureau}",
            "Record it there together.",
        ),
    }


class AlreadyRecorded(Problem):
    """The visit has a record that stands, and the one sent differs from it."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该任务已有封存的记录",
            "与已封存记录相同的内容",
            "记录封存后不能修改；确需更正的，由审核人退回后重新提交。",
        ),
        "en": Wording(
            "This visit is recorded", "the same content again", "A reviewer can return it for correction."
        ),
    }


class NoteMissing(Problem):
    """Returning a record or withdrawing a notice needs a reason in words."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有写明理由", "退回或撤回的理由", "请写明理由后重新提交。"),
        "en": Wording(
            "No reason given", "why it is returned or withdrawn", "State the reason and submit again."
        ),
    }


class NothingDue(Problem):
    """There is nothing to upload or to publish."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有可办理的检查记录", "{need}", "记录须先经审核通过；已办理过的不再重复。"),
        "en": Wording(
            "Nothing to do", "{need}", "Records must be accepted first; what is done is not repeated."
        ),
    }


class ResultWithoutCode(Problem):
    """The bureau's table of result codes has no code for a result."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "结果没有对应的代码", "规则 results.codes 中有“{result}”", "请单位管理员补充本省结果代码表。"
        ),
        "en": Wording(
            "No code for this result", "an entry “{result}” in results.codes", "Complete the table of codes."
        ),
    }


class BadProfile(Problem):
    """A connector profile is unknown or not well formed."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("上报格式不可用", "{need}", "请核对上报格式配置文件。"),
        "en": Wording("The profile cannot be used", "{need}", "Check the profile's file."),
    }


class FileChanged(Problem):
    """The kept bytes of a file are not those that were handed over."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "保存的文件与上报时不同",
            "SHA-256 {expected_hash}",
            "文件内容已被改动；请使用已交出的原文件，并报告管理员。",
        ),
        "en": Wording(
            "The kept file differs from the one handed over",
            "SHA-256 {expected_hash}",
            "Use the file handed over, tell the administrator.",
        ),
    }
