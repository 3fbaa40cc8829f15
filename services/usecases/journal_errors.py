"""Why a journal is not archived or not shortened."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NothingToArchive(Problem):
    """No entry is old enough for the day asked for."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "{bureau} 没有该日之前的日志",
            "早于所给日期的记录",
            "请改用更晚的日期；没有记录可归档时无需归档。",
        ),
        "en": Wording(
            "{bureau} has no entries before that day", "entries older than the day", "Name a later day."
        ),
    }


class KeptStill(Problem):
    """The entries are younger than the operator's keeping period."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "未满留存期，不能移除",
            "最后一条早于 {free} 的归档（留存 {days} 天，JOURNAL_KEEP_DAYS）",
            "归档文件已写好并保留；满期后再运行本命令加 --remove。",
        ),
        "en": Wording(
            "Younger than the keeping period; nothing was removed",
            "an archive whose last entry is older than {free} ({days} days, JOURNAL_KEEP_DAYS)",
            "The archive is written and stays; run again with --remove when the period is over.",
        ),
    }


class TooManyEntries(Problem):
    """More entries than one file holds."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "日志条数超过一个文件的上限", "不超过 {most} 条", "请按日期分段导出，或由运维人员归档。"
        ),
        "en": Wording("More entries than one file holds", "at most {most}", "Export by dates, part by part."),
    }
