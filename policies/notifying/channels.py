"""The forms of the channels: which fields each has, which are secret, and what makes another target."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.notifying.addresses import mail_of
from policies.notifying.errors import BadAddress, BadChannel

SECURITY = ("tls", "starttls", "none")
GROUPS = ("wecom", "dingtalk")
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Form:
    """Fields of a kind of channel.

    Attributes:
        kind: its key. zh, en: what people read.
        shown: fields that may be seen. secret: fields that never are. target: those that say where a secret
            is sent: with another target it must be entered anew, else it could be led to somebody else.
    """

    kind: str
    zh: str
    en: str
    shown: tuple[str, ...]
    secret: tuple[str, ...]
    target: tuple[str, ...]


FORMS: Mapping[str, Form] = {
    form.kind: form
    for form in (
        Form("mail", "邮件（SMTP）", "mail (SMTP)", ("host", "port", "security", "account", "sender"),
             ("password",), ("host", "port", "security", "account")),
        Form("sms", "短信网关", "SMS gateway", ("account", "signature"), ("secret",), ("account",)),
        Form("wecom", "企业微信群机器人", "WeCom group robot", ("host",), ("url",), ("host",)),
        Form("dingtalk", "钉钉群机器人", "DingTalk group robot", ("host",), ("url", "secret"), ("host",)),
    )
}  # fmt: skip


def form_of(kind: str) -> Form:
    """The form of a kind. Raises BadChannel."""
    found = FORMS.get(kind)
    if found is None:
        raise BadChannel(kind[:20], field="渠道", need=" / ".join(FORMS))
    return found


def checked_settings(kind: str, given: Mapping[str, str]) -> dict[str, str | int]:
    """What may be seen of a channel, checked.

    Raises:
        BadChannel: a field is missing, too long, or not of its form.
    """
    form = form_of(kind)
    found: dict[str, str | int] = {name: _line(name, given.get(name, "")) for name in form.shown}
    if kind == "mail":
        _check_mail(found)
    if kind == "sms" and not found["account"]:
        raise BadChannel(field="账号", need="短信网关的账号")
    return found


def _check_mail(found: dict[str, str | int]) -> None:
    port = str(found["port"])
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise BadChannel(port, field="端口", need="1–65535，通常为 465 或 587")
    found["port"] = int(port)
    if not found["host"]:
        raise BadChannel(field="服务器", need="如 smtp.example.gov.cn")
    if found["security"] not in SECURITY:
        raise BadChannel(found["security"], field="加密方式", need=" / ".join(SECURITY))
    try:
        found["sender"] = mail_of(str(found["sender"]))
    except BadAddress as problem:
        raise BadChannel(problem.got, field="发件地址", need="如 notice@example.gov.cn") from None


def _line(name: str, value: str) -> str:
    found = value.strip()
    if len(found) > LONGEST or not found.isprintable():
        raise BadChannel(field=name, need=f"一行文字，至多 {LONGEST} 个字符")
    return found


def checked_secrets(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """The secrets that were entered, without those left blank. Raises BadChannel: not one line."""
    found = {name: given.get(name, "").strip() for name in form_of(kind).secret}
    for name, value in found.items():
        if len(value) > 500 or not value.isprintable():
            raise BadChannel(field=name, need="一行文字，至多 500 个字符")
    return {name: value for name, value in found.items() if value}


def same_target(kind: str, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether the secrets of one channel would go where those of the other go."""
    return all(one.get(name) == other.get(name) for name in form_of(kind).target)
