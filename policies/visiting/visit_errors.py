"""Errors of visits, records and notices."""

from typing import Any, ClassVar

from policies.errors import Kind, Language, Problem, Wording


class ChecklistIncomplete(Problem):
    """An item has no answer, an unknown one came, or a fault has no description."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "检查表没有填完整", "全部 {total} 项逐项作答；发现问题的写明情况", "补填列出的项目后再提交。"
        ),
        "en": Wording(
            "The checklist is incomplete",
            "an answer to each of {total} items, words for each fault",
            "Answer the items named and submit again.",
        ),
    }


class TooFewOfficers(Problem):
    """Fewer officers than the law asks for of the drawn team with certificates valid on the day."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "有效执法人员不足 {least} 人，记录不能封存",
            "抽定小组中至少 {least} 名执法证在检查当日有效的人员到场",
            "请按规则替换人员，或改期检查。",
        ),
        "en": Wording(
            "Fewer than {least} officers with valid certificates",
            "at least {least} of the drawn team, certificates valid on the day",
            "Substitute by the protocol or choose another day.",
        ),
    }


class RecordRefused(Problem):
    """A fact of the record is absent or impossible."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("检查记录不能封存", "{need}", "更正后重新提交；已填内容不会丢失。"),
        "en": Wording(
            "The record cannot be sealed", "{need}", "Correct it and submit again; nothing is lost."
        ),
    }

    def __init__(self, got: object = "", *, need: str, **facts: Any) -> None:
        super().__init__(got, need=need, **facts)


class FormChanged(Problem):
    """A record filled in on another version of the form than the one of its day."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "检查表已经更新",
            "按检查当日的检查表（版本 {version}）填写",
            "请重新下载任务，补填有变的项目后提交；已填内容不会丢失。",
        ),
        "en": Wording(
            "The form was changed",
            "the form of the day of the visit (version {version})",
            "Fetch the tasks again, fill in what is new and submit again; nothing is lost.",
        ),
    }


class FieldNotPublic(Problem):
    """A notice carried a field that is not on the allow-list of its kind."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("公告含有不得公开的字段", "仅限公开字段清单", "请联系管理员；公告没有发布。"),
        "en": Wording(
            "The notice holds a field that may not be public",
            "fields of the public list only",
            "Tell the administrator; nothing was published.",
        ),
    }
