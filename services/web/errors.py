"""Refusals of the web edge, and mistakes of wiring found before the first request."""

from typing import ClassVar

from policies.errors import Forbidden, Kind, Language, Problem, Wording


class LoginNeeded(Forbidden):
    """Nobody is signed in, and the page is not public."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("请先登录", "已登录的工作人员", "请登录后重试。"),
        "en": Wording("Please sign in", "a signed-in officer", "Sign in and try again."),
    }


class BureauNeeded(Forbidden):
    """Signed in, but acting for no bureau: several to choose from, or the last role has ended."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("请先选择单位", "当前登录所代表的单位", "请选择单位后重试。"),
        "en": Wording("Choose a bureau first", "a bureau to act for", "Choose one and try again."),
    }


class CsrfRefused(Forbidden):
    """A form or call carried the cookie but not the token of its session."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "页面已失效",
            "由本站页面在当前登录中提交的请求",
            "请刷新页面后重新提交；输入内容未被保存。",
        ),
        "en": Wording(
            "This page is out of date",
            "a request made by a page of this site in this session",
            "Reload the page and submit again; nothing was saved.",
        ),
    }


class BadRequest(Problem):
    """The request does not fit the route: wrong field, wrong type, wrong method."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("请求无法处理", "{wanted}", "请检查所填内容后重试。"),
        "en": Wording("The request cannot be processed", "{wanted}", "Check what was entered and try again."),
    }


class Collision(Problem):
    """A constraint of the database refused the change; which one is told to the log only."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("与已有数据冲突", "不与已有记录重复或矛盾的数据", "请刷新后核对现有记录，再提交。"),
        "en": Wording("This conflicts with existing data", "data without a conflict", "Reload and compare."),
    }


class Unexpected(Problem):
    """A fault of ours. The person gets a number to quote, the log the rest."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("系统出现故障", "—", "操作未生效。请稍后重试；若仍失败，请将编号告知管理员。"),
        "en": Wording("Something went wrong", "—", "Nothing was changed. Try again, or report the number."),
    }


class StoreDown(Problem):
    """Redis does not answer: nobody's session can be read or opened. Nothing opens by failing."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "登录状态暂时无法读取",
            "会话服务（Redis）正常应答",
            "操作未执行，登录没有丢失，请稍后重试；公开页面不受影响。管理员请检查 REDIS_URL 与 Redis 服务。",
        ),
        "en": Wording(
            "Sign-ins cannot be read just now",
            "an answer of the session store (Redis)",
            "Nothing was carried out and your sign-in is not lost: try again later. Public pages are not"
            " affected. Operators: check REDIS_URL and Redis.",
        ),
    }


class UncutAnswer(Problem):
    """A handler served a record whose visible fields the matrix names, and never asked for them."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "系统出现故障", "按岗位裁剪后的内容", "内容没有发出。请将编号告知管理员，由其在程序中补上裁剪。"
        ),
        "en": Wording(
            "Something went wrong", "an answer cut down to the role", "Nothing was sent. Report the number."
        ),
    }


class UnguardedRoute(Problem):
    """A route declares no action of the matrix, so the application does not start."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("有路由未声明权限", "每个路由声明 action", "请在下列路由上补充 action 声明。"),
        "en": Wording(
            "A route declares no permission", "`action=` on every route", "Declare one on each listed route."
        ),
    }
