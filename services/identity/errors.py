"""Refusals round login, sessions and tokens."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Problem, Wording


class TokenRefused(Forbidden):
    """A token failed one of the checks; which one is told to the log, not to the sender."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("登录凭证无效", "由本系统身份服务签发、未过期的凭证", "请重新登录或重新获取凭证。"),
        "en": Wording(
            "The token is not valid", "an unexpired token of our identity service", "Sign in again."
        ),
    }


class LoginFailed(Problem):
    """The login could not be completed: stale, foreign or edited answer of the identity service."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("登录未完成", "在本浏览器中十分钟内完成的登录", "请重新登录。"),
        "en": Wording(
            "The sign-in was not completed", "one finished in this browser within ten minutes", "Try again."
        ),
    }


class StepUpFailed(Forbidden):
    """The identity service came back without the second factor that was asked for, or with an old one."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "二次验证未完成",
            "身份服务返回刚刚完成的二级认证（LoA 2）",
            "请重试；仍失败请联系管理员绑定二次验证，并核对服务器时钟。",
        ),
        "en": Wording(
            "The second factor was not confirmed",
            "level of assurance 2, given just now",
            "Try again, have a second factor set up, or have the server's clock checked.",
        ),
    }


class NoMembership(Forbidden):
    """The person is known, but no bureau has given them a role that holds today."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("尚未分配岗位", "在某一单位有当前有效的岗位", "请联系本单位管理员分配岗位。"),
        "en": Wording(
            "No role yet", "a role in some bureau that holds today", "Ask your bureau's administrator."
        ),
    }


class IdentityUnavailable(Problem):
    """The identity service does not answer, or not in a form that can be used. Nothing opens by failing."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "统一身份认证服务暂不可用",
            "身份服务在 10 秒内正常应答",
            "请稍后重试；公开页面不受影响，已登录的页面十五分钟内可继续使用。"
            "管理员请检查 KEYCLOAK_URL 与身份服务。",
        ),
        "en": Wording(
            "The identity service is not available",
            "an answer within 10 seconds",
            "Try later; public pages are not affected, open sessions go on for fifteen minutes."
            " Operators: check KEYCLOAK_URL.",
        ),
    }


class ProviderRefused(Problem):
    """The embedded identity provider is for demonstrations on this machine only."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "内置身份服务拒绝启动",
            "演示模式，且监听地址与访问地址均为本机回环地址",
            "正式部署请设置 KEYCLOAK_URL；演示请设置 SHUANGSUI_DEMO=1 并只监听 127.0.0.1。",
        ),
        "en": Wording(
            "The embedded identity provider refuses to start",
            "demonstration mode, listening and reached on loopback only",
            "Set KEYCLOAK_URL, or run a demonstration on 127.0.0.1 with SHUANGSUI_DEMO=1.",
        ),
    }


class ClockSkewed(IdentityUnavailable):
    """A token that is new bears a time that is over, or has not come: the two clocks disagree."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "服务器时钟与身份服务不一致",
            "两台服务器的时钟相差不超过 30 秒",
            "请联系系统管理员校准两台服务器的时间（NTP）后重新登录。",
        ),
        "en": Wording(
            "The server's clock and the identity service's disagree",
            "clocks at most 30 seconds apart",
            "Have the clocks of both servers set (NTP), then sign in again.",
        ),
    }


class SessionEnded(Forbidden):
    """The identity service ended the login behind a session, or no longer confirms it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "登录已结束",
            "仍然有效的登录",
            "身份服务已结束这次登录：已在别处退出，账号被停用，密码或二次验证被重置，或登录已超时。"
            "刚才的操作没有执行。请重新登录；仍不能登录请联系本单位管理员。",
        ),
        "en": Wording(
            "Your sign-in has ended",
            "a sign-in that still holds",
            "The identity service ended it: signed out elsewhere, login disabled, password or second factor"
            " reset, or timed out. Nothing was carried out. Sign in again, or ask your administrator.",
        ),
    }


class ClientUnknown(Forbidden):
    """A program with a good token is not let in: another bureau's, not yet, or no longer."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "接口客户端未登记或已到期",
            "在该单位登记且在有效期内的客户端",
            "请联系本单位管理员在“岗位—接口客户端”登记或续期。",
        ),
        "en": Wording(
            "This API client is not registered, or no longer",
            "a client registered by that bureau for today",
            "Ask the bureau's administrator to register it.",
        ),
    }
