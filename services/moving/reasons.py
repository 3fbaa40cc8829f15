"""Why a step failed, in a few words for the operator, without passwords and without rows."""

import asyncpg
from sqlalchemy.exc import DBAPIError

from policies.errors import Problem
from services.moving.values import StepNo
from tenants.moving.errors import MoveFailed, MoveHalted, TargetNotReady
from tenants.unavailable import BureauUnavailable, State, reason

_FULL, _GONE = "53100", ("08", "57P")
_REMEDIES: dict[State, tuple[str, str]] = {
    "schema": ("请先运行 shuangsui migrate。", "Run shuangsui migrate first. "),
    "prepared": (
        "请把该服务器的 max_prepared_transactions 设为不小于连接数并重启。",
        "Set max_prepared_transactions on that server to at least its connections, and restart it. ",
    ),
    "identity": ("请核对连接字符串，可能与另一数据库互换。", "Check the connection strings: exchanged? "),
}


def not_ready(name: str, error: BureauUnavailable) -> TargetNotReady:
    """What to tell of a database that cannot take a bureau."""
    other = ("请运行 shuangsui database check。", "Run shuangsui database check. ")
    zh, en = _REMEDIES.get(error.state, other)
    why = {"zh": reason(error.state), "en": reason(error.state, "en")}
    return TargetNotReady(name, name=name, reason=why, remedy={"zh": zh, "en": en})


def failed(step: StepNo, error: Exception) -> Problem:
    """The problem to raise after everything was put back."""
    if isinstance(error, Problem):
        return error
    return MoveFailed(step=step, reason=told(error))


def halted(step: StepNo, error: Exception) -> Problem:
    """The problem to raise where only running the command again helps."""
    why = {"zh": error.line(), "en": error.line("en")} if isinstance(error, Problem) else told(error)
    return MoveHalted(step=step, reason=why)


def told(error: Exception) -> dict[str, str]:
    """A driver's error in words; the server's own text could name rows."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(cause, "sqlstate", None) or "")
    gone = isinstance(cause, OSError | asyncpg.InterfaceError) or state.startswith(_GONE)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        gone = True
    if state == _FULL:
        return {"zh": "目标磁盘已满", "en": "the target's disk is full"}
    if gone:
        return {"zh": "数据库连接中断", "en": "a database connection was lost"}
    return {"zh": f"{type(cause).__name__} {state}".strip(), "en": f"{type(cause).__name__} {state}".strip()}
