"""Random histories of raw SQL as the application's role against an independent model of the duties.

Every step is decided twice: by the rows' own triggers and checks, and by `duty_model`. They must agree, so
nothing forbidden passes and nothing allowed is refused. `PROVE=1` runs 10,000 histories.
"""

import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.embedded import PostgresServer
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import Database, enter
from tenants.urls import DatabaseUrls

from .duty_model import ADMINS, APART, BY_TWO, DRAWING, LASTING, Draw, Held, Model, Period

COUNTY, CITY = "411721", "411700"
HISTORIES = 10_000 if os.environ.get("PROVE") else 300
STEPS = 14
START, DAY = datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1)
WHO = ("p0", "p1", "p2")
ROLES = sorted(ADMINS | APART | DRAWING | LASTING)
TRICKS = (
    "select 1",
    "select set_config('app.subject', '', true)",
    "select set_config('app.everywhere', '', true)",
    "set constraints all deferred",
    "set local search_path = pg_temp, public",
    "set local timezone = 'Pacific/Kiritimati'",
)


class Over(Exception):
    """Ends a history's transaction without a trace."""


@dataclass
class History:
    """One history under way: the connection, the dice, the model, what was told."""

    db: AsyncConnection
    dice: Random
    model: Model = field(default_factory=Model)
    tick: int = 0
    told: list[str] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)

    async def tried(self, bureau: str, allowed: bool, sql: str, **values: Any) -> bool:
        """Let the database decide and compare."""
        await enter(self.db, Scope(bureau, (COUNTY, CITY), self.dice.choice(WHO)))
        done, why = True, ""
        try:
            async with self.db.begin_nested():
                await self.db.execute(text(self.dice.choice(TRICKS)))
                done = (await self.db.execute(text(sql), values)).rowcount == 1
                await self.db.execute(text("set constraints all immediate"))
        except DBAPIError as error:
            done, why = False, str(error.orig)[:200]
        await self.db.execute(text("set local search_path = public"))
        self.told.append(f"{'+' if done else '-'} {sql} {values}")
        self.counted[f"{sql.split()[0]} {sql.split()[1]} {done}"] += 1
        assert done == allowed, "\n".join([f"allowed {allowed}, done {done}: {why}", *self.told])
        return done

    def at(self) -> datetime:
        self.tick += 1
        return START + timedelta(minutes=self.tick)


async def role(
    h: History, bureau: str = "", who: str = "", name: str = "", held: Period | None = None
) -> None:
    """A period of a role: by one person, by two who agreed on it, or as one of a bureau's first two."""
    bureau, who = bureau or h.dice.choice((COUNTY, CITY)), who or h.dice.choice(WHO)
    name = name or h.dice.choice(ROLES)
    first = DAY + timedelta(h.dice.randrange(4))
    last = h.dice.choice([None, first + timedelta(h.dice.randrange(4))])
    first, last = held or (first, last)
    days, origin, grant = (first, last or date.max), "one", None
    agreed = name not in BY_TWO
    if h.dice.random() < 0.1:
        origin, agreed = "founding", h.model.may_found(bureau, who, name)
    elif not agreed and h.dice.random() < 0.9:
        origin, grant = "two", UUID(int=h.dice.getrandbits(128))
        agreed = await agree(h, {"b": bureau, "s": who, "r": name, "f": first, "u": last, "g": grant})
    allowed = agreed and h.model.may_hold(bureau, who, name, days)
    h.counted[f"{origin} {allowed}"] += 1
    values = {"b": bureau, "s": who, "r": name, "f": first, "u": last, "o": origin, "g": grant}
    if await h.tried(bureau, allowed, HOLD, **values):
        h.model.roles[bureau, who, name, first] = Held(*days, founding=origin == "founding")
        h.counted["two roles under a waiver"] += h.model.doubled(bureau, who, name, days)


async def agree(h: History, values: dict[str, Any]) -> bool:
    """One proposes, another approves, perhaps once more; whether that was right."""
    key, at = (values["b"], values["s"], values["r"]), datetime(2025, 12, 31, 16, tzinfo=UTC)
    by, other = h.dice.choice(WHO), h.dice.choice((*WHO, "p3"))
    if not await h.tried(key[0], key not in h.model.waiting, PROPOSE_ROLE, at=at, p=by, **values):
        return False
    right = other not in (by, values["s"])
    settled = {"b": key[0], "g": values["g"], "a": other, "at": at}
    if not await h.tried(key[0], right, APPROVE_ROLE, **settled):
        h.model.waiting.add(key)
    elif h.dice.random() < 0.2:
        await h.tried(key[0], False, APPROVE_ROLE, **settled | {"a": "p4"})
    return right


async def leave(h: History) -> None:
    """A period is ended at once, or gets another last day."""
    if not h.model.roles:
        return await role(h)
    key = h.dice.choice(sorted(h.model.roles))
    one, at_once = h.model.roles[key], h.dice.random() < 0.5
    last = DAY + timedelta(h.dice.randrange(6))
    if not at_once and h.dice.random() < 0.2:
        last = date.max
    ended = datetime(last.year, last.month, last.day, 4, tzinfo=UTC) if at_once else None
    sql = (
        "update public.membership set valid_until = :u, ended_at = :at, ended_by = :by"
        " where bureau = :b and subject = :s and role = :r and valid_from = :f"
    )
    if one.ended and not at_once:
        ended = START  # it cannot be taken back
    values = dict(zip("bsrf", key, strict=True)) | {"u": None if last == date.max else last}
    allowed = h.model.may_end(key, last, at_once=at_once)
    if await h.tried(key[0], allowed, sql, at=ended, by=ended and "p0", **values):
        one.last, one.ended = last, at_once
    return None


HOLD = (
    "insert into public.membership (bureau, subject, role, name, certificate, valid_from, valid_until,"
    " origin, grant_id) values (:b, :s, :r, 'x', '', :f, :u, :o, :g)"
)
PROPOSE_ROLE = (
    "insert into public.role_grant (bureau, id, subject, name, role, certificate, since, until, why,"
    " proposed_by, proposed_at) values (:b, :g, :s, 'x', :r, '', :f, :u, '', :p, :at)"
)
APPROVE_ROLE = (
    "update public.role_grant set approved_by = :a, approved_at = :at where bureau = :b and id = :g"
)


async def edit(h: History, bureau: str = "", who: str = "") -> None:
    bureau, who, at = bureau or h.dice.choice((COUNTY, CITY)), who or h.dice.choice(WHO), h.at()
    sql = (
        "insert into public.officer_change (bureau, n, certificate, at, by, reason, after)"
        " values (:b, :n, 'duty', :at, :w, 'x', '{}')"
    )
    await h.tried(bureau, True, sql, b=bureau, n=1000 + h.tick, at=at, w=who)
    h.model.edits.append((bureau, who, h.tick))


async def prepare(h: History, bureau: str = "") -> None:
    bureau = bureau or h.dice.choice((COUNTY, CITY))
    subject, no = h.dice.choice((COUNTY, bureau)), 100 + len(h.model.draws)
    sql = (
        "insert into public.draw (bureau, draw_no, subject, item, kind, period, state, authority, created_at,"
        " created_by) values (:b, :n, :s, :i, 'routine', '2026Q1', 'prepared', 'own', :at, 'x')"
    )
    await h.tried(bureau, True, sql, b=bureau, n=no, s=subject, i=f"item-{no}", at=h.at())
    h.model.draws[bureau, no] = Draw(subject)


async def draw(h: History) -> None:
    """Freeze, enter the beacon or run, whichever is next; or the wrong one."""
    if not h.model.draws:
        return await prepare(h)
    bureau, no = h.dice.choice(sorted(h.model.draws))
    one, who, at = h.model.draws[bureau, no], h.dice.choice(WHO), h.at()
    due = {"prepared": ["freeze"], "frozen": ["run"] if one.beacon else ["run", "beacon"]}.get(one.state)
    if due is None:
        return None
    await step(h, bureau, no, h.dice.choice(due), who, at)
    return None


async def step(h: History, bureau: str, no: int, act: str, who: str, at: datetime) -> None:
    one, allowed = h.model.draws[bureau, no], h.model.may_act(bureau, no, who, act)
    sets = {
        "freeze": "state = 'frozen', m = repeat('a', 64), manifest = '{}', rules = '{}', frozen_at = :at,"
        " frozen_by = :w",
        "beacon": "beacon_by = :w, late = (cast(:at as timestamptz) is null)",
        "run": "state = 'drawn', r = 'r', z = 'z', drawn_at = :at, drawn_by = :w",
    }[act]
    sql = f"update public.draw set {sets} where bureau = :b and draw_no = :n"
    if await h.tried(bureau, allowed, sql, b=bureau, n=no, w=who, at=at):
        h.counted["under a waiver"] += not h.model.clean(bureau, no, who)
        if act == "freeze":
            one.state, one.frozen = "frozen", h.tick
        elif act == "beacon":
            one.beacon = True
        else:
            one.state = "drawn"


async def void(h: History) -> None:
    """Propose, approve or void; by anybody."""
    live = [key for key, one in sorted(h.model.draws.items()) if one.state in ("frozen", "drawn")]
    if not live:
        return await draw(h)
    bureau, no = h.dice.choice(live)
    one, who, at = h.model.draws[bureau, no], h.dice.choice(WHO), h.at()
    key = {"b": bureau, "d": no, "w": who, "at": at}
    act = h.dice.choice(("propose", "approve", "void"))
    if act == "propose" or not one.proposals:
        n = len(one.proposals) + 1
        sql = (
            "insert into public.draw_void_proposal (bureau, draw_no, n, reason, by, at)"
            " values (:b, :d, :n, :r, :w, :at)"
        )
        await h.tried(bureau, True, sql, n=n, r=f"r{n}", **key)
        one.proposals.append([who, None])
        return None
    n = h.dice.randrange(len(one.proposals)) + 1
    asked, approved = one.proposals[n - 1]
    if act == "approve":
        sql = (
            "update public.draw_void_proposal set approved_by = :w, approved_at = :at"
            " where bureau = :b and draw_no = :d and n = :n"
        )
        if await h.tried(bureau, approved is None and asked != who, sql, n=n, **key):
            one.proposals[n - 1][1] = who
        return None
    sql = (
        "update public.draw set state = 'void', void_reason = :r, voided_by = :w, voided_at = :at"
        " where bureau = :b and draw_no = :d"
    )
    if await h.tried(bureau, approved == who, sql, r=f"r{n}", **key):
        one.state = "void"
    return None


async def plan(h: History) -> None:
    """A plan is made, or one is approved, perhaps once more."""
    who, at = h.dice.choice(WHO), h.at()
    if not h.model.plans or h.dice.random() < 0.4:
        year = 2100 + len(h.model.plans)
        sql = (
            "insert into public.plan (bureau, year, version, body, state, made_at, made_by)"
            " values (:b, :y, 1, '{}', 'draft', :at, :w)"
        )
        await h.tried(COUNTY, True, sql, b=COUNTY, y=year, at=at, w=who)
        h.model.plans[year] = [who, None]
        return
    year = h.dice.choice(sorted(h.model.plans))
    made, approved = h.model.plans[year]
    sql = (
        "update public.plan set state = 'approved', approved_by = :w, approved_at = :at"
        " where bureau = :b and year = :y"
    )
    if await h.tried(COUNTY, made != who and approved is None, sql, b=COUNTY, y=year, at=at, w=who):
        h.model.plans[year][1] = who


Move = Callable[[History], Awaitable[None]]
MOVES: tuple[Move, ...] = (
    role,
    role,
    leave,
    edit,
    prepare,
    draw,
    draw,
    void,
    plan,
)


async def told(database: Database, seed: int, moves: Sequence[Move] | None = None) -> Counter[str]:
    """One history; nothing of it stays."""
    counted: Counter[str] = Counter()
    try:
        async with database.unit(Scope(COUNTY, (COUNTY, CITY), "p0")) as db:
            history = History(db, Random(seed), Model(peopled={COUNTY}))  # of the ground's own row
            counted = history.counted
            for bureau in (COUNTY, CITY):
                await enter(db, Scope(bureau, (COUNTY, CITY), "p0"))
                await db.execute(text(OFFICER), {"b": bureau})
            for _ in range(STEPS):
                await history.dice.choice(moves or MOVES)(history)
            raise Over
    except Over:
        return counted


OFFICER = (
    "insert into officer (bureau, certificate, name, unit, valid_until, lead, on_post, leave, recusals,"
    " person, updated_at, updated_by) values (:b, 'duty', 'x', 'x', '2030-01-01', false, true, '[]', '[]',"
    " '', now(), 'x')"
)


@pytest.fixture
async def database(pg_server: PostgresServer, ground: DatabaseUrls):
    """A copy, so that a trigger may be taken away."""
    async with administer(pg_server.superuser_dsn) as db:
        await db.exec_driver_sql("drop database if exists prove_duties with (force)")
        await db.exec_driver_sql("create database prove_duties template prove_rows")
    opened = await Database.connect(
        ground.app.replace("prove_rows", "prove_duties"), expected_identity="shuangsui-prove"
    )
    yield opened
    await opened.close()


@pytest.mark.timeout(1800)
async def test_no_history_breaks_a_duty(database: Database) -> None:
    counted: Counter[str] = Counter()
    for seed in range(HISTORIES):
        counted += await told(database, seed)
    for act in (
        "insert into",
        "update public.draw",
        "update public.draw_void_proposal",
        "update public.plan",
    ):
        for outcome in ("True", "False"):  # neither side of the judgement is empty
            assert counted[f"{act} {outcome}"] > HISTORIES // 30, counted
    for origin in ("one", "two", "founding"):
        assert counted[f"{origin} True"] and counted[f"{origin} False"], counted


@pytest.mark.parametrize(
    "mutation",
    [
        "drop trigger draw_editors on draw",
        "drop trigger membership_last on membership",
        "drop trigger membership_exclusive on membership",
        "drop trigger membership_granted on membership",
        "drop trigger membership_kept on membership",
        "drop trigger membership_periods on membership",
        "drop trigger role_grant_steps on role_grant",
        "alter table membership drop constraint membership_two_people",
        "alter table role_grant drop constraint role_grant_not_own",
        "alter table role_grant drop constraint role_grant_two_hands",
        "drop trigger draw_void_two_people on draw",
        "drop trigger plan_settled on plan",
        "alter table plan drop constraint plan_two_hands",
    ],
)
async def test_a_missing_guard_is_found(database: Database, pg_server: PostgresServer, mutation: str) -> None:
    async with administer(pg_server.superuser_dsn, "prove_duties") as db:
        await db.exec_driver_sql(mutation)
    with pytest.raises(AssertionError, match="allowed False, done True"):
        for seed in range(HISTORIES):
            await told(database, seed)
