"""Why a message was not delivered. A server's own words are never kept: they could carry an address."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NotDelivered(Problem):
    """A try that failed and may be repeated."""

    kind: ClassVar[Kind] = "unavailable"


class NeverDelivered(NotDelivered):
    """A try that would fail again: the message is given up, until somebody mends it and sends it anew."""

    kind: ClassVar[Kind] = "failed"


class ChannelUnreachable(NotDelivered):
    """No answer, or none that can be understood."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("通知服务器没有响应", "{host} 能够连接", "系统会自动重试；持续失败请联系运维人员。"),
        "en": Wording("The channel's server does not answer", "{host} can be reached", "It is tried again."),
    }


class ChannelRests(NotDelivered):
    """The channel failed a moment ago; it is left alone for a minute, so that others need not wait."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("该渠道刚刚连接失败，稍后再试", "渠道恢复", "系统会自动重试。"),
        "en": Wording("The channel failed just now", "a channel that answers", "It is tried again."),
    }


class ChannelBusy(NotDelivered):
    """The other side takes no more for now."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("发送过于频繁，对方暂不接收", "低于对方的频率限制", "系统会自动重试。"),
        "en": Wording("Too many messages for the other side", "fewer at a time", "It is tried again."),
    }


class ChannelShut(NotDelivered):
    """What the channel or the address is sealed with does not open now; the message waits and is not lost."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "渠道设置或收件地址暂时打不开", "可用的单位密钥", "系统会自动重试；持续失败请联系运维人员。"
        ),
        "en": Wording("The channel's settings cannot be opened", "the bureau's key", "It is tried again."),
    }


class ChannelRefused(NeverDelivered):
    """The other side refused account, token, signature or address."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "对方拒绝接收（代码 {got}）",
            "有效的账号、令牌、签名和收件地址",
            "请核对渠道设置和收件人地址，再重发该消息。",
        ),
        "en": Wording(
            "The other side refused (code {got})",
            "a valid account, token, signature and address",
            "Check the channel and the address, then send it again.",
        ),
    }


class HostRefused(NeverDelivered):
    """A server that is not on the operator's list, or whose address is not a public one."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "不允许连接该服务器：{host}",
            "运维人员在 NOTIFY_HOSTS、NOTIFY_NETWORKS 中允许的服务器",
            "请联系运维人员；内网地址须由其明确允许。",
        ),
        "en": Wording(
            "This server may not be connected to: {host}",
            "one the operator allows in NOTIFY_HOSTS and NOTIFY_NETWORKS",
            "Ask the operator; addresses within a private network must be allowed expressly.",
        ),
    }


class NoChannel(NeverDelivered):
    """The channel was ended before the message went out."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("通知渠道已停用", "启用中的渠道", "请重新设置渠道后重发。"),
        "en": Wording("The channel was ended", "a channel that stands", "Set one up, then send it again."),
    }


class NoAddress(NeverDelivered):
    """The person has taken the address out."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("收件人未登记该渠道的地址", "已登记的邮箱或手机号", "请收件人在“我的通知”中登记。"),
        "en": Wording("The recipient has given no address", "a mail address or number", "Ask for one."),
    }


class NoGateway(NeverDelivered):
    """The operator has set up no SMS gateway."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("本部署未配置短信网关", "运维人员配置的 NOTIFY_SMS", "请联系运维人员。"),
        "en": Wording("This deployment has no SMS gateway", "NOTIFY_SMS is set", "Ask the operator."),
    }


OF_CODE: dict[str, type[NotDelivered]] = {
    kind.__name__: kind
    for kind in (
        ChannelUnreachable, ChannelRests, ChannelBusy, ChannelRefused, HostRefused, NoChannel, NoAddress,
        NoGateway,
    )
}  # fmt: skip
