"""Refusals of rd1: reading and form. See also `rd1_draw_errors` and `rd1_log_errors`."""

from typing import Any, ClassVar

from policies.errors import Language, Problem, Wording

Sentences = tuple[str, str, str]
Words = dict[Language, Wording]

ASK = ("请向公布该记录的单位索取完整原件。", "Ask the bureau that published it for the original.")
TELL = (
    "请保留本文件，并向该单位或其上级反映。",
    "Keep this file and raise it with the bureau or its superior.",
)


def say(zh: Sentences, en: Sentences) -> Words:
    """Sentences (title, expected, remedy) of one error class in both languages."""
    return {"zh": Wording(*zh), "en": Wording(*en)}


def short(value: object, limit: int = 80) -> str:
    """A value as text that fits a line."""
    if isinstance(value, int) and value.bit_length() > 1024:
        return "…"  # Python refuses to print integers without end
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else f"{text[:limit]}…"


class Unreadable(Problem):
    """The bytes are not an rd1 bundle at all; no verdict is given."""

    words: ClassVar[Words] = say(
        ("无法读取抽查记录", "rd1 格式的 JSON 文件", ASK[0]),
        ("The record cannot be read", "a JSON file in the rd1 format", ASK[1]),
    )


class TooLarge(Unreadable):
    """More bytes than any bundle needs. Facts: limit."""

    words: ClassVar[Words] = say(
        ("文件过大", "不超过 {limit} 字节", ASK[0]), ("File too large", "at most {limit} bytes", ASK[1])
    )


class TooManyParts(Unreadable):
    """More objects, lists and items than any bundle has. Facts: what, limit."""

    words: ClassVar[Words] = say(
        ("文件的组成部分过多", "“{what}”不超过 {limit} 个", ASK[0]),
        ("Too many parts in the file", 'at most {limit} of "{what}"', ASK[1]),
    )


class NotJson(Unreadable):
    """Not UTF-8, not JSON, a key twice, a broken surrogate."""

    words: ClassVar[Words] = say(
        ("不是有效的 JSON", "UTF-8 编码、无重复键的 JSON", ASK[0]),
        ("Not valid JSON", "UTF-8 JSON without duplicate keys", ASK[1]),
    )


class NotExact(Unreadable):
    """A number that is no safe integer, or a value JSON does not know."""

    words: ClassVar[Words] = say(
        ("含有不精确的数", "文字，或绝对值不超过 2^53-1 的整数，不得有小数", ASK[0]),
        ("A number is not exact", "text, or integers up to 2^53-1; no fractions", ASK[1]),
    )


class TooDeep(Unreadable):
    """Nested deeper than any bundle. Facts: limit."""

    words: ClassVar[Words] = say(
        ("嵌套层数过多", "不超过 {limit} 层", ASK[0]), ("Nested too deep", "at most {limit} levels", ASK[1])
    )


class UnsupportedVersion(Unreadable):
    """`v` or `suite` is unknown to this version."""

    words: ClassVar[Words] = say(
        (
            "版本或算法套件不受支持",
            'manifest.v 为 "rd1"，manifest.suite 为 1 或 2',
            "请使用更新版本的核验程序。",
        ),
        (
            "Version or suite not supported",
            'manifest.v "rd1", manifest.suite 1 or 2',
            "Use a newer verifier.",
        ),
    )


# What a field should hold, in words; named by the shapes in `forms`.
SHAPES: dict[str, tuple[str, str]] = {
    "text": ("文字", "text"),
    "id": ("非空、NFC、无控制字符、无逗号的编号", "a non-empty NFC id, no control characters, no comma"),
    "hex": ("{size} 位小写十六进制", "{size} lower-case hex digits"),
    "integer": ("{low} 至 {high} 的整数", "an integer from {low} to {high}"),
    "choice": ("其中之一：{choices}", "one of {choices}"),
    "moment": ("RFC 3339 时间", "an RFC 3339 time"),
    "utc": ("RFC 3339 协调世界时，以 Z 结尾", "an RFC 3339 time in UTC, ending in Z"),
    "day": ("YYYY-MM-DD 日期", "a date YYYY-MM-DD"),
    "object": ("对象", "an object"),
    "list": ("不超过 {limit} 项的列表", "a list of at most {limit}"),
    "row": ("{size} 项的列表", "a list of {size}"),
    "share": ("“p/q”形式的分数", 'a fraction "p/q"'),
    "base64": ("Base64 编码的 {size} 字节", "base64 of {size} bytes"),
    "digits": ("{size} 位数字", "{size} decimal digits"),
    "class": ("类别编号，或“-”加原因", 'a stratum, or "-" and a reason'),
}


class BadField(Problem):
    """A field is not of its form. Facts: path, shape (key of SHAPES) and that shape's own facts."""

    words: ClassVar[Words] = say(
        ("字段 {path} 格式不符", "{expected_zh}", ASK[0]),
        ("Field {path} has the wrong form", "{expected_en}", ASK[1]),
    )

    def __init__(self, got: object = "", *, path: str, shape: str, **facts: Any) -> None:
        zh, en = SHAPES[shape]
        super().__init__(
            short(got), path=path, expected_zh=zh.format(**facts), expected_en=en.format(**facts), **facts
        )


class UnknownField(Problem):
    """A field the format does not know. Facts: path."""

    words: ClassVar[Words] = say(
        ("{path} 含有未知字段", "只含格式规定的字段", ASK[0]),
        ("{path} has an unknown field", "only the fields of the format", ASK[1]),
    )


class MissingField(Problem):
    """A field of the format is missing. Facts: path."""

    words: ClassVar[Words] = say(
        ("{path} 缺少字段", "格式规定的全部字段", ASK[0]),
        ("{path} lacks a field", "every field of the format", ASK[1]),
    )


class NotAscending(Problem):
    """A list is out of order or has an entry twice. Facts: path."""

    words: ClassVar[Words] = say(
        ("{path} 未按编号严格升序", "每项编号大于前一项（UTF-8 字节序）", "请按编号排序并去除重复项。"),
        (
            "{path} is not strictly ascending",
            "each id greater than the one before (UTF-8 bytes)",
            "Sort by id and remove duplicates.",
        ),
    )


class TooMuchWork(Problem):
    """Numbers so large that checking would not end. Facts: path, limit."""

    words: ClassVar[Words] = say(
        ("{path} 计算量过大", "不超过 {limit}", "请拆分抽查，或核对该参数。"),
        ("{path} asks for too much work", "at most {limit}", "Split the draw, or check that parameter."),
    )
