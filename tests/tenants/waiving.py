"""A waiver on its way, and roles given beside it."""

from datetime import date, datetime, timedelta
from uuid import uuid4

from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import members, role_grants, waiver_uses, waivers
from tenants.waiver_rows import Hand, HeldWaiver, Waiver

from .story import AT, CITY, COUNTY, county

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)  # AT is 2025-12-25
LI = "li"
EDITS = "roster_editor+drawer"
NOON = datetime(2026, 1, 1, 4, tzinfo=AT.tzinfo)  # of FIRST, in China


def hand(by="city-2", at=AT):
    return Hand(by, "x", at)


def asked(*pairs, subject=LI, bureau=COUNTY, above=CITY, since=FIRST, until=LAST, **more):
    row = Waiver(
        bureau=bureau, id=uuid4(), above=above, subject=subject, name="某某",
        pairs=pairs or ("registry_keeper+drawer",), since=since, until=until, reason="人员不足", staff=3,
        state="asked", asked_by="head", asked_name="x", asked_at=AT,
    )  # fmt: skip
    return row if not more else Waiver(**{f: getattr(row, f) for f in row.__slots__} | more)


async def ask(database, row, scope=county):
    async with database.unit(scope) as db:
        await waivers.ask(db, scope, row)
    return row


async def propose(database, row, by="city-1", since=None, until=None, scope=county):
    async with database.unit(scope) as db:
        days = (since or row.since, until or row.until)
        await waivers.propose(db, scope, row.id, hand(by), *days, "同意")


async def granted(database, *pairs, copied=True, **more):
    """A waiver that went its whole way, with its copy."""
    row = await ask(database, asked(*pairs, **more))
    await propose(database, row)
    async with database.unit(county) as db:
        await waivers.approve(db, county, row.id, hand(), row.since)
        made = await waivers.get(db, county, COUNTY, row.id)
        if copied:
            await waiver_uses.copy(db, county, copy_of(made))
    return made


def copy_of(made, **more):
    names = [name for name in HeldWaiver.__slots__ if name not in ("public_at", "ended_at", "ended_why")]
    return HeldWaiver(**{name: getattr(made, name) for name in names} | {"public_at": AT} | more)


async def grant(database, role, subject=LI, since=FIRST, until=None, bureau=COUNTY):
    """The way two people give a role; those that one may give go through as well."""
    scope = Scope.own(bureau, "admin")
    row = RoleGrant(
        bureau=bureau, id=uuid4(), subject=subject, name="某某", role=role, certificate="", since=since,
        until=until, why="x", proposed_by="admin", proposed_at=AT,
    )  # fmt: skip
    async with database.unit(scope) as db:
        if role == "registry_keeper":
            await members.grant(db, scope, membership(role, subject, since, until, bureau))
        else:
            await role_grants.propose(db, scope, row)
            await role_grants.approve(db, scope, row, by="head", on=FIRST - timedelta(5), at=AT)


def membership(role, subject, since, until, bureau=COUNTY):
    return Membership(bureau, subject, role, "某某", since, until)


async def held(database, subject=LI):
    async with database.unit(county) as db:
        return {m.role: m for m in await members.in_bureau(db, county, COUNTY) if m.subject == subject}


async def end(database, role):
    one = (await held(database))[role]
    async with database.unit(county) as db:
        await members.end(db, county, one, on=FIRST, by="head", at=NOON)


async def withdraw(database, made, on=FIRST):
    async with database.unit(county) as db:
        await waivers.withdraw(db, county, made.id, hand(at=NOON), "x", on)
