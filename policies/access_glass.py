"""Break-glass: an administrator looks at a bureau's data for at most an hour, when its head approved that.

Whoever looks acts in the role `support` and nothing else: it reads what the matrix names for it, writes
nothing, and opens no sealed list. Basis: our own; no text prescribes it. Lists are kept strictly secret until
the visit, so help with the system never needs them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal
from uuid import UUID

from policies.errors import Forbidden, Kind, Language, Problem, Wording
from policies.terms import Principal

SUPPORT = "support"  # the only role of a look; no membership ever gives it
GLASS = "glass"  # member of `Principal.extra` that holds the number of the approved request
ASKERS = frozenset({"system_admin", "security_admin"})
LONGEST = 60  # minutes from the approval, the database says so too
WAITS = timedelta(hours=24)  # a request nobody answered lapses

State = Literal["asked", "lapsed", "open", "over"]
STATES: dict[State, dict[Language, str]] = {
    "asked": {"zh": "待批准", "en": "asked"},
    "lapsed": {"zh": "未批准，已失效", "en": "lapsed"},
    "open": {"zh": "可查看", "en": "open"},
    "over": {"zh": "已结束", "en": "over"},
}


@dataclass(frozen=True, slots=True)
class Glass:
    """A request to look at a bureau's data, and what became of it.

    Attributes:
        bureau: whose data.
        asker: subject of who asked. asker_bureau, asker_role: for which bureau, in which role, it was asked.
        reason: why it is needed. purpose: what will be looked at.
        minutes: asked for, 1 to `LONGEST`, counted from the approval.
        ends_at: when it ends by itself. ended_at: when somebody ended, declined or withdrew it.
    """

    bureau: str
    id: UUID
    asker: str
    asker_name: str
    asker_bureau: str
    asker_role: str
    reason: str
    purpose: str
    minutes: int
    asked_at: datetime
    approved_by: str | None = None
    approved_name: str | None = None
    approved_at: datetime | None = None
    ends_at: datetime | None = None
    ended_by: str | None = None
    ended_name: str | None = None
    ended_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Where it stands at a moment."""
        if self.ended_at is not None:
            return "over"
        if self.approved_at is None or self.ends_at is None:
            return "asked" if now < self.asked_at + WAITS else "lapsed"
        return "open" if self.approved_at <= now < self.ends_at else "over"

    def left(self, now: datetime) -> int:
        """Minutes left, begun ones counted; 0 when it is not open."""
        if self.state(now) != "open" or self.ends_at is None:
            return 0
        return max(1, -(-int((self.ends_at - now).total_seconds()) // 60))

    @property
    def said(self) -> str:
        """The request in one line, as its approver reads and confirms it; nothing of it changes later."""
        who = f"{self.asker_name}（{self.asker}，{self.asker_bureau}，{self.asker_role}）"
        return f"{who}查看 {self.bureau} {self.minutes} 分钟；理由：{self.reason}；用途：{self.purpose}"


def looking(principal: Principal) -> str:
    """Number of the approved request a person looks under; "" for everybody else."""
    return str(principal.extra.get(GLASS, "")) or (SUPPORT if SUPPORT in principal.roles else "")


def looker(glass: Glass) -> Principal:
    """The person while looking: the bureau that is looked at, one role, no certificate, no second factor."""
    extra = {GLASS: str(glass.id), "until": glass.ends_at.isoformat() if glass.ends_at else ""}
    return Principal(glass.asker, glass.asker_name, glass.bureau, frozenset({SUPPORT}), extra=extra)


class GlassOver(Forbidden):
    """The look has ended: time is up, somebody ended it, or the person's own role has ended."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "应急查看已结束",
            "已批准且未到时、未被结束的应急查看",
            "请返回本单位；确需继续的，重新申请并由被查看单位负责人批准。",
        ),
        "en": Wording(
            "Break-glass access has ended",
            "an approved request that has neither run out nor been ended",
            "Go back to your own bureau; ask again if more time is needed.",
        ),
    }


class GlassSealed(Forbidden):
    """Sealed lists stay shut to break-glass access, whichever way they are asked for."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "应急查看不能打开密封名单",
            "不涉及密封名单的内容",
            "处理系统问题不需要检查对象名单；确有需要的，请由本单位派单员或检查人员查看。",
        ),
        "en": Wording(
            "Break-glass access never opens sealed lists",
            "something that needs no sealed list",
            "Have the bureau's dispatcher or inspectors look.",
        ),
    }


class BadGlass(Problem):
    """A request that cannot be made as it was filled in."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("申请填写不完整", "{need}", "请更正后重新提交。"),
        "en": Wording("The request cannot be made", "{need}", "Correct it and submit again."),
    }


class GlassStands(Problem):
    """The same person has a request for the same bureau that waits or runs."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "对该单位已有一项待批准或可查看的申请",
            "每人对每个单位同时只有一项",
            "请使用现有申请，或先结束它再重新申请。",
        ),
        "en": Wording(
            "A request for this bureau waits or runs already", "one at a time per person and bureau",
            "Use it, or end it first.",
        ),
    }  # fmt: skip


class GlassSaidOtherwise(Problem):
    """What was confirmed is not the request as it stands."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("确认的内容与申请不一致", "{said}", "请重新打开申请，核对后再批准。"),
        "en": Wording("What was confirmed is not the request", "{said}", "Open the request again."),
    }


def check_order(reason: str, purpose: str, minutes: int) -> None:
    """Refuse a request whose words or time do not fit.

    Args:
        reason: 5 to 300 characters, one line. purpose: the same. minutes: 1 to 60.

    Raises:
        BadGlass: what would fit.
    """
    for text, name in ((reason, "理由"), (purpose, "查看内容和用途")):
        if not 5 <= len(text) <= 300 or not text.isprintable():
            raise BadGlass(text[:40], need=f"{name}，5 至 300 个字符，不换行")
    if not 1 <= minutes <= LONGEST:
        raise BadGlass(minutes, need=f"1 至 {LONGEST} 分钟")
