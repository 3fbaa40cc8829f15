"""First step of a draw: its number, its dates, and the platform's own commitment. Basis: rd1 §2, §3."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from policies.planning.deadlines import Calendar, draw_window
from policies.planning.result_clocks import reveal_deadline
from policies.rd1.canonical import suite_of
from policies.rd1.freeze import commitment
from policies.rd1.manifests import KINDS
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.clock import CHINA
from services.drawing.authority import refuse_platform
from services.drawing.draw_errors import BadDates, BadOrder, OutsideWindow, SecondDraw
from services.drawing.open_errors import RevealTooLate
from services.notify.telling import tell, tell_other
from services.outside.seal import escrow_context, seal_to
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import local, note, superior_of
from services.work import Work
from tenants import sealed
from tenants.records import WitnessKey
from tenants.rows import DrawIntent
from tenants.stores import draws

SUITES = {"sha256": 1, "sm3": 2}  # names of `draw.suite`; numbers of rd1 Notation


@dataclass(frozen=True, slots=True)
class PrepareDraw:
    """What is asked for.

    Attributes:
        subject: whose roster; another bureau's for an overlay.
        period: the quarter of the visits, e.g. "2026Q1".
        beacon_at: aware; lies in the draw window of the period.
        reveal_by: last day of secrecy; default, and latest, `days.reveal` working days after the period.
    """

    subject: str
    period: str
    beacon_at: datetime
    item: str = "routine-source"
    kind: str = "routine"
    reveal_by: date | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The number of the draw, and to whom the copies of secrets are sealed.

    Attributes:
        reused: the number is that of an unfrozen draw whose beacon's time had passed; commitments made for
            it stay, a secret made for that number is used again.
        suite: 1 (SHA-256) or 2 (SM3); devices commit to their secrets by it. A reused number keeps its own.
    """

    bureau: str
    draw_no: int
    platform_c: str
    superior: str
    escrow_public: bytes
    reveal_by: date
    reused: bool = False
    suite: int = 1


async def prepare_draw(work: Work, order: PrepareDraw) -> Prepared:
    """Open a draw, or give a new intent to the one that missed its beacon unfrozen.

    Numbers are frozen in order and never given back, so a draw left unfrozen would block all after it.

    Raises:
        OutsideWindow: `beacon_at` lies on a day the rules do not allow.
        BadDates: `beacon_at` is past, or secrecy would end before the period does; RevealTooLate, a kind of
            it: later than the rules allow.
        BadOrder: no such period or kind, or a roster that is not the bureau's to draw from.
        SecondDraw: a draw that is not void exists for the period.
        PlatformDecides: by the bureau's rules the platform draws.
        NoSuperiorKey: nobody could hold the copies.
    """
    work.require("draw.prepare")
    intent = await intent_of(work, order)
    await refuse_platform(work, intent.subject, intent.item, intent.period)
    superior = await superior_of(work, work.scope.bureau)
    await _only_one(work, intent)
    taken = await draws.take_over(work.db, work.scope, intent, work.now)
    suite = await _suite(work, intent, taken)
    draw_no = taken or await draws.prepare(
        work.db, work.scope, intent, work.now, work.principal.subject, suite
    )
    c = await _kept(work, taken) if taken else await _platform(work, draw_no, superior, suite)
    before = {"draw_no": taken}  # the unfrozen draw this one takes over, if any
    await note(work, "draw.prepare", draw_no, shown(intent) | {"suite": suite}, before=before)
    await _tell(work, intent, superior)
    public, last = superior.escrow_public or b"", intent.reveal_by or date.max
    return Prepared(work.scope.bureau, draw_no, c, superior.name, public, last, taken is not None, suite)


async def _tell(work: Work, intent: DrawIntent, superior: WitnessKey) -> None:
    """Who draws and who witnesses hear when; the witness is the superior's."""
    if intent.beacon_at is not None:
        at = intent.beacon_at.astimezone(CHINA)
        facts = {"day": at.date().isoformat(), "time": f"{at:%H:%M}"}
        await tell(work, "draw.prepared", **facts)
        if superior.bureau:
            await tell_other(work, superior.bureau, "draw.prepared", **facts)


async def intent_of(work: Work, order: PrepareDraw) -> DrawIntent:
    """The order with its names checked, and its dates against rules and clock."""
    period = _period(work, order)
    rules = await rules_for(work, work.scope.bureau, subject=order.subject, item=order.item)
    calendar = await calendar_for(work)
    within_window(rules, period, order.beacon_at, calendar)
    latest = reveal_deadline(rules, period, calendar)
    reveal_by = order.reveal_by or latest
    if order.beacon_at <= work.now or reveal_by < period.last:
        raise BadDates(f"{local(order.beacon_at)} / {reveal_by}", last=period.last)
    if reveal_by > latest:
        cite = rules.value("days.reveal").basis.cite()
        raise RevealTooLate(reveal_by, basis=cite, period=period, latest=latest)
    return DrawIntent(
        order.subject,
        order.item,
        order.kind,
        order.period,
        beacon_at=order.beacon_at.replace(microsecond=0),
        reveal_by=reveal_by,
    )


def _period(work: Work, order: PrepareDraw) -> Period:
    """The period, when kind and subject fit: a routine draw is over the own roster, others over one below."""
    fits = order.subject in work.scope.visible
    if (
        order.kind not in KINDS
        or not fits
        or (order.kind == "routine") != (order.subject == work.scope.bureau)
    ):
        raise BadOrder(f"{order.kind} {order.subject}")
    try:
        return Period.parse(order.period)
    except ValueError:
        raise BadOrder(order.period[:20]) from None


def shown(intent: DrawIntent) -> dict[str, Any]:
    """What the journal keeps of an intent."""
    names = ("subject", "item", "kind", "period", "beacon_at", "reveal_by")
    return {name: str(getattr(intent, name)) for name in names}


def within_window(rules: Rules, period: Period, at: datetime, calendar: Calendar) -> None:
    """Refuse a moment outside the bureau's draw window. Basis: obligation 19."""
    first, last = draw_window(rules, period, calendar)
    day = at.astimezone(CHINA).date()
    if not first <= day <= last:
        cite = rules.value("draw.window").basis.cite()
        raise OutsideWindow(day, basis=cite, period=period, first=first, last=last)


async def _only_one(work: Work, intent: DrawIntent) -> None:
    """Refuse a second draw; one that missed its beacon unfrozen does not stand in the way."""
    wanted = (intent.subject, intent.item, intent.kind)
    for other in await draws.of_period(work.db, work.scope, work.scope.bureau, intent.period):
        if other.state == "void" or (other.subject, other.item, other.kind) != wanted:
            continue
        if other.state != "prepared" or other.beacon_at is None or other.beacon_at > work.now:
            raise SecondDraw(intent.period, draw_no=other.draw_no)


async def _suite(work: Work, intent: DrawIntent, taken: int | None) -> int:
    """The suite the bureau chose; that of the commitments when there are some already."""
    if taken:
        return (await draws.get(work.db, work.scope, work.scope.bureau, taken)).suite
    rules = await rules_for(work, work.scope.bureau, subject=intent.subject, item=intent.item)
    return SUITES[rules.text("draw.suite")]


async def _kept(work: Work, draw_no: int) -> str:
    """The platform's commitment of a draw prepared before."""
    kept = await draws.commits(work.db, work.scope, work.scope.bureau, draw_no)
    return next(commit.c for commit in kept if commit.role == "platform")


async def _platform(work: Work, draw_no: int, superior: WitnessKey, suite: int) -> str:
    """The platform's secret: kept sealed with the draw's data key, a copy sealed to the superior."""
    bureau, key = work.scope.bureau, secrets.token_bytes(32)
    public = superior.escrow_public or b""
    c = commitment(suite_of(suite), bureau, draw_no, "platform", key).hex()
    copy = seal_to(public, key, escrow_context(bureau, draw_no, "platform"))
    await draws.keep_commit(
        work.db, work.scope, draw_no, "platform", c, copy, work.now, work.principal.subject
    )
    await sealed.keep_reveal(work.db, work.scope, work.app.keys, draw_no, "platform", key)
    return c
