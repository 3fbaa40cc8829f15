"""The stories of a draw again, with bureaus in databases of their own: nothing in them may notice.

Two ways to live apart: both counties, so that a city's overlay, joint visits and the public log reach over
databases; and the cities, so that the superior does. Every story runs in both ways by `make prove`; those in
CHOSEN always.
"""

import asyncio
import inspect
import os
from collections.abc import Iterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from sqlalchemy import text

from policies.rd1.logs import journal_entry
from services.usecases.ceremony import enter_log, note
from services.usecases.merge_overlay import merge_overlay
from services.usecases.my_tasks import my_task, my_tasks
from services.usecases.plan_cars import cars, export_cars
from services.usecases.print_sheets import print_sheets
from services.views.copies import cars_csv
from services.visiting.ledger import ledger_of
from tenants.roles import administer
from tenants.scope import Scope
from tenants.unavailable import BureauUnavailable

from . import ceremony as c
from . import fieldwork as f
from . import test_visit_flow as visit_flow

XP, KD, BT = "411721", "150203", "150200"
LAYOUTS = {
    "counties": {"411721": "xiping", "150203": "kundulun"},
    "cities": {"411700": "zhumadian", "150200": "baotou"},
}
BOTH, COUNTIES, CITIES = ("counties", "cities"), ("counties",), ("cities",)
#: Story → the layouts it always runs in.
CHOSEN = {
    "test_audit__from_the_frame_to_the_last_finding": BOTH,
    "test_avoid__an_avoiding_overlay_leaves_the_districts_sites_out_and_opens_after_it": BOTH,
    "test_avoid__merged_draws_make_one_visit_of_two_and_part_when_one_side_is_called_off": COUNTIES,
    "test_before_the_plan__a_city_without_a_plan_tries_the_year_over_its_districts": COUNTIES,
    "test_break_glass__asked_approved_looked_told_and_ended": COUNTIES,
    "test_calendar_flow__provisional_until_the_notice_then_moved": COUNTIES,
    "test_change_hands__leave_and_recusal_are_told_apart_from_what_was_declared": COUNTIES,
    "test_draw_coverage__visits_still_to_come_are_covered_and_in_the_ledger": CITIES,
    "test_draw_flow__a_void_draw_is_opened_and_the_next_one_continues_the_chain": COUNTIES,
    "test_draw_flow__teams_per_visit_from_plan_to_valid_bundle": BOTH,
    "test_draw_flow__two_steps_at_once_meet_in_the_log_and_both_succeed": COUNTIES,
    "test_duties__the_city_counts_the_county_roster_and_its_own_officers": BOTH,
    "test_external__taken_over_dispatched_recorded_and_published_as_not_verifiable": COUNTIES,
    "test_external_compared__a_difference_alarms_the_city_and_the_bureau_without_names": BOTH,
    "test_filings__both_recipients_of_kundulun_get_the_list_and_their_receipts_are_noted": COUNTIES,
    "test_onboarding__people_and_journals": CITIES,
    "test_onboarding__the_citys_choices_come_as_proposals": CITIES,
    "test_people__a_role_is_given_seen_journalled_and_ended": COUNTIES,
    "test_reveal__the_superior_opens_its_copy_for_itself_and_both_journals_say_so": BOTH,
    "test_roster_difference__each_sees_as_much_as_is_theirs": COUNTIES,
    "test_standing__approvals_follow_the_leaders_entered": COUNTIES,
    "test_visit_flow__a_site_drawn_by_both_is_one_joint_visit": BOTH,
    "test_waivers__under_it_one_person_keeps_the_roster_and_draws_and_the_draw_says_so": BOTH,
    "test_waivers__withdrawn_by_the_superior_the_excess_role_is_gone_at_once": COUNTIES,
    "test_visit_flow__other_visits_enter_the_ledger_and_no_ratio": COUNTIES,
}
#: Stories that look into a database themselves, past the use cases, and look into the wrong one here.
OWN_EYES = frozenset({
    "test_audit__repeats_beyond_the_cap_and_the_share_of_random_visits_are_counted",  # placed by its page
    "test_duty_bars__a_draw_that_is_drawn_or_of_others_has_no_bars",  # the witness reads in the own database
    "test_grants__a_head_is_there_on_every_day_to_come",  # raw SQL where no membership is
    "test_monitor__a_voided_draw_and_the_next_one_are_no_fault",  # keys of witnesses are asked of the county
    "test_officer_days__who_edits_an_officer_does_not_freeze",  # goes on from the story before it
    "test_plan_steps__submitted_sent_back_submitted_again_approved_filed_and_received",  # in its own write
})  # fmt: skip
FULL = (
    pytest.mark.prove,
    pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: every story in every layout"),
)


def takes(story: FunctionType) -> bool:
    """Whether a story is told with its deployment and nothing of its module's."""
    wanted = set(inspect.signature(story).parameters)
    return "app" in wanted and wanted <= {"app", "monkeypatch", "tmp_path"}


def founding(module: ModuleType) -> FunctionType:
    """The function behind a module's deployment."""
    made = module.app
    return getattr(made, "__wrapped__", None) or made._get_wrapped_function()


def plain(module: ModuleType) -> bool:
    """Whether a module's stories begin with a deployment alone, which can be made anew for each."""
    if not hasattr(module, "app"):
        return False
    made = founding(module)
    return inspect.isasyncgenfunction(made) and [*inspect.signature(made).parameters] == [
        "pg_server",
        "new_home",
    ]


def stories() -> Iterator[tuple[str, FunctionType]]:
    """Every story that can be told again, by module and name."""
    for file in sorted(Path(__file__).parent.glob("test_*.py")):
        if "small_deployment" not in file.read_text("utf-8") or file.samefile(__file__):
            continue
        module = import_module(f".{file.stem}", __package__)
        if not plain(module):
            continue
        for name, story in inspect.getmembers(module, inspect.isfunction):
            marks = getattr(story, "pytestmark", [])
            told = f"{file.stem}__{name.removeprefix('test_')}"
            if name.startswith("test_") and takes(story) and not marks and told not in OWN_EYES:
                yield told, story


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Both layouts; what is not chosen is left to the full proof."""
    if "__" not in metafunc.definition.name:
        return
    always = CHOSEN.get(metafunc.definition.name, ())
    params = [
        pytest.param(own, id=name, marks=() if name in always else FULL) for name, own in LAYOUTS.items()
    ]
    metafunc.parametrize("app", params, indirect=True)


@pytest.fixture
async def app(pg_server, new_home, request):
    """The story's own deployment, with bureaus apart."""
    module = import_module(request.function.__module__)
    story = founding(module if module.__name__ != __name__ else visit_flow)
    c.LIVING.set(request.param)
    async with asynccontextmanager(story)(pg_server, new_home) as opened:
        yield opened


globals().update(stories())


@pytest.mark.parametrize("app", [LAYOUTS["counties"]], indirect=True)
async def test_journal_and_log_are_waited_for_in_one_order(app):
    """One has the journal and wants the log, the other logs first: in two databases nobody would see it."""
    mine, logging = asyncio.Event(), journal_entry(XP, bytes(32), "2025-12-15T00:00:00Z")

    async def journal_then_log():
        async with app.work(c.drawer(app, XP)) as work:
            await note(work, "draw.prepare", 1, {})
            mine.set()
            await asyncio.sleep(0.5)
            await enter_log(work, logging)

    async def log_then_journal():
        await mine.wait()
        async with app.work(c.drawer(app, XP)) as work:
            await enter_log(work, logging)
            await note(work, "draw.prepare", 2, {})

    async with asyncio.timeout(10):
        await asyncio.gather(journal_then_log(), log_then_journal())
    assert (await app.log.latest()).size == 2


async def ledger(app, bureau, subject):
    async with app.work(c.drawer(app, bureau)) as work:
        return await ledger_of(work, subject, 2026)


@pytest.mark.parametrize("app", LAYOUTS.values(), ids=LAYOUTS, indirect=True)
async def test_a_joint_visit_counts_once_though_two_databases_hold_it(app):
    city = await f.drawn(app, BT, {5: (2, 4)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    async with app.work(c.acting(app, BT, "dispatcher")) as work:
        assert (await merge_overlay(work, city, KD, district)).linked == ((0, 0),)
    (placed,) = (await visit_flow.dispatch(app, KD, district)).placed
    await visit_flow.dispatch(app, BT, city)
    f.at(app, placed.visit_on)
    team = (f.cert(KD, 4), f.cert(KD, 5), f.cert(BT, 2), f.cert(BT, 4))
    assert (await f.record(app, KD, 4, district, 0, f.form(app, *team))).sides == (KD, BT)
    once = {f"{KD}S0005": {"random": 1}}
    assert await ledger(app, KD, KD) == await ledger(app, BT, KD) == once


def test_every_chosen_story_is_there() -> None:
    """A story that was renamed or taken out is not silently left out here."""
    assert globals().keys() >= CHOSEN.keys()


@asynccontextmanager
async def down(app, pg_server, bureau):
    """The bureau's own database takes no connection, and loses those it has."""
    scope = Scope.own(bureau, "tests")
    async with app.database.unit(scope, read_only=True) as db:
        name = await db.scalar(text("select current_database()"))
    cut = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    async with administer(pg_server.superuser_dsn) as db:
        await db.exec_driver_sql(f'alter database "{name}" allow_connections false')
        await db.exec_driver_sql(cut)
    try:
        yield
    finally:
        async with administer(pg_server.superuser_dsn) as db:
            await db.exec_driver_sql(f'alter database "{name}" allow_connections true')


@pytest.mark.parametrize("app", [LAYOUTS["counties"]], indirect=True)
async def test_an_inspectors_day_goes_on_while_the_partners_database_is_down(app, pg_server):
    """Reading says that the other side is missing; what is decided or kept with the other side is refused."""
    city = await f.drawn(app, BT, {5: (2, 4), 20: (2, 5)}, subject=KD)
    district = await f.drawn(app, KD, {5: (4, 5)})
    async with app.work(c.acting(app, BT, "dispatcher")) as work:
        await merge_overlay(work, city, KD, district)
    (placed,) = (await visit_flow.dispatch(app, KD, district)).placed
    await visit_flow.dispatch(app, BT, city, days=[placed.visit_on])
    f.at(app, placed.visit_on, 8)
    async with app.work(f.inspector(app, BT, 2)) as work:
        mine = {task.slot: task for task in await my_tasks(work)}
    assert mine[0].partner is not None and not mine[0].missing and len(mine) == 2
    async with down(app, pg_server, KD):
        async with app.work(f.inspector(app, BT, 2)) as work:
            mine = {task.slot: task for task in await my_tasks(work)}
            assert (await my_task(work, city, 0)).missing == KD
            sheets = {row["slot"]: row for row in (await print_sheets(work)).rows}
        assert {slot: (t.partner, t.parted, t.missing) for slot, t in mine.items()} == {
            0: (None, "", KD), 1: (None, "", ""),
        }  # fmt: skip
        assert {slot: (row["joint"], row["missing"]) for slot, row in sheets.items()} == {
            0: (True, KD), 1: (False, ""),
        }  # fmt: skip
        async with app.work(c.acting(app, BT, "dispatcher")) as work:
            rides = {ride.slot: ride for ride in await cars(work, city)}
            table = cars_csv(await export_cars(work, city)).decode("utf-8-sig")
        assert {n: (r.joint, r.missing) for n, r in rides.items()} == {0: (True, True), 1: (False, False)}
        assert table.count("联合（对方暂缺）") == 1
        everyone = (f.cert(BT, 2), f.cert(BT, 4), f.cert(KD, 4), f.cert(KD, 5))
        with pytest.raises(BureauUnavailable):
            await f.record(app, BT, 2, city, 0, f.form(app, *everyone))
        with pytest.raises(BureauUnavailable):
            await visit_flow.dispatch(app, BT, city)
    f.at(app, placed.visit_on, 15)  # the rest is over
    await app.database.look_after()
    for _ in range(40):
        (again,) = [task for task in await f.tasks_of(app, BT, 2) if task.slot == 0]
        if not again.missing:
            break
        await asyncio.sleep(0.5)  # it rests for a moment
    assert again.partner is not None and again.partner.bureau == KD
