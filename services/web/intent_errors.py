"""Refusals of the step-up: what was confirmed, by whom, when, and how often."""

from typing import ClassVar

from policies.access_errors import StepUpNeeded
from policies.errors import Forbidden, Kind, Language, Problem, Wording


class IntentNeeded(StepUpNeeded):
    """The act needs a second factor given for it alone; what was sent is kept until then.

    Attributes:
        intent: what to step up for; "" where a program has to make one itself.
        browser: value of the cookie that ties the intent to this browser; "" for a program.
    """

    intent: str = ""
    browser: str = ""
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "需要对本次操作进行二次验证",
            "对“{action}”这一项操作、这一份内容的二次验证",
            "接口调用：先 POST /api/v1/bureaus/单位代码/intents 登记要办的事，再二次验证，"
            "然后带 X-Intent 提交。",
        ),
        "en": Wording(
            "This very act needs a second factor",
            "a second factor given for “{action}” with exactly this content",
            "Programs: POST /api/v1/bureaus/CODE/intents, step up, then send the act with X-Intent.",
        ),
    }


class IntentUnproven(StepUpNeeded):
    """The second factor is older than the intent, or served another act already."""

    intent: str = ""
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "二次验证不是为本次操作作出的",
            "登记“{action}”之后作出的、尚未用于其他操作的二次验证",
            "请再次二次验证；每次验证只能办理一项操作。",
        ),
        "en": Wording(
            "The second factor was not given for this act",
            "one given after the intent to “{action}” was made, and used for nothing else",
            "Give the second factor again; one serves one act.",
        ),
    }


class IntentStale(Problem):
    """The intent is older than five minutes, or there never was one."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "待确认的操作已过期",
            "{minutes} 分钟之内确认的操作",
            "操作没有执行。请回到原页面重新提交。",
        ),
        "en": Wording(
            "What was to be confirmed has expired",
            "a confirmation within {minutes} minutes",
            "Nothing was done. Go back to the page and send it again.",
        ),
    }


class IntentUsed(Problem):
    """The intent served once; it does not serve twice."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该确认已经使用过",
            "尚未使用的确认；每次确认只办理一次",
            "第一次提交已经处理，请先查看结果；需要再办的，请重新提交并再次二次验证。",
        ),
        "en": Wording(
            "This confirmation was used already",
            "one that was not used; each serves once",
            "The first one was served: look at its result; to act again, submit again and step up again.",
        ),
    }


class IntentForeign(Forbidden):
    """Another person's, another bureau's or another browser's intent; nothing is told of it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "该确认不属于当前登录",
            "本人在当前单位、当前浏览器中登记的操作",
            "操作没有执行。请由本人在同一浏览器、同一单位中重新提交。",
        ),
        "en": Wording(
            "This confirmation belongs to another login",
            "an intent made by you, for this bureau, in this browser",
            "Nothing was done. Submit it again yourself, in one browser and for one bureau.",
        ),
    }


class IntentEdited(Problem):
    """What was sent is not what was confirmed."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "提交的内容与确认的内容不一致",
            "指纹为 {wanted} 的操作和内容",
            "操作没有执行，原确认作废。请核对后重新提交；不是本人修改的，请报告安全管理员。",
        ),
        "en": Wording(
            "What was sent is not what was confirmed",
            "the act and content with fingerprint {wanted}",
            "Nothing was done and the confirmation is void. Submit again; if you changed nothing, report it.",
        ),
    }


class PayloadTooLarge(Problem):
    """More than is kept while a person steps up."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "内容过大，二次验证期间无法保管",
            "不超过 {limit} MiB",
            "请缩小文件（例如分批）后再提交，或在服务器上用命令行办理。",
        ),
        "en": Wording(
            "Too much to be kept during the step-up",
            "at most {limit} MiB",
            "Send a smaller file (in parts), or use the command line on the server.",
        ),
    }
