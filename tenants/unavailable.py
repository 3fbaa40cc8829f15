"""A database that cannot be used now: what its bureaus' people read, and what the operator reads."""

from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy.exc import DBAPIError

from policies.errors import Kind, Language, Problem, Wording
from tenants.errors import NoTwoPhase, PasswordRefused, WrongDatabase, WrongRole, WrongSchema

State = Literal["down", "slow", "schema", "identity", "refused", "prepared", "unknown", "moving", "failed"]
_REASONS: dict[State, dict[Language, str]] = {
    "down": {"zh": "连接不上", "en": "it does not answer"},
    "slow": {"zh": "响应超时", "en": "it answers too slowly"},
    "schema": {"zh": "结构版本不符，待升级", "en": "its schema is of another version"},
    "identity": {"zh": "数据库身份不符，已停用", "en": "it is not the database it should be"},
    "refused": {"zh": "账号或权限不符", "en": "it refuses our role"},
    "prepared": {"zh": "服务器配置不符", "en": "its server is not configured for it"},
    "unknown": {"zh": "本机未配置该数据库", "en": "this process does not know it"},
    "moving": {"zh": "数据正在搬迁", "en": "the bureau is being moved"},
    "failed": {"zh": "检查未通过", "en": "a check failed"},
}


class BureauUnavailable(Problem):
    """The database a bureau lives in cannot be used now; all other bureaus work on.

    Attributes:
        bureau: its code.
        state: why, in one word; the sentences name neither server nor role.
        since: when that was first seen, if it was.
    """

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("单位 {bureau} 的数据库暂时不可用：{reason}", "该单位的数据库可用",
                      "未作任何改动，请稍后重试；其他单位不受影响。持续不可用的，请联系系统管理员。"),
        "en": Wording("The database of bureau {bureau} cannot be used now: {reason}", "a working database",
                      "Nothing was changed; try again later. Other bureaus work on. If it lasts, tell the"
                      " system administrator."),
    }  # fmt: skip

    def __init__(
        self, bureau: str = "—", state: State = "down", since: datetime | None = None, **facts: Any
    ) -> None:
        self.bureau, self.state, self.since = bureau, state, since
        super().__init__(**({"bureau": bureau, "reason": _REASONS[state]} | facts))


def reason(state: State, language: Language = "zh") -> str:
    """The state in a few words."""
    return _REASONS[state][language]


def state_of(error: BaseException) -> State:
    """Which state an error of connecting amounts to."""
    kinds: tuple[tuple[type[BaseException], State], ...] = (
        (WrongSchema, "schema"),
        (NoTwoPhase, "prepared"),
        (WrongDatabase, "identity"),
        (WrongRole, "refused"),
        (PasswordRefused, "refused"),
        (TimeoutError, "slow"),
        (OSError, "down"),
    )
    if isinstance(error, BureauUnavailable):
        return error.state
    named = next((state for kind, state in kinds if isinstance(error, kind)), None)
    return named or ("down" if isinstance(error, Problem | DBAPIError) else "failed")
