"""The arrival is noted once, by two officers on the spot; before it there is no notice of the visit."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from policies.visiting.visit_errors import RecordRefused, TooFewOfficers
from policies.visiting.visits import Fix
from services.usecases.arrive import arrive, visit_notice
from services.usecases.review_visit import review_visit
from services.visiting.arrival_errors import NotArrived
from services.visiting.visit_errors import AlreadyRecorded, NotYours
from services.work import App
from tenants import journal
from tenants.stores import tasks

from . import ceremony as c
from . import fieldwork as f
from .test_visit_files import ready

XP = "411721"
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"arriving_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def near(app: App) -> Fix:
    return Fix(114.02, 33.38, 15, app.clock.now())


async def note(app: App, n: int, no: int, present: tuple[str, ...], fix: Fix | None, reason: str = ""):
    async with app.work(f.inspector(app, XP, n)) as work:
        return await arrive(work, no, 0, present, fix, reason)


async def notice(app: App, n: int, no: int):
    async with app.work(f.inspector(app, XP, n)) as work:
        return await visit_notice(work, no, 0)


async def test_no_notice_before_two_valid_officers_stood_at_the_site(app: App) -> None:
    no, team = await ready(app)
    with pytest.raises(NotArrived):
        await notice(app, 2, no)
    with pytest.raises(TooFewOfficers):
        await note(app, 2, no, team[:1], near(app))
    for wrong in ((*team, f.cert(XP, 5)), team[1:]):
        with pytest.raises(RecordRefused):
            await note(app, 2, no, wrong, near(app))
    with pytest.raises(RecordRefused):
        await note(app, 2, no, team, None)
    with pytest.raises(NotYours):
        await note(app, 5, no, team, near(app))
    first = await note(app, 2, no, team, near(app))
    assert first.position["inside"] and [one["certificate"] for one in first.officers] == list(team)
    again = await note(app, 4, no, team, None, "手机没有定位")
    assert (again.at, again.by) == (first.at, first.by), "the first note stands"
    said = await notice(app, 4, no)
    assert said.arrival == again and said.basis and said.site["name"] and "phone" not in said.site
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        (task, *_) = [one for one in await tasks.of_draw(work.db, work.scope, XP, no) if one.slot == 0]
        rows = await journal.entries(work.db, work.scope, XP)
    assert task.state == "arrived"
    assert len([one for one in rows if one.target.endswith("/arrival")]) == 1
    with pytest.raises(NotYours):
        await notice(app, 5, no)


async def test_the_record_follows_and_an_arrival_comes_too_late_for_a_visit_that_is_over(app: App) -> None:
    no, team = await ready(app)
    await note(app, 2, no, team, near(app))
    done = await f.record(app, XP, 2, no, 0, f.form(app, *team))
    assert (await notice(app, 2, no)).arrival.officers, "what was handed out can be printed again"
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        await review_visit(work, done.visit_id, accept=False, note="补正")
    await f.record(app, XP, 2, no, 0, f.form(app, *team, narrative="补正后的记录。"))


async def test_a_visit_recorded_without_a_noted_arrival_gets_none_afterwards(app: App) -> None:
    no, team = await ready(app)
    await f.record(app, XP, 2, no, 0, f.form(app, *team))
    with pytest.raises(AlreadyRecorded):
        await note(app, 2, no, team, near(app))
    with pytest.raises(NotArrived):
        await notice(app, 2, no)
