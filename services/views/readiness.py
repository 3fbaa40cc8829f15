"""Before a freeze: every point that could stand in its way, read from what is kept. No site is named."""

from dataclasses import dataclass
from datetime import timedelta

from policies.planning.deadlines import draw_window
from policies.planning.freezing import beacon_kind
from policies.planning.readiness import Point, ReadyFacts, missing, readiness
from policies.rd1.urn import officer_cap
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.clock import CHINA
from services.drawing.draw_errors import NoSuperiorKey
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import superior_of
from services.usecases.invite_witness import invitation_state
from services.views.duty_bars import draw_bars
from services.work import Work
from tenants.rows import Draw
from tenants.stores import commits, differences, draws, evidence, invitations, officers, plans

SOON = timedelta(days=92)  # a certificate that ends within the next quarter is said ahead


@dataclass(frozen=True, slots=True)
class Readiness:
    """Data of the page: the points of a draw that is being prepared; none once its list is frozen."""

    draw_no: int
    state: str
    points: tuple[Point, ...]

    @property
    def missing(self) -> int:
        """How many points stand in the way."""
        return missing(self.points)


async def readiness_of(work: Work, draw_no: int) -> Readiness:
    """The points of a prepared draw of the bureau acted for; blank for who does not see its hands.

    Raises:
        Missing: no such draw.
    """
    work.require("draw.read")
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    points = readiness(await _facts(work, draw)) if draw.state == "prepared" else ()
    found = Readiness(draw_no, draw.state, points)
    return work.seen("draw.read").of("readiness", found)


async def _facts(work: Work, draw: Draw) -> ReadyFacts:
    period, bureau = Period.parse(draw.period), draw.bureau
    rules = await rules_for(work, bureau, subject=draw.subject, item=draw.item)
    calendar = await calendar_for(work, bureau)
    people = await officers.all_of(work.db, work.scope, bureau)
    free = [one for one in people if officer_cap(one, period, calendar=calendar)[0]]
    bars = await draw_bars(work, draw)
    invited = await invitations.of_draw(work.db, work.scope, bureau, draw.draw_no)
    seen = await differences.latest(work.db, work.scope, bureau, draw.draw_no)
    plan = await plans.latest(work.db, work.scope, bureau, period.year, approved_only=True)
    there = await work.at(draw.subject)
    special, unproven = await evidence.counts(there, work.scope, draw.subject, work.today)
    return ReadyFacts(
        planned=plan.approved_at if plan else None,
        now=work.now,
        beacon_at=draw.beacon_at,
        window=await _in_window(work, draw, rules, period),
        escrow=await _escrow(work, bureau),
        committed=frozenset(
            one.role for one in await commits.of_draw(work.db, work.scope, bureau, draw.draw_no)
        ),
        spoken=beacon_kind(rules, None) == "spoken",
        invited=sum(invitation_state(one, work.now) in ("open", "entered") for one in invited),
        officers=len(free),
        leads=sum(one.lead for one in free),
        team=rules.integer("team.size"),
        expired=sum(one.valid_until < period.last for one in people),
        soon=sum(period.last <= one.valid_until < period.last + SOON for one in people),
        drawers=len(bars.free) if bars else 0,
        barred=len(bars.barred) if bars else 0,
        mine=bool(bars and bars.of(work.principal.subject)),
        difference=seen.at if seen else None,
        special=special,
        unproven=unproven,
    )


async def _in_window(work: Work, draw: Draw, rules: Rules, period: Period) -> bool:
    if draw.beacon_at is None:
        return False
    first, last = draw_window(rules, period, await calendar_for(work))
    return first <= draw.beacon_at.astimezone(CHINA).date() <= last


async def _escrow(work: Work, bureau: str) -> bool:
    try:
        await superior_of(work, bureau)
    except NoSuperiorKey:
        return False
    return True
