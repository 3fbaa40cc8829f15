"""A bureau chooses its own ratio: proposed, previewed, approved by a second person, in the public log."""

from datetime import date, timedelta
from itertools import count

import pytest

from policies.access_errors import StepUpNeeded
from policies.errors import Forbidden, Missing
from policies.rulebook.law_errors import FloatRefused, LawProblem, MissingBasis
from policies.rulebook.rule_changes import rules_hash
from policies.rulebook.rule_errors import BelowOwnText
from services.ruling.rule_choice_errors import NotChoosable, NothingChanges, WhyMissing
from services.ruling.rule_proposals import Proposal
from services.ruling.ruleset import rules_for
from services.usecases.approve_rule import approve_rule
from services.usecases.preview_rule import preview_rule
from services.usecases.propose_rule import propose_rule
from services.usecases.withdraw_rule import withdraw_rule
from tenants import journal
from tenants.errors import SameHand, SecondChoice, WrongState
from tenants.stores import choices, log

from . import ceremony as c

_numbers = count(1)
FACTORS = {
    "staff": "在编在岗 12 人", "area": "全县", "sources": "60 家", "compliance": "问题 3 起",
    "quality": "达标", "complaints": "5 件",
}  # fmt: skip
COUNTY = "411721"
DAY = date(2026, 1, 1)


def proposal(key="rate.key", value="{base: share, value: 1/2, per: quarter}", **more):
    base = {"effective": DAY, "text": "本局2026年度抽查比例确定单", "clause": "一", "factors": FACTORS}
    return Proposal(key, value, **{**base, **more})


@pytest.fixture
async def app(pg_server, new_home):
    name = f"rules_flow_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def admin(app, bureau=COUNTY):
    return c.acting(app, bureau, "bureau_admin")


def head(app, bureau=COUNTY):
    return c.acting(app, bureau, "bureau_head")


async def propose(app, order, bureau=COUNTY):
    async with app.work(admin(app, bureau)) as work:
        return await propose_rule(work, order)


async def approve(app, row, bureau=COUNTY):
    async with app.work(head(app, bureau)) as work:
        return await approve_rule(work, row.id)


async def rules_on(app, on, bureau=COUNTY, **more):
    async with app.work(admin(app, bureau), read_only=True) as work:
        return await rules_for(work, bureau, on=on, **more)


async def test_a_choice_counts_once_a_second_person_approves_it(app):
    await c.plan(app, COUNTY)
    async with app.work(admin(app)) as work:
        tried = await preview_rule(work, proposal(), 2026)
        assert await choices.all_of(work.db, work.scope, COUNTY) == ()
    (effect,) = tried.effects
    assert (effect.source, effect.year, effect.subject) == ("plan", 2026, COUNTY)
    assert effect.before and effect.after and effect.lines
    assert all(line["after"] >= line["before"] for line in effect.lines)
    kept = (await propose(app, proposal())).row
    assert (await rules_on(app, DAY)).value("rate.key").origin == "law"
    with pytest.raises(SecondChoice):
        await propose(app, proposal(value="{base: share, value: 1/3, per: quarter}"))
    done = await approve(app, kept)
    after, before = await rules_on(app, DAY), await rules_on(app, DAY - timedelta(days=1))
    assert after.value("rate.key").origin == "choice" and before.value("rate.key").origin == "law"
    assert dict(after.value("rate.key").factors) == FACTORS
    assert done.h == rules_hash(after.as_dict()).hex() and done.row.state == "approved"
    await logged(app, done, kept)
    with pytest.raises(WrongState):
        await approve(app, kept)


async def logged(app, done, kept):
    """The log entry, the kept rules behind its hash, and the journal rows stand together."""
    async with app.work(admin(app), read_only=True) as work:
        entry = (await log.entries(work.control, done.index, done.index + 1))[0].entry
        assert entry["t"] == "rules" and entry["bureau"] == COUNTY and entry["h"] == done.h
        whole = await choices.composed(work.db, work.scope, COUNTY, kept.id)
        assert rules_hash(whole).hex() == done.h
        rows = [e for e in await journal.entries(work.db, work.scope, COUNTY) if str(kept.id) in e.target]
    assert [e.action for e in rows] == ["rules.choose", "rules.approve"]
    assert rows[1].after["log"] == done.index


@pytest.mark.parametrize(
    ("order", "fault"),
    [
        (proposal(value="{base: share, value: 1/10, per: quarter}"), BelowOwnText),
        (proposal(value="{base: share, value: 0.25, per: quarter}"), FloatRefused),
        (proposal(value={"base": "share", "value": 0.25, "per": "quarter"}), FloatRefused),
        (proposal(value="{base: share"), LawProblem),
        (proposal(factors={}), MissingBasis),
        (proposal(factors={**FACTORS, "area": " "}), MissingBasis),
        (proposal(text=" "), MissingBasis),
        (proposal(mark="quoted", quote="每季度抽查"), LawProblem),
        (proposal("law.duty.certificates", "一人即可"), NotChoosable),
        (proposal("rate.everything", "1"), NotChoosable),
        (proposal("team.size", 1), LawProblem),
        (proposal(until=date(2020, 1, 1)), LawProblem),
        (proposal("plan.deadline", "12-31", factors={}), NothingChanges),
        (proposal(subject="150203"), Missing),
    ],
)
async def test_what_is_refused(app, order, fault):
    if fault is NothingChanges:
        order = await same_again(app)
    with pytest.raises(fault):
        await propose(app, order)
    async with app.work(admin(app), read_only=True) as work:
        assert [r for r in await choices.all_of(work.db, work.scope, COUNTY) if r.state == "proposed"] == []


async def same_again(app):
    """A proposal that a newer choice stands above."""
    newer = proposal("team.size", 3, factors={}, effective=date(2025, 12, 10))
    await approve(app, (await propose(app, newer)).row)
    return proposal("team.size", 4, factors={}, effective=date(2025, 12, 1))


async def test_two_people_a_second_factor_and_a_role(app):
    both = c.acting(app, COUNTY, "bureau_admin", "bureau_head", post="both")
    async with app.work(both) as work:
        row = (await propose_rule(work, proposal())).row
        with pytest.raises(SameHand):
            await approve_rule(work, row.id)
    weak = head(app)
    weak = type(weak)(weak.subject, weak.name, weak.bureau, weak.roles, 1, weak.auth_time)
    for who, fault in ((weak, StepUpNeeded), (admin(app), Forbidden), (c.drawer(app, COUNTY), Forbidden)):
        with pytest.raises(fault):
            async with app.work(who) as work:
                await approve_rule(work, row.id)
    with pytest.raises(Missing):
        async with app.work(head(app, "150203")) as work:
            await approve_rule(work, row.id)
    with pytest.raises(Forbidden):
        async with app.work(c.drawer(app, COUNTY)) as work:
            await propose_rule(work, proposal())
    assert (await approve(app, row)).row.approved_by == head(app).subject


async def test_a_proposal_is_withdrawn_with_trace_and_proposed_again(app):
    row = (await propose(app, proposal())).row
    async with app.work(head(app)) as work:
        with pytest.raises(WhyMissing):
            await withdraw_rule(work, row.id, " ")
        gone = await withdraw_rule(work, row.id, "比例偏低")
    assert (gone.state, gone.withdrawn_why, gone.withdrawn_by) == ("withdrawn", "比例偏低", head(app).subject)
    with pytest.raises(WrongState):
        await approve(app, row)
    again = (await propose(app, proposal(value="{base: share, value: 3/10, per: quarter}"))).row
    await approve(app, again)
    with pytest.raises(WrongState):
        async with app.work(head(app)) as work:
            await withdraw_rule(work, again.id, "反悔")
    async with app.work(admin(app), read_only=True) as work:
        kept = await choices.all_of(work.db, work.scope, COUNTY)
    assert [r.state for r in kept] == ["withdrawn", "approved"]


async def test_its_own_text_that_undercuts_a_parent_is_warned_about(app):
    """The text says 20 %, the parent's floor is 25 %: lawful, cited, shown with every preview."""
    tried = await propose(app, proposal(value="{base: share, value: 22%, per: quarter}"))
    (warning,) = [w for w in tried.tried.after.warnings if "重点" in w.zh]
    assert warning.code == "below_parent_floor" and len(warning.basis) == 2
    approved = await approve(app, tried.row)
    assert warning.zh in {w.zh for w in approved.warnings}


async def test_a_city_chooses_for_one_district(app):
    await c.plan(app, "150200")
    order = proposal(value="{base: share, value: 1/8, per: quarter}", subject="150203")
    tried = await propose(app, order, "150200")
    assert [e.subject for e in tried.effects] == ["150203"]
    await approve(app, tried.row, "150200")
    over = await rules_on(app, DAY, "150200", subject="150203")
    assert over.value("rate.key").origin == "choice"
    assert (await rules_on(app, DAY, "150200")).value("rate.key").origin == "law"
