"""What is said when a photo or signature is not taken; the device keeps it for the person to see to."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NotAPicture(Problem):
    """The bytes are no picture that can be read whole."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这个文件不是完整的图片", "JPEG、PNG 或 WebP 图片", "没有收下；请重新拍摄，或导出后查看原文件。"
        ),
        "en": Wording(
            "The file is no complete picture",
            "a JPEG, PNG or WebP picture",
            "It was not kept; take it anew, or export it and look.",
        ),
    }


class FileForged(Problem):
    """The bytes are not those the hash names."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "附件与指纹不符", "内容的 SHA-256 为 {sha256}", "没有收下；可能传输中损坏，请重新发送。"
        ),
        "en": Wording(
            "The file is not the one its hash names",
            "content with the SHA-256 {sha256}",
            "It was not kept; it may have been damaged on its way, send it again.",
        ),
    }


class FileTooLarge(Problem):
    """A file, or all of a visit together, over the limit."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("附件太大或太多", "{need}", "没有收下；请缩小图片，或删去不需要的。"),
        "en": Wording(
            "Too large, or too many files", "{need}", "It was not kept; make it smaller or leave some out."
        ),
    }


class FilesMissing(Problem):
    """A record names files that were not sent."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "记录列出的附件还没有收到",
            "先发送附件，再提交记录",
            "记录没有封存，已填内容不会丢失。没有收到的有 {count} 份。",
        ),
        "en": Wording(
            "Files the record names have not arrived",
            "the files first, then the record",
            "The record was not sealed, nothing is lost. {count} files are missing.",
        ),
    }
