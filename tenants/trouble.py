"""What an error says about the database itself: lost, slow, crowded, or only a statement gone wrong."""

from typing import ClassVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from policies.errors import Kind, Language, Problem, Wording

_PLACE = "shuangsui_place"
_GONE = ("08", "53", "57P")  # sqlstates: no connection, too much asked of it, ended by the server
_FULL = "53100"  # its disk: it answers, and goes on reading
_CANCELLED = "57014"  # the statement took too long


class ControlUnavailable(Problem):
    """The deployment's control database cannot be used now: nobody can be served."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("系统数据库暂时不可用", "数据库可用",
                      "未作任何改动，请稍后重试；持续不可用的，请联系系统管理员。"),
        "en": Wording("The system's database cannot be used now", "a working database",
                      "Nothing was changed; try again later. If it lasts, tell the system administrator."),
    }  # fmt: skip


class OutcomeUnknown(Problem):
    """The connection broke off while the transaction was committed: it may have happened, or not.

    Attributes:
        cause: the driver's error, None when the control database could not say.
    """

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("保存时与数据库的连接中断，结果未知", "数据库确认已保存",
                      "可能已经保存，也可能没有。请先打开相应记录查看；确认没有保存的，再重新提交。"
                      "带同一幂等键（Idempotency-Key）的请求可以直接重发，不会办理两次。"),
        "en": Wording("The connection to the database broke off while saving: the outcome is unknown",
                      "the database's word that it was saved",
                      "It may have been saved, or not. Look at the record first; submit again only if it was"
                      " not. A request with the same Idempotency-Key may simply be repeated."),
    }  # fmt: skip

    def __init__(self, cause: Exception | None = None) -> None:
        self.cause = cause
        super().__init__()


def unanswered(error: BaseException) -> bool:
    """Whether an error while committing leaves open what happened; a refusal in so many words does not."""
    return lost(error) and not crowded(error)


def lost(error: BaseException) -> bool:
    """Whether the database itself failed while connecting or answering."""
    if isinstance(error, DBAPIError):
        state = _state(error)
        gone = state.startswith((*_GONE, _CANCELLED)) and state != _FULL
        return error.connection_invalidated or gone
    return isinstance(error, NoneFree) or _of_connecting(error)


def crowded(error: BaseException) -> bool:
    """Whether it works, but not fast enough for this one: no reason to leave it alone for a while."""
    return isinstance(error, NoneFree) or (isinstance(error, DBAPIError) and _state(error) == _CANCELLED)


def met(error: BaseException) -> bool:
    """Whether two transactions met, and this one lost."""
    return isinstance(error, DBAPIError) and _state(error).startswith("40")


def about(error: BaseException, name: str) -> None:
    """Note on an error which database it came from; several may take part when it is judged."""
    setattr(error, _PLACE, name)


def place_of(error: BaseException) -> str | None:
    """Name of the database an error came from; None where nobody noted it."""
    found: str | None = getattr(error, _PLACE, None) or getattr(error.__cause__, _PLACE, None)
    return found


def slow(error: BaseException) -> bool:
    """Whether a connection may be stuck in the middle of an answer."""
    return isinstance(error, TimeoutError)


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _of_connecting(error: BaseException) -> bool:
    """The driver's own OSError, not one of a file or of another service the unit talked to."""
    frame, modules = error.__traceback__, set[str]()
    while isinstance(error, OSError) and frame is not None:
        modules.add(str(frame.tb_frame.f_globals.get("__name__", "")).partition(".")[0])
        frame = frame.tb_next
    return "asyncpg" in modules
