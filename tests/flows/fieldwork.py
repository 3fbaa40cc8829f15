"""Draws with a given outcome, put straight into the stores, and records as officers would send them."""

import json
from datetime import date, datetime, timedelta

from policies.visiting.checklist import ITEMS
from policies.visiting.requests import Asked
from policies.visiting.visits import Fix
from services.clock import CHINA, today
from services.usecases.ask_visit import ask_visit
from services.usecases.decide_visit_request import decide_request
from services.usecases.my_tasks import my_tasks
from services.usecases.record_visit import record_visit
from services.visiting.approval import Backing
from services.visiting.visit_forms import Order, VisitForm
from services.work import App
from tenants import sealed
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, sites

from . import ceremony as c

FINE = {item.id: ("fine", "") for item in ITEMS}
LIMITS = "emissions.limits"
DRAWN = datetime(2025, 12, 30, 10, 0, tzinfo=CHINA)
Q1 = "2026Q1"


async def drawn(app: App, bureau: str, picks: dict[int, tuple[int, ...]], *, subject: str = "") -> int:
    """A draw whose slots are the sites (by number) in order, each with a team (by number of officer)."""
    subject, kind = subject or bureau, "overlay" if subject else "routine"
    app.clock.set(max(app.clock.now(), DRAWN))
    scope = Scope(bureau, (bureau, subject), c.person(bureau, "drawer"))
    async with app.database.several(scope) as unit:
        db, at = unit.db, app.clock.now()
        intent = DrawIntent(subject, "routine-source", kind, Q1)
        draw_no = await draws.prepare(db, scope, intent, at, scope.subject)
        strata = [{"id": "key", "size": 12, "least": 1, "take": len(picks)}]
        manifest = {
            "bureau": bureau, "draw_no": draw_no, "subject": subject, "item": "routine-source",
            "kind": kind, "period": Q1, "prev": await draws.last_m(db, scope, before=draw_no),
            "beacon_at": at.isoformat(), "reveal_by": "2026-04-15", "beacon": {"kind": "spoken"},
        }  # fmt: skip
        await draws.freeze(db, scope, draw_no, manifest, {}, f"{bureau}{draw_no}".rjust(64, "0"), None, at)
        numbers = {"strata": strata, "drawn": len(picks), "officers": 4}
        await draws.drawn(db, scope, draw_no, c.DIGITS, "1" * 64, "2" * 64, at, False, numbers)
        roster = {s.code: s for s in await sites.all_of(await unit.at(subject), scope, subject)}
        rows = [
            (slot, _payload(roster[f"{subject}S{n:04d}"], bureau, team))
            for slot, (n, team) in enumerate(picks.items())
        ]
        await sealed.keep_tasks(db, scope, app.keys, draw_no, rows)
    return draw_no


def _payload(site, bureau: str, team: tuple[int, ...]) -> bytes:
    names = ("code", "name", "credit_code", "address", "site_address", "lon", "lat", "datum", "industry")
    value = {
        "uid": site.code, "stratum": "key", "rank": 0, "ticket": "00" * 32, "oids": [f"o{n}" for n in team],
        "officers": [{"oid": f"o{n}", "certificate": cert(bureau, n)} for n in team],
        "site": {name: getattr(site, name) for name in names},
    }  # fmt: skip
    return json.dumps(value).encode()


def cert(bureau: str, n: int) -> str:
    return f"{bureau}{n:04d}"


def inspector(app: App, bureau: str, n: int):
    who = c.acting(app, bureau, "inspector", post=f"inspector-{n}")
    return type(who)(who.subject, who.name, bureau, who.roles, 2, who.auth_time, cert(bureau, n))


def form(app: App, *present: str, **changes) -> VisitForm:
    """A visit of this very hour, nothing found."""
    end = app.clock.now() - timedelta(minutes=10)
    start = end - timedelta(hours=1)
    base = {
        "started_at": start,
        "ended_at": end,
        "present": present,
        "answers": FINE,
        "result": "none_found",
        "narrative": "现场正常生产，防治设施运行。",
        "fix": Fix(114.02, 33.38, 15, start),
    }
    return VisitForm(**{**base, **changes})


def faulty(app: App, *present: str, due: date, **changes) -> VisitForm:
    words = "总排口化学需氧量超标，联系人 13812345678"
    return form(
        app,
        *present,
        answers={**FINE, LIMITS: ("fault", words)},
        result="pending",
        orders=(Order(LIMITS, "停止超标排放并完成整改", due),),
        **changes,
    )


def at(app: App, day: date, hour: int = 15) -> None:
    app.clock.set(datetime(day.year, day.month, day.day, hour, tzinfo=CHINA))


async def tasks_of(app: App, bureau: str, n: int, **options):
    async with app.work(inspector(app, bureau, n)) as work:
        return await my_tasks(work, **options)


async def record(app: App, bureau: str, n: int, draw_no: int, slot: int, given: VisitForm):
    async with app.work(inspector(app, bureau, n)) as work:
        return await record_visit(work, draw_no, slot, given)


async def approved(
    app: App, bureau: str, site: int, kind: str, numbers: tuple[int, ...] = (2, 4), days: int = 0
) -> Backing:
    """A visit no draw chose, asked for today by the first of its officers and approved by the head."""
    day = today(app.clock)
    asked = Asked(
        kind, f"{bureau}S{site:04d}", "群众反映夜间排放", "信访〔2026〕7号",
        tuple(cert(bureau, n) for n in numbers), day, day + timedelta(days=days),
    )  # fmt: skip
    async with app.work(inspector(app, bureau, numbers[0])) as work:
        made = await ask_visit(work, asked)
    async with app.work(c.acting(app, bureau, "bureau_head")) as work:
        return Backing((await decide_request(work, made.id, approve=True)).id)
