"""Dispatch, visits, reviews, weekly upload files and notices, day by day on the simulated clock."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from policies.terms import Period, Principal
from services.demo.cast import Act, officer
from services.demo.ceremony import known
from services.demo.findings import form_for
from services.demo.photos import take_photos
from services.demo.publicity import close_week, publish_start
from services.demo.stage import Stage, moment
from services.geo import to_wgs84
from services.usecases.dispatch_tasks import dispatch_board, dispatch_tasks
from services.usecases.merge_overlay import merge_overlay
from services.usecases.my_tasks import MyTask, my_tasks
from services.usecases.record_visit import record_visit
from services.usecases.review_visit import list_visits, review_visit
from tenants.stores import officers

FIRST_ARRIVAL = timedelta(hours=1)
BETWEEN = timedelta(minutes=110)
Errands = dict[date, dict[str, set[str]]]  # day → bureau → leading certificates


async def dispatch_all(stage: Stage, acts: Sequence[Act], period: Period) -> None:
    """Join what city and district both drew, then dispatch every draw; the district's day counts."""
    first_days = moment(period.first + timedelta(days=4), 8)
    stage.at(first_days)
    numbers = {act: await known(stage, act, str(period)) for act in acts}
    if all(draw.state != "drawn" for draw in numbers.values()):
        return
    routine = {act.subject: numbers[act].draw_no for act in acts if act.kind == "routine"}
    for act in (a for a in acts if a.kind == "overlay"):
        city, district = numbers[act].draw_no, routine[act.subject]
        merged = await stage.do(act.bureau, "dispatcher", merge_overlay, city, act.subject, district)
        joined = len(merged.linked) + len(merged.before)
        stage.say(f"  {act.name}：市县同时抽中 {joined} 家，合并为联合检查")
    for act in acts:
        done = await stage.do(act.bureau, "dispatcher", dispatch_tasks, numbers[act].draw_no)
        stage.say(f"  {act.name}：派发 {len(done.placed) + done.before} 项任务")
    await publish_start(stage, acts, period)


async def visit_all(stage: Stage, acts: Sequence[Act], period: Period) -> None:
    """Every dispatched visit on its day; reviews the same evening; files and notices at the week's end."""
    errands = await _errands(stage, acts, period)
    people = {act.bureau: await _people(stage, act.bureau) for act in acts}
    bureaus = tuple(dict.fromkeys(act.bureau for act in acts))
    week: tuple[int, int] | None = None
    for day in sorted(errands):
        if week is not None and week != day.isocalendar()[:2]:
            await close_week(stage, bureaus, period)
        week = day.isocalendar()[:2]
        await _day(stage, day, errands[day], people, period)
    stage.at(moment(period.last, 18))
    await close_week(stage, bureaus, period)


async def _errands(stage: Stage, acts: Sequence[Act], period: Period) -> Errands:
    found: Errands = defaultdict(lambda: defaultdict(set))
    for act in acts:
        no = (await known(stage, act, str(period))).draw_no
        async with stage.acts(act.bureau, "dispatcher") as work:
            for task, team in await dispatch_board(work, no):
                leads = [a.certificate for a in team if a.lead and a.until_day is None]
                if task.state == "dispatched" and task.visit_on and leads:
                    found[task.visit_on][act.bureau].add(leads[0])
    return found


async def _people(stage: Stage, bureau: str) -> dict[str, int]:
    """Certificate → number of the login, in the order of certificates."""
    async with stage.acts(bureau, "head") as work:
        rows = await officers.all_of(work.db, work.scope, bureau)
    return {one: n for n, one in enumerate(sorted(o.certificate for o in rows), 1)}


async def _day(
    stage: Stage, day: date, there: dict[str, set[str]], people: dict[str, dict[str, int]], period: Period
) -> None:
    stage.at(moment(day, 8))
    mine: list[tuple[str, str, MyTask]] = []
    for bureau, leads in there.items():
        for certificate in sorted(leads):
            who = officer(bureau, people[bureau][certificate], certificate, stage.clock.now())
            async with stage.app.work(who) as work:
                mine += [(bureau, certificate, task) for task in await my_tasks(work) if task.lead]
    evening = stage.at(moment(day, 20))
    turns: dict[str, int] = defaultdict(int)
    for bureau, certificate, task in mine:
        if task.partner is not None and not _holds_roster(bureau):
            continue  # the district records what both drew
        who = officer(bureau, people[bureau][certificate], certificate, evening)
        arrival = moment(day, 8) + FIRST_ARRIVAL + turns[certificate] * BETWEEN
        turns[certificate] += 1
        await _record(stage, who, task, arrival)
    for bureau in people:  # a joint visit leaves a record with the city too
        await _review(stage, bureau, period)


def _holds_roster(bureau: str) -> bool:
    """The bureau whose roster holds the site records a joint visit."""
    return not bureau.endswith("00")


async def _record(stage: Stage, who: Principal, task: MyTask, arrival: datetime) -> None:
    team = [o.certificate for o in task.team]
    team += [o.certificate for o in task.partner.team] if task.partner else []
    site = dict(task.site)
    site["point"] = to_wgs84(float(site["lon"]), float(site["lat"]), str(site["datum"]))
    form = form_for(site, tuple(team), arrival)
    async with stage.app.work(who) as work:
        taken = await take_photos(work, task.draw_no, task.slot, form, who.certificate)
        await record_visit(work, task.draw_no, task.slot, replace(form, attachments=taken))


async def _review(stage: Stage, bureau: str, period: Period) -> None:
    async with stage.acts(bureau, "reviewer") as work:
        waiting = await list_visits(work, str(period), "recorded")
    for visit in waiting:
        await stage.do(bureau, "reviewer", review_visit, visit.id, accept=True)
