"""The plan by day, team and road: opened through the one door, journalled, nothing beyond it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.plan_cars import cars
from services.views.road_map import days_of
from tests.services.asked import Asked, asked_site, drawn

from . import ceremony as c

XP = "411721"


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "road_map") as found:
        await drawn(found.app, XP)
        async with found.app.work(c.acting(found.app, XP, "dispatcher")) as work:
            done = await dispatch_tasks(work, 1)
        found.app.clock.set(c.BEACON.replace(year=2026, month=1, day=done.placed[0].visit_on.day))
        yield found


async def test_every_ride_shown_stands_once_on_the_sketch(site: Asked) -> None:
    async with site.app.work(c.acting(site.app, XP, "dispatcher")) as work:
        rides = await cars(work, 1)
        days = days_of(rides, XP)
    assert rides and sum(day.rides for day in days) == len(rides)
    pins = [pin.label for day in days for team in day.teams for pin in team.pins]
    assert len(pins) == len(rides) and all(0 <= p.x <= 640 and 0 <= p.y <= 400
                                           for d in days for t in d.teams for p in t.pins)  # fmt: skip
    client = await site.browser("dispatcher", XP)
    shown = (await client.get("/desk/draws/1/cars")).text
    assert len(re.findall('class="road-pin', shown)) == len(rides) and "road-frame" in shown
    assert {one.name for one in rides} == set(re.findall(r"<b>(模拟企业\d+)</b>", shown))
    async with site.app.work(c.acting(site.app, XP, "dispatcher")) as work:
        query = text("select count(*) from journal where bureau = :b and why = '安排车辆和日期'")
        assert (await work.db.scalar(query, {"b": XP})) >= 2  # each look
    drawer = await site.browser("drawer", XP)
    assert (await drawer.get("/desk/draws/1/cars")).status_code in (403, 404)
    await client.aclose()
    await drawer.aclose()
