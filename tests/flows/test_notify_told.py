"""Who is told of what: by acts, by the day, over bureaus; and the key behind it when it is rotated."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from policies.terms import Principal
from services.clock import SimulatedClock
from services.demo.granting import give
from services.notify.daily import tell_of_day
from services.notify.reach import Reach, Target
from services.notify.telling import tell
from services.usecases.keep_channel import NewChannel, keep_channel
from services.usecases.rewrap_keys import rewrap_bureau, rotate_bureau
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import notify_channels

from . import ceremony as c
from .notifying import (
    LOOPBACK,
    MAIL,
    XP,
    admin,
    choose,
    log_of,
    mail_channel,
    robot,
    rounds,
    try_out,
)

PLANNED = c.PLANNED.date()
DISPATCHED = (  # two visits of one draw, of the officer whose login is the drawer's
    "insert into draw (bureau, draw_no, subject, item, kind, period, state, authority, created_at,"
    " created_by, summary, drawn_by, drawn_at) values (:b, 1000001, :b, 'routine', 'routine', '2026Q1',"
    " 'drawn', 'platform', :at, 'x', '{}', 'x', :at)",
    "insert into task (bureau, draw_no, slot, blob, state, drawn_by, visit_on, dispatched_at,"
    " dispatched_by, row_mark)"
    " select :b, 1000001, n, '', 'dispatched', 'x', :day, :at, 'y', '' from generate_series(1, 3) n",
    "insert into assignment (bureau, draw_no, slot, certificate, n, lead, from_day) select :b, 1000001, n,"
    " :b || case when n < 3 then '0002' else '0004' end, 0, true, :day from generate_series(1, 3) n",
)


@pytest.fixture
def app(notified):
    return notified


async def give_role(app, who: Principal, role: str) -> None:
    scope = Scope.own(who.bureau, "system")
    async with app.database.several(scope) as unit:
        await give(unit.control, scope, Membership(who.bureau, who.subject, role, "某人", date(2020, 1, 1)))


async def told(app, bureau: str = XP) -> list[tuple[str, str, str]]:
    return sorted(
        (one.message.event, one.message.subject, one.message.kind) for one in await log_of(app, bureau)
    )


async def test_an_act_tells_who_acts_next_and_the_superiors_people(pg_server, new_home, box, hook) -> None:
    """A plan and a draw: their messages stand in their bureaus, name nobody, and are made once."""
    async with c.small_deployment(pg_server.superuser_dsn, new_home("told"), "told") as opened:
        reach = Reach((Target("localhost", box.port, True), Target("localhost", hook.port, True)), LOOPBACK)
        settings = replace(opened.settings, notify_reach=reach)
        app = replace(opened, settings=settings, wall=SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC)))
        await mail_channel(app, box)
        await robot(app, hook, "wecom", "draw.prepared")
        upper = c.acting(app, "411700", "bureau_admin")
        async with app.work(upper) as work:
            form = MAIL | {"host": "localhost", "port": str(box.port), "account": ""}
            await keep_channel(work, NewChannel("mail", form))
        auditor, witness = c.acting(app, "411700", "city_auditor"), c.witness(app, XP)
        second = c.acting(app, XP, "drawer", post="second")
        for who, role in ((auditor, "city_auditor"), (witness, "witness"), (second, "drawer")):
            await give_role(app, who, role)
        await give_role(app, c.drawer(app, XP), "drawer")
        await choose(app, auditor, mail="a@city.example", events={"filing.received": "mail"})
        await choose(
            app, witness, mail="w@city.example", events={"draw.prepared": "mail", "draw.today": "mail"}
        )
        for who in (second, c.drawer(app, XP)):
            await choose(app, who, mail="d@xiping.example", events={"draw.prepared": "mail"})
        await c.plan(app, XP)
        await c.prepare(app, XP)
        await rounds(app)
        await rounds(app, "411700")
        prepared = "draw.prepared"
        assert await told(app) == [(prepared, "", "wecom"), (prepared, second.subject, "mail")]
        assert await told(app, "411700") == [
            ("draw.prepared", witness.subject, "mail"),
            ("filing.received", auditor.subject, "mail"),
        ]
        letters = {letter["To"]: letter.get_content() for letter in box.letters}
        assert "2025-12-30 10:00" in letters["w@city.example"]
        assert [body["text"]["content"].count("10:00") for _, _, body in hook.asked] == [0]
        names = [f"模拟企业{n}" for n in range(60)] + [f"{XP}S00", "模拟人员", "模拟路"]
        said = "".join(letters.values()) + str(hook.asked)
        assert len(letters) == 3 and not [name for name in names if name in said]
        await the_day_tells(app, witness, box)


async def the_day_tells(app, witness: Principal, box) -> None:
    """The same day asked twice tells once; certificates by their last day, once to each."""
    keeper = c.acting(app, XP, "registry_keeper")
    await give_role(app, keeper, "registry_keeper")
    await choose(app, keeper, mail="k@xiping.example", events={"certificate.staff": "mail"})
    async with app.database.unit(Scope.own(XP, "x")) as db:
        day = c.BEACON.date() + timedelta(30)
        await db.execute(
            text("update officer set valid_until = :day, person = :who where certificate = :one"),
            {"day": day, "who": witness.subject, "one": f"{XP}0005"},
        )
    app.clock.set(c.BEACON - timedelta(hours=1))
    for _ in range(2):
        await tell_of_day(app, XP)
        await rounds(app)
    staff = [one.message for one in await log_of(app) if one.message.event == "certificate.staff"]
    assert [one.facts for one in staff] == [{"count": 2, "day": "2026-01-29"}]
    assert staff[0].state == "sent"


async def test_who_is_dispatched_hears_of_the_own_visits_only(app, box) -> None:
    await mail_channel(app, box)
    mine, other = c.acting(app, XP, "inspector", post="drawer"), c.acting(app, XP, "inspector", post="other")
    for who in (mine, other):
        await choose(app, who, mail="o@xiping.example", events={"task.waiting": "mail"})
    async with app.database.unit(Scope.own(XP, "x")) as db:
        for statement in DISPATCHED:
            await db.execute(text(statement), {"b": XP, "at": app.clock.now(), "day": PLANNED})
    async with app.work(admin(app)) as work:
        await tell(work, "task.waiting")
    await rounds(app)
    waiting = [one.message for one in await log_of(app) if one.message.event == "task.waiting"]
    assert [(one.subject, one.facts) for one in waiting] == [(mine.subject, {"count": 2})]
    assert "您有 2 项检查任务待接收" in box.letters[-1].get_content()
    await tell_of_day(app, XP)  # dispatched today: the act has told it
    await rounds(app)
    assert len([one for one in await log_of(app) if one.message.event == "task.waiting"]) == 1


async def test_a_rotated_key_takes_the_channels_along(app, box) -> None:
    channel = await mail_channel(app, box)
    await choose(app, admin(app), mail="admin@xiping.example")
    assert await rotate_bureau(app, XP)
    async with app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        old = await notify_channels.wrapped(db, Scope.own(XP, "x"))
        assert old is not None and not await app.keys.fresh(XP, old)
    found = await rewrap_bureau(app, XP)
    assert found.done >= 1 and found.before >= 0
    await try_out(app, channel.id)
    await rounds(app)
    assert len(box.letters) == 1
    async with app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        new = await notify_channels.wrapped(db, Scope.own(XP, "x"))
        assert new is not None and new != old and await app.keys.fresh(XP, new)
