"""A list released by team and day: only that team's visits open, once, and only from the day on."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

import pytest

from policies.errors import Problem
from services.clock import CHINA
from services.usecases.my_tasks import my_tasks
from services.usecases.plan_cars import cars
from services.usecases.plan_days import plan_days
from services.usecases.release_team import release_team
from services.views.release_board import ReleaseBoard, release_board
from services.visiting.release_errors import DayGone, NotPlanned, TooEarly
from tests.services.asked import Asked, asked_site, drawn

from . import ceremony as c
from .changing import dispatcher, noted, visits

XP = "411721"


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "release") as found:
        await drawn(found.app, XP)
        found.app.clock.set(morning(date(2026, 1, 5)))
        yield found


def morning(day: date) -> datetime:
    return datetime.combine(day, time(8), CHINA)


async def board_of(site: Asked) -> ReleaseBoard:
    async with site.app.work(dispatcher(site.app, XP), read_only=True) as work:
        return await release_board(work, 1)


async def seen_by(site: Asked, certificate: str) -> set[int]:
    who = replace(c.acting(site.app, XP, "inspector", post=certificate), certificate=certificate)
    async with site.app.work(who) as work:
        return {one.slot for one in await my_tasks(work)}


async def test_one_team_and_day_opens_and_the_rest_stays_sealed(site: Asked) -> None:
    app = site.app
    async with app.work(dispatcher(app, XP)) as work:
        planned = await plan_days(work, 1)
    every = await visits(app, XP, 1)
    assert planned.count == len(every) and all(one.state == "drawn" for one in every.values())
    async with app.work(dispatcher(app, XP)) as work:
        assert await cars(work, 1) == ()  # planned is not released: nothing to show
    board = await board_of(site)
    assert (board.sealed, board.released, board.unplanned) == (len(every), 0, 0)
    first = next(team for day in board.days for team in day.teams if team.state == "ready")
    later = next(d for d in board.days if d.day > board.last)

    async def once() -> Any:
        async with app.work(dispatcher(app, XP)) as work:
            return await release_team(work, 1, first.day, first.certificates)

    made = await asyncio.gather(once(), once())  # a double click
    slots = {slot for one in made for slot in one.slots}
    assert sorted(len(one.slots) for one in made) == [0, first.visits] and len(slots) == first.visits
    after = await visits(app, XP, 1)
    assert {slot for slot, one in after.items() if one.state == "dispatched"} == slots
    assert (await board_of(site)).sealed == len(every) - len(slots)
    rows = [one for one in await noted(app, XP, "task.dispatch") if (one.after or {}).get("slots")]
    assert [sorted(one.after["slots"]) for one in rows] == [sorted(slots)]

    app.clock.set(morning(first.day))
    for certificate in first.certificates:
        assert await seen_by(site, certificate) == slots
    others = {o for day in board.days for team in day.teams for o in team.certificates}
    outside = sorted(others - set(first.certificates))
    assert outside
    for certificate in outside:
        assert not await seen_by(site, certificate)
    async with app.work(dispatcher(app, XP)) as work:
        assert {ride.slot for ride in await cars(work, 1)} == slots
        with pytest.raises(TooEarly):
            await release_team(work, 1, later.day)
        with pytest.raises(NotPlanned):
            await release_team(work, 1, first.day, ["4117219999"])


async def test_a_released_list_opens_on_its_day_and_not_before(site: Asked) -> None:
    app = site.app
    board = await board_of(site)
    found = [
        team for day in board.days for team in day.teams if team.state == "ready" and day.day > day_of(app)
    ]
    team = found[0]
    async with app.work(dispatcher(app, XP)) as work:
        made = await release_team(work, 1, team.day, team.certificates)
    assert not set(made.slots) & await seen_by(site, team.certificates[0])
    app.clock.set(morning(team.day))
    assert set(made.slots) <= await seen_by(site, team.certificates[0])


async def test_a_day_that_is_over_is_planned_anew(site: Asked) -> None:
    app = site.app
    late = next(day for day in (await board_of(site)).days if any(t.state == "ready" for t in day.teams))
    app.clock.set(morning(date(2026, 1, late.day.day + 3)))
    board = await board_of(site)
    assert board.gone
    async with app.work(dispatcher(app, XP)) as work:
        with pytest.raises(DayGone):
            await release_team(work, 1, late.day)
        await plan_days(work, 1)
    assert not (await board_of(site)).gone


async def test_the_page_and_the_interface_show_it_without_a_name(site: Asked) -> None:
    client = await site.browser("dispatcher", XP)
    shown = (await client.get("/desk/draws/1/dispatch")).text
    board = await board_of(site)
    ready = [team for day in board.days for team in day.teams if team.state == "ready"]
    if not ready:
        site.app.clock.set(morning(next(t.day for d in board.days for t in d.teams if t.state == "sealed")))
        shown = (await client.get("/desk/draws/1/dispatch")).text
        board = await board_of(site)
        ready = [team for day in board.days for team in day.teams if team.state == "ready"]
    assert not re.search(r"模拟企业\d+", shown) and shown.count("可放行") == len(ready)
    team = ready[0]
    form = {"day": team.day.isoformat(), "team": " ".join(team.certificates)}
    answer = await client.post("/desk/draws/1/release", data=form)
    assert answer.status_code == 303, answer.text
    async with site.someone("dispatcher", XP) as api:
        told = (await api.get(f"/api/v1/bureaus/{XP}/draws/1/dispatch/release")).json()
        again = await api.post(
            f"/api/v1/bureaus/{XP}/draws/1/dispatch/release",
            json={"day": form["day"], "team": list(team.certificates)},
            headers={"Idempotency-Key": "one-release-1"},
        )
    assert told["sealed"] == board.sealed - team.visits and "模拟企业" not in str(told)
    assert again.json()["slots"] == [] and again.json()["before"] == team.visits
    bad = await client.post("/desk/draws/1/release", data={"day": "morgen"})
    assert bad.status_code == 422
    drawer = await site.browser("drawer", XP)
    assert (await drawer.get("/desk/draws/1/dispatch")).status_code in (403, 404)
    await client.aclose()
    await drawer.aclose()


async def test_who_drew_releases_nothing(site: Asked) -> None:
    who = c.acting(site.app, XP, "dispatcher", post="drawer")
    async with site.app.work(who) as work:
        with pytest.raises(Problem, match="抽取"):
            await plan_days(work, 1)


def day_of(app: Any) -> date:
    return app.clock.now().astimezone(CHINA).date()
