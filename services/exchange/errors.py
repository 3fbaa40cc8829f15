"""Why a file was not handed over. The other side's own words are kept only as far as they are a code."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class NotHandedOver(Problem):
    """A try that failed and is repeated."""

    kind: ClassVar[Kind] = "unavailable"


class NeverHandedOver(NotHandedOver):
    """A try that would fail again: it waits for a person."""

    kind: ClassVar[Kind] = "failed"


class SystemSilent(NotHandedOver):
    """No answer, or none that can be understood."""

    words: ClassVar[Words] = {
        "zh": Wording("对方系统没有响应", "{system} 能够连接并按约定应答", "系统会自动重试。"),
        "en": Wording("The other system does not answer", "{system} answers as agreed", "It is tried again."),
    }


class SystemRefused(NeverHandedOver):
    """The other side does not take the file."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "对方系统拒收这份文件",
            "{system} 接收",
            "请按对方说明更正格式设置，然后重新报送；文件本身不变。",
        ),
        "en": Wording(
            "The other system refuses the file", "{system} takes it", "Mend the format and send it again."
        ),
    }


class SystemDiffers(NeverHandedOver):
    """The other side says it holds something else than what was sent."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "对方收到的与送出的不一致",
            "{system} 收到 {count} 条，指纹 {sha256}",
            "请与对方核对后再决定是否重新报送。",
        ),
        "en": Wording(
            "The other side holds something else than was sent",
            "{count} rows with fingerprint {sha256} at {system}",
            "Settle it with the other side, then decide whether to send it again.",
        ),
    }


class ReceiptUnknown(NeverHandedOver):
    """The receipt has not the form agreed upon."""

    words: ClassVar[Words] = {
        "zh": Wording("对方回执号不符合约定", "符合 {pattern}", "请与对方核对，必要时更改连接的回执规则。"),
        "en": Wording("The receipt is not of the agreed form", "{pattern}", "Settle it with the other side."),
    }


class ConnectionOver(NeverHandedOver):
    """The connection was ended meanwhile."""

    words: ClassVar[Words] = {
        "zh": Wording("这个连接已经停用", "启用的连接", "请设置新的连接后重新报送，或者人工上传并登记回执。"),
        "en": Wording("The connection is over", "one that stands", "Set up a new one, or upload by hand."),
    }


class FetchedDiffers(NotHandedOver):
    """The bytes are not those the other side says they are: it is fetched again."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "收到的文件与对方所说的不一致",
            "指纹 {sha256}",
            "没有保留；系统会再次收取，仍不一致的请与对方核对。",
        ),
        "en": Wording(
            "The file fetched is not what the other side says it is",
            "fingerprint {sha256}",
            "It was not kept and is fetched again; settle it with the other side if it stays so.",
        ),
    }


class BatchChanged(NotHandedOver):
    """A batch that was kept before is offered with other bytes under the same number."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "对方改动了已经收取的批次 {key}",
            "改动的内容使用新的批次号",
            "原来收到的文件不变；请对方以新的批次号重新提供。",
        ),
        "en": Wording(
            "The other side changed batch {key}, which was fetched before",
            "changed content under a new number",
            "What was kept stays as it is; ask for the new content under a new number.",
        ),
    }


class BadConnection(Problem):
    """A field of a connection's form."""

    words: ClassVar[Words] = {
        "zh": Wording("连接设置有误：{field}", "{need}", "请更正后重新保存；没有保存任何内容。"),
        "en": Wording("The connection cannot be kept: {field}", "{need}", "Mend it; nothing was kept."),
    }


OF_CODE: dict[str, type[Problem]] = {
    kind.__name__: kind
    for kind in (
        SystemSilent,
        SystemRefused,
        SystemDiffers,
        ReceiptUnknown,
        ConnectionOver,
        FetchedDiffers,
        BatchChanged,
    )
}
