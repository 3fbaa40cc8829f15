"""Refusals around a witness invited for one draw, and around the minutes."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Problem, Wording


class InvitationOver(Forbidden):
    """The invitation was withdrawn, has expired, or ten wrong codes locked it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "见证邀请已失效",
            "未撤回、未到期、输错验证码少于 {most} 次的邀请",
            "请联系发出邀请的单位；需要时由该单位重新邀请。",
        ),
        "en": Wording(
            "The invitation is over",
            "one that is not withdrawn, not expired, and had fewer than {most} wrong codes",
            "Ask the bureau that invited you; it can invite again.",
        ),
    }


class WrongCode(Forbidden):
    """The six digits are not those of the link."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "验证码不对",
            "邀请单位另行告知的六位数字",
            "请核对后再输；还可输错 {left} 次，之后邀请锁定。",
        ),
        "en": Wording(
            "Wrong code",
            "the six digits that came by the other channel",
            "Check and try again; {left} more wrong ones lock the invitation.",
        ),
    }


class NoInvitation(Forbidden):
    """The browser holds no open invitation."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("尚未进入见证", "用链接和验证码进入的浏览器", "请重新打开邀请链接，输入六位验证码。"),
        "en": Wording(
            "No witness is signed in here", "a browser that entered by link and code", "Open the link again."
        ),
    }


class WitnessTooLate(Problem):
    """A witness is invited while the draw is not frozen: afterwards it cannot commit."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "已来不及邀请见证人",
            "准备中（未冻结）的抽取",
            "见证人须在冻结名单之前提交承诺；请在下一次抽取时邀请。",
        ),
        "en": Wording(
            "Too late to invite a witness",
            "a draw that is not frozen",
            "A witness commits before the freeze; invite one for the next draw.",
        ),
    }


class BadInvitation(Problem):
    """Nobody is named, or too much text, or too many invitations."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "见证邀请填写有误",
            "见证人的姓名和单位，2–80 字；每次抽取最多 {most} 份邀请",
            "请改正后重试；不用的邀请不必删除，撤回即可。",
        ),
        "en": Wording(
            "The invitation is not complete",
            "name and office of the witness, 2–80 characters; at most {most} invitations a draw",
            "Correct it and try again.",
        ),
    }


class MinutesDiffer(Problem):
    """The hash confirmed is not that of the minutes as they stand."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "纪要与所见不一致",
            "指纹为 {wanted} 的抽取纪要",
            "请刷新页面，重新核对纪要后再确认；仍不一致的，请报告审计。",
        ),
        "en": Wording(
            "These are not the minutes that stand",
            "minutes with fingerprint {wanted}",
            "Reload, compare again, then confirm; report it if they still differ.",
        ),
    }


class SignatureFalse(Problem):
    """The signature is not one of the device that committed."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "纪要签名无效",
            "提交承诺的同一设备对纪要指纹的签名",
            "请在提交承诺的设备上打开本页再签。",
        ),
        "en": Wording(
            "The signature does not hold",
            "one by the device that committed, over the minutes' fingerprint",
            "Open this page on the device that committed.",
        ),
    }
