"""An accepted record is amended by a new version, never changed: by whom, when, and what the chain says."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import text

from services.embedded import PostgresServer
from services.home import Home
from services.usecases.amend_visit import amend_visit
from services.usecases.follow_finding import link_case, note_corrected
from services.usecases.publish_notice import publish_results, withdraw_notice
from services.usecases.record_visit import Recorded
from services.usecases.review_visit import VisitFile, list_visits, read_visit, review_visit
from services.visiting.visit_errors import AmendsPublished, NoteMissing
from services.visiting.visit_forms import VisitForm
from services.work import App
from tenants.errors import SameHand, WrongState

from . import ceremony as c
from . import fieldwork as f
from .changing import dispatch
from .test_visit_flow import merge

KD, BT = "150203", "150200"
DAY = date(2026, 2, 11)
WHY = "总排口编号有误"
_numbers = count(1)


@pytest.fixture
async def app(pg_server: PostgresServer, new_home: Callable[[str], Home]) -> AsyncIterator[App]:
    name = f"amending_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def accept(app: App, visit: UUID, bureau: str = KD) -> None:
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        await review_visit(work, visit, accept=True)


async def amend(app: App, visit: UUID, why: str = WHY, bureau: str = KD) -> VisitFile:
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        return await amend_visit(work, visit, why)


async def read(app: App, visit: UUID, bureau: str = KD) -> VisitFile:
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        return await read_visit(work, visit)


async def recorded(app: App) -> tuple[int, VisitForm, Recorded]:
    draw_no = await f.drawn(app, KD, {5: (2, 4)})
    await dispatch(app, KD, draw_no, days=[DAY])
    f.at(app, DAY)
    given = f.faulty(app, f.cert(KD, 2), f.cert(KD, 4), due=DAY + timedelta(days=30))
    return draw_no, given, await f.record(app, KD, 2, draw_no, 0, given)


async def test_a_new_version_names_the_old_one_and_why(app: App) -> None:
    draw_no, given, first = await recorded(app)
    with pytest.raises(WrongState):
        await amend(app, first.visit_id)  # before the review it is simply returned
    await accept(app, first.visit_id)
    with pytest.raises(NoteMissing):
        await amend(app, first.visit_id, " ")
    async with app.work(c.acting(app, KD, "reviewer")) as work:
        await note_corrected(work, first.visit_id, 1, DAY)
        await link_case(work, first.visit_id, 1, "昆环罚〔2026〕1号")
    f.at(app, DAY + timedelta(days=2))
    assert (await amend(app, first.visit_id)).visit.state == "returned"
    (task,) = await f.tasks_of(app, KD, 2)
    assert task.returned and task.returned.review_note == WHY
    second = await f.record(app, KD, 2, draw_no, 0, replace(given, narrative="更正：二号总排口"))
    again = await f.record(app, KD, 2, draw_no, 0, replace(given, narrative="更正：二号总排口"))
    assert (second.repeated, again.repeated, again.visit_id) == (False, True, second.visit_id)
    assert second.orders != first.orders  # another order, not the old number with other words
    old, new = await read(app, first.visit_id), await read(app, second.visit_id)
    assert old.visit.record_sha256 == first.sha256 and "version" not in old.visit.form  # as it was sealed
    assert new.visit.form["version"] == 2 and new.visit.form["replaces"] == first.sha256
    assert new.visit.form["reason"] == WHY
    (kept,) = new.findings
    assert kept.corrected_at and kept.penalty_ref == "昆环罚〔2026〕1号"  # noted before, not lost
    await accept(app, second.visit_id)
    await amend(app, second.visit_id, "再次更正")
    third = await f.record(app, KD, 2, draw_no, 0, replace(given, narrative="三"))
    assert (await read(app, third.visit_id)).visit.form["version"] == 3
    async with app.work(c.acting(app, KD, "bureau_head")) as work:
        noted = await work.db.scalars(text("select why from journal where action = 'visit.amend' order by n"))
    assert [*noted] == [WHY, "再次更正"]


async def test_neither_its_author_nor_over_a_public_result(app: App) -> None:
    _, _, first = await recorded(app)
    await accept(app, first.visit_id)
    author = f.inspector(app, KD, 2)
    both = type(author)(
        author.subject, author.name, KD, frozenset({"inspector", "reviewer"}), 2, author.auth_time, ""
    )
    async with app.work(both) as work:
        with pytest.raises(SameHand):
            await amend_visit(work, first.visit_id, WHY)
    async with app.work(c.acting(app, KD, "publisher")) as work:
        (notice,) = await publish_results(work, f.Q1)
    with pytest.raises(AmendsPublished):
        await amend(app, first.visit_id)
    async with app.work(c.acting(app, KD, "publisher")) as work:
        await withdraw_notice(work, notice.id, "记录有误")
    assert (await amend(app, first.visit_id)).visit.state == "returned"


async def test_both_sides_of_a_joint_visit_or_none(app: App) -> None:
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    await merge(app, city, KD, district)
    await dispatch(app, KD, district, days=[DAY])
    await dispatch(app, BT, city)
    f.at(app, DAY)
    everyone = (f.cert(KD, 4), f.cert(KD, 5), f.cert(BT, 2), f.cert(BT, 4))
    given = f.form(app, *everyone)
    first = await f.record(app, KD, 4, district, 0, given)
    await accept(app, first.visit_id)
    async with app.work(c.acting(app, BT, "reviewer")) as work:
        side = (await list_visits(work, f.Q1))[0].id
        await review_visit(work, side, accept=True)
    async with app.work(c.acting(app, BT, "publisher")) as work:
        (notice,) = await publish_results(work, f.Q1)
    with pytest.raises(AmendsPublished):
        await amend(app, first.visit_id)
    assert (await read(app, first.visit_id)).visit.state == "accepted"  # nothing half done
    async with app.work(c.acting(app, BT, "publisher")) as work:
        await withdraw_notice(work, notice.id, "记录有误")
    await amend(app, first.visit_id)
    assert (await read(app, side, BT)).visit.state == "returned"
    second = await f.record(app, KD, 4, district, 0, replace(given, narrative="更正"))
    assert second.sides == (KD, BT)
