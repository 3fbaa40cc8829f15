"""A whole quarter up to its middle: counties and cities, dispatch, changes, copies, half the visits.

The product's own steps make it; whatever they write anywhere is kept for the hunt. The truth, which visits
are still to come and whose they are, is taken from the opened tasks at the very end.
"""

import contextlib
import io
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from policies.errors import Problem
from services.clock import SimulatedClock, today
from services.demo.bureaus import found_bureaus
from services.demo.ceremony import hold
from services.demo.fieldwork import _day, _errands, _people, dispatch_all
from services.demo.preparation import import_rosters, make_plans
from services.demo.publicity import close_week
from services.demo.stage import Stage, moment
from services.demo.standing import enter_organisation
from services.demo.story import ACTS, PERIOD, PLANNERS
from services.drawing.changing import Step
from services.home import Home
from services.identity.demo_login import demo_login
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.usecases.approve_change import approve_change
from services.usecases.declare import declare_absence
from services.usecases.plan_cars import export_cars
from services.usecases.plan_days import plan_days
from services.usecases.propose_change import propose_change
from services.usecases.report_leak import LeakReport, report_leak
from services.wiring import DEMO_START, Servers, open_app
from services.work import App
from tenants import sealed
from tenants.migrate import set_up
from tenants.scope import Scope
from tenants.stores import draws, tasks
from tenants.urls import RolePasswords

NAME = "hunted"
PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")
COUNTIES, CITIES = ("411721", "150203"), ("411700", "150200")
OPEN = ("drawn", "dispatched", "arrived")


@dataclass(frozen=True)
class Coming:
    """A visit still to come: where it was drawn, and the site."""

    bureau: str
    draw_no: int
    slot: int
    site: dict[str, Any]

    @property
    def place(self) -> tuple[str, str, str]:
        """(bureau, draw, slot) as a record of the visit would name it."""
        return self.bureau, str(self.draw_no), str(self.slot)


@dataclass
class Quarter:
    """What the quarter left: visits to come, everything said and answered, and what was opened."""

    home: Home
    redis_url: str
    coming: list[Coming] = field(default_factory=list)
    changed: int = 0
    said: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    opened: Counter[tuple[str, int, str]] = field(default_factory=Counter)


@asynccontextmanager
async def played(superuser_dsn: str, redis_url: str, home: Home) -> AsyncIterator[Quarter]:
    """The quarter, with its application still open."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home.make(), port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    urls = await set_up(superuser_dsn, NAME, PASSWORDS, identity="shuangsui-demo")
    servers = Servers(urls, f"{redis_url.rsplit('/', 1)[0]}/7")
    quarter, heard = Quarter(home, servers.redis_url), io.StringIO()
    clock = SimulatedClock(DEMO_START)
    with _counting(quarter), _listening(heard):
        async with open_app(settings, clock, servers) as app:
            stage = Stage(app, lambda line: print(line))
            await _tell(stage, quarter)
            quarter.coming = await _coming(app)
            litestar = create_app(settings, lambda: open_app(settings, clock, servers))
            async with serving(litestar, "127.0.0.1", port):
                quarter.answers = await asked(url, quarter)
    quarter.said = heard.getvalue()
    yield quarter


async def _tell(stage: Stage, quarter: Quarter) -> None:
    await found_bureaus(stage.app)
    stage.at(moment(PERIOD.first.replace(year=2025, month=12, day=1), 9))
    await enter_organisation(stage)
    await import_rosters(stage, PERIOD)
    stage.at(moment(PERIOD.first.replace(year=2025, month=12, day=15), 10))
    await make_plans(stage, PLANNERS, PERIOD.year)
    for act in ACTS:
        await hold(stage, act, str(PERIOD))
    stage.at(moment(PERIOD.first.replace(day=4), 8))
    for bureau in COUNTIES:  # the days stand beside visits that are sealed still
        await stage.do(bureau, "dispatcher", plan_days, 1)
    await dispatch_all(stage, ACTS, PERIOD)
    for bureau in COUNTIES:
        quarter.changed += await _changes(stage, bureau, quarter)
    errands = await _errands(stage, ACTS, PERIOD)
    people = {bureau: await _people(stage, bureau) for bureau in (*COUNTIES, *CITIES)}
    days = sorted(errands)
    for day in days[: len(days) // 2]:
        await _day(stage, day, errands[day], people, PERIOD)
    await close_week(stage, (*COUNTIES, *CITIES), PERIOD)
    stage.at(moment(days[len(days) // 2], 8))
    await _copies(stage)


async def _changes(stage: Stage, bureau: str, quarter: Quarter) -> int:
    """A substitution, a replacement and a cancellation of visits late in the quarter, by two people each.

    What chance refuses is undone with all it opened: it showed nothing to anybody.
    """
    scope = Scope.own(bureau, "test")
    async with stage.app.database.unit(scope, read_only=True) as db:
        late = [t for t in await tasks.of_draw(db, scope, bureau, 1) if t.state == "dispatched"]
        late.sort(key=lambda t: (t.visit_on, t.slot), reverse=True)
        team = await tasks.assignments(db, scope, bureau, 1, late[0].slot)
    person = team[0].certificate
    await stage.do(bureau, "dispatcher", declare_absence, person, late[0].visit_on)
    steps = (
        Step("substitute", late[0].slot, "病假", person, True),
        Step("replace", late[1].slot, "moved_away"),
        Step("cancel", late[2].slot, "force_majeure"),
    )
    made = 0
    for step in steps:
        before = quarter.opened.copy()
        try:
            asked = await stage.do(bureau, "dispatcher", propose_change, 1, [step])
            before = quarter.opened.copy()
            await stage.do(bureau, "head", approve_change, 1, asked.n)
            made += 1
        except Problem as problem:
            print(problem.line())
            quarter.opened.clear()
            quarter.opened.update(before)
    return made


async def _copies(stage: Stage) -> None:
    """Cars, and a leak case with names in every paper of it."""
    for bureau in COUNTIES:
        copy = await stage.do(bureau, "dispatcher", export_cars, 1)
        names = tuple(ride.name for ride in copy.rows)
        words = f"有人在群里说要查{'、'.join(names)}"
        report = LeakReport(1, "list" if names else "other", today(stage.clock), words, (), names)
        await stage.do(bureau, "admin", report_leak, report)
        if names:  # a digest of one name is guessed at once
            single = LeakReport(1, "list", today(stage.clock), words, (), names[:1])
            await stage.do(bureau, "admin", report_leak, single)


async def _coming(app: App) -> list[Coming]:
    """Opened past every rule, for the hunt alone."""
    found = []
    for act in ACTS:
        scope = Scope.own(act.bureau, "hunter")
        async with app.database.unit(scope, read_only=True) as db:
            for draw in await draws.recent(db, scope, act.bureau, 50):
                if draw.wrapped_key is None:
                    continue
                key = await app.keys.unwrap(act.bureau, draw.wrapped_key)
                found += await _of_draw(db, scope, key, draw)
    return list({(one.bureau, one.draw_no, one.slot): one for one in found}.values())


async def _of_draw(db: Any, scope: Scope, key: bytes, draw: Any) -> list[Coming]:
    from tenants.sealing import rewrite_row, task_row, unseal
    from tenants.stores import rewrites

    state = {t.slot: t.state for t in await tasks.of_draw(db, scope, draw.bureau, draw.draw_no)}
    anew = await rewrites.latest(db, scope, draw.bureau, draw.draw_no, None)
    found = []
    for slot, first in await tasks.blobs(db, scope, draw.bureau, draw.draw_no):
        n, blob = anew.get(slot, (0, first))
        row = rewrite_row(slot, n) if n else task_row(slot)
        plain = json.loads(unseal(key, blob, bureau=draw.bureau, draw_no=draw.draw_no, row=row))
        if state[slot] in OPEN:
            found.append(Coming(draw.bureau, draw.draw_no, slot, {"code": plain["uid"], **plain["site"]}))
    return found


async def asked(url: str, quarter: Quarter) -> dict[str, str]:
    """Answers of pages to people who may not see the list, and what errors say to those who may."""
    code = quarter.coming[0].site["code"]
    told = {}
    for username in ("", "411721-drawer", "411721-head", "411721-keeper", "411700-auditor"):
        async with httpx.AsyncClient(
            base_url=url, trust_env=False, headers={"accept": "text/html"}
        ) as client:
            if username:
                await demo_login(client, username, level=1)
            for path in PAGES:
                answer = await client.get(path)
                told[f"{username} {path}"] = answer.text + repr(dict(answer.headers))
            for path in (
                "/desk/draws/1/cars",
                f"/desk/draws/1/changes/find?code={code}",
                "/field/tasks/411721/1/0",
            ):
                answer = await client.post(path, data={"code": "no-such"})
                told[f"{username} POST {path.split('?')[0]}"] = answer.text + repr(dict(answer.headers))
    return told


WRITES = ("/desk/draws/1/cars", "/desk/draws/1/changes/find", "/field/tasks/411721/1/0")
PAGES = (
    "/", "/b/411721", "/b/411721/draws/1", "/notices", "/log", "/desk", "/desk/draws", "/desk/draws/1",
    "/desk/draws/1/cars", "/desk/draws/1/cars.csv", "/desk/draws/1/changes", "/desk/draws/1/changes/0",
    "/desk/visits", "/desk/uploads", "/desk/notices", "/desk/journal", "/desk/exports", "/desk/leaks",
    "/desk/plan", "/field", "/field/sheets", "/city", "/city/leaks", "/nowhere", "/desk/draws/9",
    "/desk/visits/00000000-0000-8000-8000-00000000dead", "/api/v1/bureaus/411721/draws",
    "/api/v1/bureaus/411721/draws/1/cars", "/api/v1/bureaus/411721/draws/1/tasks", "/api/v1/leaks/counts",
    "/api/v1/bureaus/411721/visits", "/api/v1/bureaus/411721/leaks", "/api/v1/draws/411721/1",
)  # fmt: skip


@contextlib.contextmanager
def _listening(heard: io.StringIO):
    """Every line that is printed or logged."""
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
            yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@contextlib.contextmanager
def _counting(quarter: Quarter):
    """Every sealed row that is opened, wherever."""
    inner = sealed.unseal

    def unseal(key: bytes, blob: bytes, *, bureau: str, draw_no: int, row: str) -> bytes:
        plain = inner(key, blob, bureau=bureau, draw_no=draw_no, row=row)
        kind, _, rest = row.partition("/")
        quarter.opened[bureau, draw_no, f"task/{rest.partition('/')[0]}" if kind == "task" else row] += 1
        return plain

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "unseal", unseal)
        yield
