"""What can be wrong with a journal's archive or its published heads: the first misfit is named."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class HeadMissing(Problem):
    """A head in the public log is the hash of no entry: entries were cut off or rewritten."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "公开日志第 {n} 条所载 {bureau} 的日志头在日志中找不到",
            "每个已公开的日志头都是某条记录的哈希，先后一致",
            "日志可能被截断或改写：请用备份或归档文件核对，由安全审计员查明。",
        ),
        "en": Wording(
            "The journal head of {bureau} in entry {n} of the public log is the hash of no entry",
            "every published head is the hash of an entry, in the same order",
            "The journal may have been cut or rewritten: compare with backups and archives.",
        ),
    }


class ArchiveMisfit(Problem):
    """An archive is not what was written."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "日志归档文件不符：第 {line} 行",
            "{wanted}",
            "请换用未被改动的副本；文件的 SHA-256 见同名 .sha256 文件和移除锚点。",
        ),
        "en": Wording(
            "The journal's archive does not fit at line {line}",
            "{wanted}",
            "Use an unchanged copy; its SHA-256 stands in the .sha256 file and in the anchor.",
        ),
    }
