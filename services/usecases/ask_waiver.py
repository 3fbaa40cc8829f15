"""A bureau with too few people asks its superior to let one person hold duties kept apart, for some days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from policies.waivers import PAIRS, latest
from services.notify.telling import tell_other
from services.starting import require_state
from services.usecases.waiver_errors import BadWaiver, NoSuperior
from services.visiting.public_words import public_words
from services.work import Work
from tenants import journal
from tenants.rows import Membership
from tenants.stores import bureaus, members, waivers
from tenants.waiver_rows import Hand, Waiver

LONGEST = 500  # characters of a reason
MOST_STAFF = 9999


@dataclass(frozen=True, slots=True)
class WaiverOrder:
    """What is asked for.

    Attributes:
        subject: login of the one person it is for, who holds a role in the bureau today.
        pairs: of duties, keys of `policies.waivers.PAIRS`.
        since, until: first and last day, less than a year.
        reason: why two people cannot do it; it is published. staff: how many people the bureau has.
    """

    subject: str
    pairs: tuple[str, ...]
    since: date
    until: date
    reason: str
    staff: int


async def ask_waiver(work: Work, order: WaiverOrder) -> Waiver:
    """Ask the superior of the bureau acted for; nothing is waived until two people there agreed.

    Raises:
        BadWaiver: person, pairs, days, reason or staff. NoSuperior: there is nobody to ask.
    """
    work.require("waiver.ask")
    entry = await bureaus.get(work.control, work.scope.bureau)
    if entry.parent is None:
        raise NoSuperior(entry.name)
    person = await _person(work, order.subject)
    pairs = _pairs(order.pairs)
    check_days(order.since, order.until, work.today)
    made = Waiver(
        bureau=work.scope.bureau,
        id=uuid4(),
        above=entry.parent,
        subject=person.subject,
        name=person.name,
        pairs=pairs,
        since=order.since,
        until=order.until,
        reason=await public_line(work, order.reason, "理由（将公开，不写姓名和电话）", person.name),
        staff=_staff(order.staff),
        state="asked",
        asked_by=work.principal.subject,
        asked_name=work.principal.name,
        asked_at=work.now,
    )
    await waivers.ask(work.control, work.scope, made)
    await tell(work, "waiver.ask", made, None, made.reason)
    await tell_other(work, entry.parent, "approval.waiting", act="waiver.propose")
    return made


async def drop_waiver(work: Work, id: UUID, why: str) -> Waiver:
    """Take a request back before it is decided.

    Raises:
        Missing: none of this bureau. WrongState: decided already. BadWaiver: no reason.
    """
    work.require("waiver.drop")
    found = await waivers.get(work.control, work.scope, work.scope.bureau, id)
    require_state("waiver.drop", found.state)
    said = line(why, "理由")
    await waivers.drop(work.control, work.scope, id, hand_of(work), said)
    made = await waivers.get(work.control, work.scope, work.scope.bureau, id)
    await tell(work, "waiver.drop", made, found, said)
    return made


async def own_waivers(work: Work) -> tuple[Waiver, ...]:
    """Every waiver the bureau acted for asked for, the latest first."""
    work.require("waiver.read")
    return await waivers.of_bureau(work.control, work.scope, work.scope.bureau)


async def candidates(work: Work) -> tuple[Membership, ...]:
    """Everyone a waiver may be asked for: one row a person who holds a role today."""
    work.require("waiver.read")
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    return tuple({one.subject: one for one in held}.values())


def hand_of(work: Work) -> Hand:
    """The person acting, now."""
    return Hand(work.principal.subject, work.principal.name, work.now)


def check_days(since: date, until: date, today: date) -> None:
    """Refuse days no waiver may have. Raises BadWaiver."""
    if since < today:
        raise BadWaiver(since.isoformat(), need=f"第一天不早于今天（{today.isoformat()}）")
    if not since <= until <= latest(since):
        raise BadWaiver(until.isoformat(), need=f"最后一天在 {since} 至 {latest(since)} 之间（不超过一年）")


def line(text: str, field: str) -> str:
    """A reason that is given. Raises BadWaiver."""
    said = text.strip()
    if not said or len(said) > LONGEST or "\x00" in said:
        raise BadWaiver(said[:20], need=f"{field}，1 至 {LONGEST} 个字符")
    return said


async def public_line(work: Work, text: str, field: str, *names: str) -> str:
    """A reason that is published. Raises BadWaiver; NotForPublic: it names somebody.

    Args:
        work: of the bureau the waiver is for. names: further people's.
    """
    return await public_words(work, line(text, field), *names)


async def tell(work: Work, action: str, made: Waiver, before: Waiver | None, why: str = "") -> None:
    """Note a step in the journal of the bureau acted for."""
    after = {
        "state": made.state,
        "for": made.subject,
        "pairs": list(made.pairs),
        "since": made.since.isoformat(),
        "until": made.until.isoformat(),
        "staff": made.staff,
    }
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"waiver/{made.bureau}/{made.id}",
        why=why,
        before={"state": before.state, "since": before.since.isoformat()} if before else None,
        after=after,
        at=work.now,
    )


async def _person(work: Work, subject: str) -> Membership:
    found = next((one for one in await candidates(work) if one.subject == subject), None)
    if found is None:
        raise BadWaiver(subject[:40], need="今天在本单位担任岗位的一名人员")
    return found


def _pairs(asked: Sequence[str]) -> tuple[str, ...]:
    if not asked or not set(asked) <= set(PAIRS):
        allowed = "、".join(words["zh"] for words in PAIRS.values())
        raise BadWaiver("、".join(asked)[:60], need=f"可以豁免的兼办：{allowed}")
    return tuple(pair for pair in PAIRS if pair in asked)


def _staff(staff: int) -> int:
    if not 1 <= staff <= MOST_STAFF:
        raise BadWaiver(staff, need="本单位现有人数，不少于 1 人")
    return staff
