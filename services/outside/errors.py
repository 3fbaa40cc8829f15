"""Refusals on a device outside the deployment."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class CopyUnreadable(Problem):
    """A sealed copy does not open with this device's key for this draw and role."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "密封副本打不开", "密封给本设备、本次抽取、该角色的副本", "请不要出具证明，并要求对方重新密封。"
        ),
        "en": Wording(
            "The sealed copy does not open", "a copy sealed to this device for this draw", "Do not attest."
        ),
    }


class CopyMismatch(Problem):
    """A sealed copy opens, but to a secret other than the committed one."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "托管副本与承诺不符", "角色 {role} 承诺的密钥", "请不要出具证明；通知抽取单位作废重来。"
        ),
        "en": Wording(
            "The copy is not the committed secret", "the secret of role {role}", "Do not attest; report it."
        ),
    }


class NotTheManifest(Problem):
    """What was sent is not the manifest that the log lists for the draw."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("清单与日志记录不符", "{need}", "请不要出具证明，并报告审计人员。"),
        "en": Wording("Not the logged manifest", "{need}", "Do not attest; report it."),
    }


class NoDeviceKey(Problem):
    """The folder holds no such key or secret."""

    kind: ClassVar[Kind] = "missing"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("该目录中没有所需的密钥", "{what}", "请核对目录；尚未生成的，请先生成。"),
        "en": Wording("No such key in this folder", "{what}", "Check the folder, or make the key first."),
    }


class KeyExists(Problem):
    """A key is never overwritten."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("该目录中已有密钥", "空目录", "请另选目录；密钥不会被覆盖。"),
        "en": Wording(
            "This folder has a key already", "an empty folder", "Choose another; keys are never replaced."
        ),
    }


class LogForked(Problem):
    """The log does not extend the one the witness saw last: never sign, tell the auditors."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "日志与上次见到的不一致", "在第 {size} 条之后只追加的日志", "请勿签名，并立即报告审计人员。"
        ),
        "en": Wording(
            "The log was rewritten", "a log that only grows after {size} entries", "Do not sign; report it."
        ),
    }


class Unreachable(Problem):
    """A server did not answer, or not with what was asked for."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "取不到数据：{url}",
            "可访问的 http:// 或 https:// 地址，答复不超过上限",
            "请检查网络和地址后重试；重试之前什么也没有改变。",
        ),
        "en": Wording(
            "No answer from {url}",
            "an http:// or https:// address that answers, within the size limit",
            "Check the network and the address, then try again; nothing was changed.",
        ),
    }


class RoundNotThere(Problem):
    """A relay answered, but not with the signature of the round."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "中继没有给出第 {round} 轮的签名",
            "drand quicknet 该轮的 JSON，含 48 字节十六进制 signature",
            "该轮可能还没有产生；请稍后重试、换一个中继，或改用 --signature 录入。",
        ),
        "en": Wording(
            "The relay gave no signature of round {round}",
            "JSON of that quicknet round with a signature of 48 bytes in hex",
            "The round may not be there yet: wait, try another relay, or enter it with --signature.",
        ),
    }


class LogKeyUnknown(Problem):
    """The first contact with a log needs its key from somewhere else than the log."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "还不知道该日志的公钥",
            "--log-key，取自另一可信渠道（上级文件、公告、电话核对）",
            "首次联签请给出公钥；之后本设备记住它，换了就不再签名。",
        ),
        "en": Wording(
            "The log's key is not known yet",
            "--log-key, from another channel you trust",
            "Give the key the first time; this device keeps it and signs for no other.",
        ),
    }


class NotTheDigits(Problem):
    """The public log holds another R than the digits the witness called give."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "宣读的数字与公开日志中的 R 不符，密钥没有交出",
            "得出 R（{r}）的数字",
            "请核对数字、R 和 --suite；确实不符的，不要交出密钥，报告审计并要求作废。",
        ),
        "en": Wording(
            "The digits called do not give the R in the public log; the secret was kept",
            "digits that give R ({r})",
            "Check digits, R and --suite; if they differ indeed, keep the secret, report it, ask for a void.",
        ),
    }
