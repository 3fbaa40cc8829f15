"""Messages that would say more than they may, addresses that are none, channels that are wrongly set up."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NotifyInvalid(Problem):
    """Something about a message or a channel is not as it must be; nothing was kept."""

    kind: ClassVar[Kind] = "invalid"


class UnknownEvent(NotifyInvalid):
    """No such event."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有这种通知事项", "{wanted}", "请从列出的事项中选择。"),
        "en": Wording("No such event", "{wanted}", "Choose one of those listed."),
    }


class FactRefused(NotifyInvalid):
    """A message may carry numbers, days and times only."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "通知内容不合要求：{field}", "只有数量、日期和时刻", "通知不得携带名称；请登录后在系统中查看。"
        ),
        "en": Wording(
            "A message may not carry this: {field}",
            "numbers, days and times only",
            "A message carries no names; the desk shows them after the login.",
        ),
    }


class BadAddress(NotifyInvalid):
    """No mail address, or no mobile number of the mainland."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("{field}不正确", "{need}", "请核对后重新填写。"),
        "en": Wording("Unusable address: {field}", "{need}", "Check it and enter it again."),
    }


class BadChannel(NotifyInvalid):
    """A channel's settings cannot be used."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("通知渠道的设置不正确：{field}", "{need}", "请更正后重新保存。"),
        "en": Wording("This setting of the channel is not usable: {field}", "{need}", "Correct it."),
    }
