"""An approved choice is revoked before its day, by two people; what is in force never is."""

from datetime import UTC, date, datetime
from itertools import count

import pytest
from sqlalchemy import text

from policies.errors import Forbidden, Missing
from policies.rulebook.rule_changes import rules_hash
from policies.rulebook.rule_errors import BelowOwnText
from services.ruling.rule_choice_errors import NotRevocable, WhyMissing
from services.ruling.rule_proposals import Proposal
from services.ruling.ruleset import rules_for
from services.usecases.approve_rule import approve_rule
from services.usecases.propose_rule import propose_rule
from services.usecases.revoke_rule import approve_revocation, propose_revocation, withdraw_revocation
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.scope import Scope
from tenants.stores import choices, log, revocations

from . import ceremony as c

_numbers = count(1)
COUNTY = "411721"
AHEAD, PAST = date(2026, 4, 1), date(2025, 12, 1)


def proposal(key="team.size", value=3, effective=AHEAD, **more):
    return Proposal(key, value, effective, "本局决定（虚构）", "一", **more)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"revocations_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def admin(app, bureau=COUNTY):
    return c.acting(app, bureau, "bureau_admin")


def head(app, bureau=COUNTY):
    return c.acting(app, bureau, "bureau_head")


async def in_force(app, order):
    async with app.work(admin(app)) as work:
        row = (await propose_rule(work, order)).row
    async with app.work(head(app)) as work:
        return (await approve_rule(work, row.id)).row


async def asked(app, row, why="文号登记有误"):
    async with app.work(admin(app)) as work:
        (one,) = await propose_revocation(work, [row.id], why)
    return one


async def test_a_choice_ahead_is_revoked_by_two_people_and_logged(app):
    row = await in_force(app, proposal())
    one = await asked(app, row)
    async with app.work(admin(app), read_only=True) as work:
        assert (await rules_for(work, COUNTY, on=AHEAD)).integer("team.size") == 3
    async with app.work(head(app)) as work:
        done = await approve_revocation(work, [one.id])
    async with app.work(admin(app), read_only=True) as work:
        after = await rules_for(work, COUNTY, on=AHEAD)
        assert after.integer("team.size") == 2 and rules_hash(after.as_dict()).hex() == done.h
        entry = (await log.entries(work.control, done.index, done.index + 1))[0].entry
        assert entry["t"] == "rules" and entry["h"] == done.h
        kept = await choices.get(work.db, work.scope, COUNTY, row.id)
        assert kept.state == "revoked" and kept.approved_by == head(app).subject
        told = [e for e in await journal.entries(work.db, work.scope, COUNTY) if str(row.id) in e.target]
    assert [e.action for e in told] == ["rules.choose", "rules.approve", "rules.choose", "rules.approve"]
    assert told[-1].after["revoked"] is True and told[-1].why == "文号登记有误"
    again = await in_force(app, proposal(value=4))  # the day is free again
    assert again.state == "approved"


async def test_what_is_in_force_or_open_is_never_revoked(app):
    past = await in_force(app, proposal(effective=PAST))
    today = await in_force(app, proposal("candidates.min", 4, effective=date(2025, 12, 15)))
    async with app.work(admin(app)) as work:
        open_ = (await propose_rule(work, proposal(value=5, effective=AHEAD))).row
    for row in (past, today, open_):
        with pytest.raises(NotRevocable):
            await asked(app, row)
    row = await in_force(app, proposal("cap.visits", 1))
    one = await asked(app, row)
    app.clock.set(datetime(2026, 4, 1, 1, tzinfo=UTC))  # its day comes while the proposal waits
    with pytest.raises(NotRevocable):
        async with app.work(head(app)) as work:
            await approve_revocation(work, [one.id])


async def test_two_hands_a_reason_and_a_role(app):
    row = await in_force(app, proposal())
    with pytest.raises(WhyMissing):
        await asked(app, row, " ")
    with pytest.raises(Forbidden):
        async with app.work(c.drawer(app, COUNTY)) as work:
            await propose_revocation(work, [row.id], "越权")
    with pytest.raises(Missing):
        async with app.work(admin(app, "150203")) as work:
            await propose_revocation(work, [row.id], "别的单位")
    both = c.acting(app, COUNTY, "bureau_admin", "bureau_head", post="both")
    async with app.work(both) as work:
        (one,) = await propose_revocation(work, [row.id], "一人包办")
        with pytest.raises(SameHand):
            await approve_revocation(work, [one.id])
    with pytest.raises(WrongState):
        await asked(app, row)
    async with app.work(head(app)) as work:
        (kept,) = await withdraw_revocation(work, [one.id], "仍按期执行")
    assert kept.state == "withdrawn"
    second = await asked(app, row)
    async with app.work(admin(app), read_only=True) as work:
        states = [one.state for one in await revocations.all_of(work.db, work.scope, COUNTY)]
    assert states == ["withdrawn", "proposed"]
    async with app.work(head(app)) as work:
        await approve_revocation(work, [second.id])
        with pytest.raises(WrongState):
            await approve_revocation(work, [second.id])


async def test_a_text_that_a_choice_leans_on_stays(app):
    """Without the newer text the older one binds again, and a choice made under the newer is below it."""
    first = proposal("cap.visits", 2, effective=PAST, mark="stated", quote="每年不超过2次（虚构）。")
    await in_force(app, first)
    newer = proposal(
        "cap.visits", 4, effective=date(2026, 2, 1), mark="stated", quote="每年不超过4次（虚构）。"
    )
    row = await in_force(app, newer)
    await in_force(app, proposal("cap.visits", 3, effective=AHEAD))
    with pytest.raises(BelowOwnText):
        await asked(app, row)


async def test_the_database_keeps_it_too(app):
    """Raw SQL of the application's role: no revocation without a second hand, none of the past."""
    row = await in_force(app, proposal())
    past = await in_force(app, proposal("candidates.min", 4, effective=PAST))
    scope = Scope.own(COUNTY, "raw")
    revoke = "update rule_choice set revoked_at = '2025-12-15T03:00Z' where id = :id"
    for one in (row, past):
        with pytest.raises(WrongState):
            async with app.database.unit(scope) as db:
                await db.execute(text(revoke), {"id": one.id})
    insert = (
        "insert into rule_revocation (bureau, id, choice, why, proposed_by, at, approved_by, approved_at)"
        " values (:bureau, gen_random_uuid(), :id, '', 'a', now(), :by, now())"
    )
    with pytest.raises(SameHand):
        async with app.database.unit(scope) as db:
            await db.execute(text(insert), {"bureau": COUNTY, "id": row.id, "by": "a"})
    with pytest.raises(WrongState):
        async with app.database.unit(scope) as db:
            await db.execute(text(insert), {"bureau": COUNTY, "id": past.id, "by": "b"})
            await db.execute(text(revoke), {"id": past.id})
    async with app.database.unit(scope) as db:
        await db.execute(text(insert), {"bureau": COUNTY, "id": row.id, "by": "b"})
        await db.execute(text(revoke), {"id": row.id})
    for change in ("revoked_at = null", "revoked_at = '2025-12-16T03:00Z'"):
        with pytest.raises(WrongState):
            async with app.database.unit(scope) as db:
                await db.execute(text(f"update rule_choice set {change} where id = :id"), {"id": row.id})
