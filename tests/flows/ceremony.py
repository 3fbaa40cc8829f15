"""A small deployment and the people of its ceremonies; used by the flow tests."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import text

from policies.terms import Bureau, Officer, Principal, Site, SiteKind, SiteStatus
from services.clock import CHINA, SimulatedClock
from services.demo.ceremony import freeze_seen
from services.drawing.results import Ran
from services.home import Home
from services.outside.folder import Device
from services.outside.secret import make_secret, read_secret
from services.outside.witness import attest, cosign_checkpoint, init_witness, seen_size
from services.ruling.lawfiles import lawbook
from services.settings import DEMO_ORIGIN, Settings
from services.tlog.keeper import LogKeeper
from services.usecases.attest_escrow import attest_escrow, escrow_pack
from services.usecases.ceremony import again
from services.usecases.commit_secret import commit_secret
from services.usecases.enter_beacon import enter_beacon
from services.usecases.freeze_draw import Frozen
from services.usecases.make_plan import approve_plan, make_plan
from services.usecases.prepare_draw import Prepared, PrepareDraw, prepare_draw
from services.usecases.register_witness import register_witness
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from services.usecases.void_draw import approve_void, propose_void
from services.work import App
from tenants.databases import Databases
from tenants.file_keys import LocalFileKeys
from tenants.migrate import set_up
from tenants.portals import Portals
from tenants.roles import administer
from tenants.rows import RuleChoice
from tenants.scope import Scope
from tenants.stores import bureaus, choices, officers, sites
from tenants.urls import DatabaseUrls, RolePasswords

BUREAUS = (
    Bureau("410000", "河南省生态环境厅", "province"),
    Bureau("411700", "驻马店市生态环境局", "city", "410000"),
    Bureau("411721", "驻马店市生态环境局西平分局", "county", "411700"),
    Bureau("150000", "内蒙古自治区生态环境厅", "province"),
    Bureau("150200", "包头市生态环境局", "city", "150000"),
    Bureau("150203", "包头市生态环境局昆都仑区分局", "county", "150200"),
)
WITNESSES = {
    "410000": "henan.example/witness",
    "411700": "zhumadian.example/witness",
    "150000": "neimenggu.example/witness",
    "150200": "baotou.example/witness",
}
PARENT = {bureau.code: bureau.parent for bureau in BUREAUS}
IDENTITY = "shuangsui-tests"
PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")
PLANNED = datetime(2025, 12, 15, 9, 0, tzinfo=CHINA)
BEACON = datetime(2025, 12, 30, 10, 0, tzinfo=CHINA)
DIGITS = {"digits": "31415926535897932384"}


#: Bureau → name of the database of its own it lives in; test_apart.py tells every story again with some.
LIVING: ContextVar[Mapping[str, str]] = ContextVar("LIVING", default=MappingProxyType({}))


@asynccontextmanager
async def small_deployment(superuser_dsn: str, home: Home, name: str) -> AsyncIterator[App]:
    """An empty deployment with six bureaus, their witnesses and small rosters; they live as LIVING says."""
    home.make()
    urls = await _cloned(superuser_dsn, name, IDENTITY)
    clock, own = SimulatedClock(PLANNED), LIVING.get()
    apart = {
        one: await _cloned(superuser_dsn, f"{name}_{one}", f"{IDENTITY}/{one}")
        for one in sorted(own.values())
    }
    database = await Databases.open(urls, apart, now=clock.now)
    portal = await Portals.open(urls, apart, database.homes, now=clock.now)
    app = App(
        settings=Settings(home=home, demo=True, log_origin=DEMO_ORIGIN),
        clock=clock,
        database=database,
        portal=portal,
        keys=LocalFileKeys(home.keys),
        book=lawbook(),
        home=home,
        log=await LogKeeper.open(database, home=home, origin=DEMO_ORIGIN, clock=clock),
        redis=None,
    )
    try:
        await _furnish(app, own)
        yield app
    finally:
        await portal.close()
        await database.close()


async def _cloned(superuser_dsn: str, name: str, identity: str) -> DatabaseUrls:
    """A migrated database; the first one of an identity is migrated, the others are its copies."""
    template = f"template_{identity.replace('-', '_').replace('/', '_')}"
    async with administer(superuser_dsn) as db:
        known = await db.scalar(
            text("select true from pg_database where datname = :name"), {"name": template}
        )
    if not known:
        await set_up(superuser_dsn, template, PASSWORDS, identity=identity)
    async with administer(superuser_dsn) as db:
        await db.exec_driver_sql(f"create database {name} template {template} owner shuangsui_migrator")
    return DatabaseUrls.beside(superuser_dsn, name, PASSWORDS, identity)


async def _furnish(app: App, own: Mapping[str, str] = MappingProxyType({})) -> None:
    async with app.database.several(Scope.for_system()) as unit:
        for bureau in BUREAUS:
            await bureaus.put(unit.control, bureau)
        for code, name in own.items():
            await bureaus.place(unit.control, code, name)
        await unit.share_bureaus()
    for code, name in WITNESSES.items():
        card = init_witness(witness_device(app, code), name)
        await register_witness(app, code, card.vkey, card.escrow_public)
    for code in ("411721", "150203", "150200", "411700"):
        scope = Scope.own(code, "keeper")
        async with app.database.unit(scope) as db:
            if code in ("411721", "150203"):
                roster = [site(code, n) for n in range(60)]
                await sites.upsert(db, scope, roster, at=app.clock.now(), by="keeper", reason="test")
            people = [officer(code, n) for n in range(12)]
            await officers.upsert(db, scope, people, at=app.clock.now(), by="keeper", reason="test")


def site(county: str, n: int) -> Site:
    return Site(
        code=f"{county}S{n:04d}",
        name=f"模拟企业{n}",
        credit_code=f"91{county}MA0000000X",
        kind=SiteKind.UNIT,
        key=n % 5 == 0,
        special=n % 12 == 0,
        status=SiteStatus.SUSPENDED if n == 7 else SiteStatus.CLOSED if n == 8 else SiteStatus.ACTIVE,
        address="模拟路1号",
        site_address="模拟路1号",
        division=county,
        lon=114.02,
        lat=33.38,
        datum="CGCS2000",
        industry="2611",
        pollution=("废气",),
    )


def officer(bureau: str, n: int) -> Officer:
    return Officer(
        certificate=f"{bureau}{n:04d}",
        name=f"模拟人员{n}",
        unit="执法大队",
        valid_until=date(2025, 12, 31) if n == 1 else date(2027, 12, 31),
        lead=n % 2 == 0,
        on_post=True,
        leave=((date(2026, 1, 1), date(2026, 3, 31)),) if n == 3 else (),
        recusals=(f"{bureau}S0004",) if n == 4 else (),
        person=person(bureau, "drawer") if n == 2 else "",
    )


def person(bureau: str, post: str) -> str:
    return f"test-{bureau}-{post}"


def acting(app: App, bureau: str, *roles: str, post: str = "") -> Principal:
    """Someone of the bureau, freshly signed in with a second factor."""
    post = post or roles[0]
    now = int(app.clock.now().timestamp())
    return Principal(person(bureau, post), post, bureau, frozenset(roles), acr=2, auth_time=now)


def drawer(app: App, bureau: str) -> Principal:
    return acting(app, bureau, "drawer")


def witness(app: App, bureau: str) -> Principal:
    return acting(app, str(PARENT[bureau]), "witness")


def witness_device(app: App, superior: str) -> Device:
    return Device(app.home.outside_of(superior) / "witness")


def drawer_device(app: App, bureau: str) -> Device:
    return Device(app.home.outside_of(bureau) / "drawer")


def witness_secrets(app: App, bureau: str) -> Device:
    return Device(app.home.outside_of(str(PARENT[bureau])) / "secrets")


async def plan(app: App, bureau: str, year: int = 2026) -> None:
    async with app.work(acting(app, bureau, "registry_keeper", "city_auditor")) as work:
        await make_plan(work, year)
    async with app.work(acting(app, bureau, "bureau_head")) as work:
        await approve_plan(work, year)


async def prepare(
    app: App,
    bureau: str,
    *,
    subject: str = "",
    kind: str = "routine",
    period: str = "2026Q1",
    beacon_at: datetime = BEACON,
    witnessed: bool = True,
) -> Prepared:
    """Number, commitments of platform, bureau and, if `witnessed`, the superior's witness."""
    app.clock.set(max(app.clock.now(), beacon_at - timedelta(days=4)))
    who = acting(app, bureau, "drawer", "city_drawer", post="drawer") if subject else drawer(app, bureau)
    async with app.work(who) as work:
        order = PrepareDraw(subject or bureau, period, beacon_at, kind=kind)
        prepared = await prepare_draw(work, order)
    card = make_secret(
        drawer_device(app, bureau),
        bureau=bureau,
        draw_no=prepared.draw_no,
        role="bureau",
        escrow_public=prepared.escrow_public,
        suite=prepared.suite,
    )
    async with app.work(who) as work:
        await commit_secret(work, prepared.draw_no, "bureau", card.c, card.escrow_copy, card.suite)
    if witnessed:
        await commit_witness(app, bureau, prepared.draw_no, prepared.escrow_public, prepared.suite)
    return prepared


async def commit_witness(app: App, bureau: str, draw_no: int, public: bytes, suite: int = 1) -> None:
    """The superior's witness, who will call the digits, makes its secret and commits."""
    own = witness_secrets(app, bureau)
    card = make_secret(own, bureau=bureau, draw_no=draw_no, role="witness", escrow_public=public, suite=suite)
    async with app.work(witness(app, bureau), bureau=bureau) as work:
        await commit_secret(work, draw_no, "witness", card.c, card.escrow_copy, card.suite)


async def freeze(app: App, bureau: str, draw_no: int, **order: Any) -> Frozen:
    """See the difference and freeze, with the drawer's own choices if any."""
    who = acting(app, bureau, "drawer", "city_drawer", post="drawer")
    async with app.work(who) as work:
        return await freeze_seen(work, draw_no, **order)


async def escrow(app: App, bureau: str, draw_no: int) -> None:
    """The superior's own device opens the copies and signs; the signature is handed in."""
    async with app.work(witness(app, bureau)) as work:
        pack = await escrow_pack(work, draw_no, bureau)
        word = attest(witness_device(app, str(PARENT[bureau])), pack.manifest, pack.copies)
        await attest_escrow(work, draw_no, word.by, word.sig, bureau)


async def cosign(app: App, superior: str) -> None:
    """The superior's device checks that the log only grew, and cosigns the latest checkpoint."""
    device = witness_device(app, superior)
    latest = await app.log.latest()
    assert latest is not None
    old = seen_size(device)
    proof = await app.log.consistency(old, latest.size) if old else []
    note = cosign_checkpoint(device, app.log.vkey, await app.log.note(), proof, app.clock.now())
    await app.log.accept(note)


def secret(app: App, bureau: str, draw_no: int) -> dict[str, bytes]:
    """Both secrets; each is handed over by its own holder."""
    ours = read_secret(drawer_device(app, bureau), bureau=bureau, draw_no=draw_no, role="bureau")
    theirs = read_secret(witness_secrets(app, bureau), bureau=bureau, draw_no=draw_no, role="witness")
    return {"bureau": ours, "witness": theirs}


async def run_draw(
    app: App, who: Principal, draw_no: int, evidence: dict[str, Any], keys: dict[str, bytes]
) -> Ran:
    """Beacon by the drawer, each secret by its holder, result; the same call again changes nothing."""
    await again(app, who, partial(enter_beacon, draw_no=draw_no, evidence=evidence))
    for role, key in keys.items():
        told = partial(reveal_secret, draw_no=draw_no, role=role, key=key, digits=evidence.get("digits"))
        if role == "witness":
            async with app.work(witness(app, who.bureau), bureau=who.bureau) as work:
                await told(work)
        else:
            await again(app, who, told)
    return await finish_draw(app, who, draw_no)


def at_beacon(app: App) -> None:
    app.clock.set(max(app.clock.now(), BEACON.astimezone(UTC)))


async def void(app: App, bureau: str, draw_no: int, why: str = "名录有误") -> int:
    """Two heads: one proposes, the other approves."""
    async with app.work(acting(app, bureau, "bureau_head", post="head")) as work:
        proposal = await propose_void(work, draw_no, why)
    async with app.work(acting(app, bureau, "bureau_head", post="deputy")) as work:
        return await approve_void(work, draw_no, proposal.n)


async def choose(app: App, bureau: str, key: str, value: Any, on: date = date(2023, 1, 1)) -> None:
    """A choice of the bureau's own, proposed by one person and approved by another before."""
    basis = {"text": "试验用", "clause": "一", "mark": "default", "checked_on": "2023-01-01"}
    row = RuleChoice(bureau, key, on, value, basis, {}, "admin", "head", app.clock.now())
    async with app.database.unit(await app.scope_of(drawer(app, bureau))) as db:
        await choices.put(db, Scope.own(bureau, "admin"), row)
