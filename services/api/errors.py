"""Refusals of the API itself: cursors, ranges, repeated keys."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class BadCursor(Problem):
    """A cursor that this list did not hand out."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("翻页标记无效", "上一页返回的 next 或 Link", "请从第一页重新开始。"),
        "en": Wording("Not a cursor", "`next` or the Link of the page before", "Start from the first page."),
    }


class OutsideLog(Problem):
    """An index or size beyond the public log."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("公开日志没有这个位置", "{need}", "请先取最新检查点，再用其中的条数。"),
        "en": Wording("The log does not reach there", "{need}", "Fetch the checkpoint and use its size."),
    }


class BadKey(Problem):
    """An Idempotency-Key of the wrong form."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("Idempotency-Key 格式不对", "1–128 个可见 ASCII 字符", "请用 UUID 一类的随机文字。"),
        "en": Wording("Not an Idempotency-Key", "1–128 visible ASCII characters", "Use a random UUID."),
    }


class KeyReused(Problem):
    """An Idempotency-Key came again with another request."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "Idempotency-Key 已用于另一请求", "与第一次完全相同的请求", "新的请求请换用新的 Idempotency-Key。"
        ),
        "en": Wording(
            "This Idempotency-Key belongs to another request", "the very same request", "Use a new key."
        ),
    }


class KeyBusy(Problem):
    """The first request with this Idempotency-Key was still running."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("同一请求正在办理", "—", "请稍后用同一 Idempotency-Key 重试，将得到第一次的结果。"),
        "en": Wording("The same request is being served", "—", "Repeat it with the same key in a moment."),
    }
