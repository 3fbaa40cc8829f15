"""The superior decides on a waiver: one proposes, another, the head, approves; either may refuse.

What is granted is kept in the deployment's control database, copied to where the bureau lives and published
there, all in one unit of work.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from policies.visiting.notice import public_view
from policies.waivers import PAIRS, first_day
from services.notify.telling import tell as tell_people
from services.ruling.approvers import require_approver
from services.starting import require_state
from services.usecases.ask_waiver import check_days, hand_of, line, tell
from services.usecases.publish_notice import Draft, publish_draft
from services.usecases.waiver_errors import BadWaiver, WaiverHand, WaiverOver
from services.work import Work
from tenants.rows import BureauEntry
from tenants.stores import bureaus, waiver_uses, waivers
from tenants.waiver_rows import HeldWaiver, Waiver


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the first hand says: for it, from when to when; never more days than asked for.

    Attributes:
        words: the opinion, for the one who approves. since, until: None leaves the day as asked.
    """

    words: str
    since: date | None = None
    until: date | None = None


async def asked_of_us(work: Work) -> tuple[Waiver, ...]:
    """Every waiver bureaus directly below asked of the bureau acted for, the latest first."""
    work.require("waiver.read")
    return await waivers.asked_of(work.control, work.scope)


async def propose_waiver(work: Work, id: UUID, opinion: Opinion) -> Waiver:
    """Be for it, as the superior's first hand.

    Raises:
        Missing: not asked of the bureau acted for. WrongState: proposed or decided already.
        WaiverHand: asked for, or for, oneself. BadWaiver: days not within those asked for; no opinion.
    """
    work.require("waiver.propose")
    found = await waivers.put_to(work.control, work.scope, id)
    require_state("waiver.propose", found.state)
    _refuse_hands(work, found.asked_by, found.subject)
    said = line(opinion.words, "意见")
    since, until = _within(found, opinion, work.today)
    async with work.inside(found.bureau) as there:
        await waivers.propose(there.control, there.scope, id, hand_of(work), since, until, said)
    made = await _told(work, "waiver.propose", found, said)
    await tell_people(work, "approval.waiting", act="waiver.approve")
    return made


async def refuse_waiver(work: Work, id: UUID, why: str) -> Waiver:
    """Refuse it, with a reason the bureau reads.

    Raises:
        Missing, WrongState: as above. BadWaiver: no reason.
    """
    work.require("waiver.refuse")
    found = await waivers.put_to(work.control, work.scope, id)
    require_state("waiver.refuse", found.state)
    said = line(why, "理由")
    async with work.inside(found.bureau) as there:
        await waivers.refuse(there.control, there.scope, id, hand_of(work), said)
    return await _told(work, "waiver.refuse", found, said)


def waiver_text(row: Waiver) -> str:
    """What is granted, in one line: who confirms reads it, and the act carries it."""
    pairs = "；".join(PAIRS[pair]["zh"] for pair in row.pairs)
    return f"{row.bureau} {row.name}（{row.subject}）：{pairs}；{row.since} 至 {row.until}"


async def approve_waiver(work: Work, id: UUID, text: str = "") -> Waiver:
    """Grant it as proposed, from today at the earliest; it is public at once.

    Args:
        text: `waiver_text` as it was read; "" where the id alone was confirmed.

    Raises:
        BadWaiver: another text was read.
        Missing: not asked of the bureau acted for. WrongState: not proposed, or decided already.
        WaiverHand: proposed, asked for, or for, oneself. WaiverOver: its last day has passed.
        NotTheApprover: leaders are entered, and this is none of them.
    """
    work.require("waiver.approve")
    await require_approver(work)
    found = await waivers.put_to(work.control, work.scope, id)
    require_state("waiver.approve", found.state)
    _refuse_hands(work, found.asked_by, found.subject, found.proposed_by or "")
    if text and text != waiver_text(found):
        raise BadWaiver(text[:60], need=f"与申请一致：{waiver_text(found)}")
    if found.until < work.today:
        raise WaiverOver(found.until.isoformat())
    above = await bureaus.get(work.control, work.scope.bureau)
    async with work.inside(found.bureau) as there:
        since = first_day(found.since, work.today)
        await waivers.approve(there.control, there.scope, id, hand_of(work), since)
        made = await waivers.get(there.control, there.scope, found.bureau, id)
        await waiver_uses.copy(there.db, there.scope, _copy_of(made))
        await publish_draft(there, await _notice(there, made, above))
    return await _told(work, "waiver.approve", found)


def _refuse_hands(work: Work, *hands: str) -> None:
    if work.principal.subject in hands:
        raise WaiverHand(work.principal.name)


def _within(found: Waiver, opinion: Opinion, today: date) -> tuple[date, date]:
    since, until = opinion.since or found.since, opinion.until or found.until
    if since < found.since or until > found.until:
        raise BadWaiver(f"{since} – {until}", need=f"不超出申请的 {found.since} 至 {found.until}")
    check_days(max(since, today), until, today)  # asked for some days ago: it begins when it is granted
    return since, until


async def _told(work: Work, action: str, before: Waiver, why: str = "") -> Waiver:
    """The waiver as it stands now; the step in both journals, the bureau's and its superior's."""
    async with work.inside(before.bureau) as there:
        made = await waivers.get(there.control, there.scope, before.bureau, before.id)
        await tell(there, action, made, before, why)
    await tell(work, action, made, before, why)
    return made


def _copy_of(made: Waiver) -> HeldWaiver:
    if made.proposed_by is None or made.approved_by is None or made.approved_at is None:
        raise ValueError(f"not granted: {made.id}")
    return HeldWaiver(
        bureau=made.bureau,
        id=made.id,
        above=made.above,
        subject=made.subject,
        name=made.name,
        pairs=made.pairs,
        since=made.since,
        until=made.until,
        reason=made.reason,
        staff=made.staff,
        asked_by=made.asked_by,
        proposed_by=made.proposed_by,
        approved_by=made.approved_by,
        approved_at=made.approved_at,
        public_at=made.approved_at,
    )


async def _notice(there: Work, made: Waiver, above: BureauEntry) -> Draft:
    """The public notice: which duties, why, how long, who decided; no person."""
    simulated = there.app.clock.simulated
    name = (await bureaus.get(there.control, made.bureau)).name
    row = {
        "bureau": made.bureau,
        "above": above.code,
        "above_name": above.name,
        "pairs": list(made.pairs),
        "since": made.since.isoformat(),
        "until": made.until.isoformat(),
        "reason": made.reason,
        "staff": made.staff,
        "approved_on": there.today.isoformat(),
        "simulated": simulated,
    }
    title = f"{'【模拟】' if simulated else ''}{name}职责豁免公示"
    return Draft(made.id, "waiver", title, public_view("waiver", row), made.bureau)
