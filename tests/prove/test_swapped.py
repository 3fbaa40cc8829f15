"""Two bureaus' connection strings exchanged by the operator: nobody is shown the other one's rows.

Every page, route and command of the two is refused with a plain message and a loud line in the log; the other
bureaus are served as before.
"""

import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from policies.access import ACTIONS
from services.embedded import PostgresServer
from services.home import Home
from services.identity.people import demo_people
from tenants.urls import DatabaseUrls, shown
from tests.demonstration import shuangsui

from .apart import copied, database_of, dropped
from .asking import Answer, signed_in
from .probes import Probe, filled, routes
from .rows import FOREIGN, OWN
from .worlds import PASSWORDS, World

OWN_DATABASES = {"xiping": OWN, "kundulun": FOREIGN}
UNAVAILABLE = "数据库暂时不可用"
# what answers though neither database does: it knows no row of any bureau, or the deployment's own only
NOT_THEIRS = frozenset({
    "/", "/healthz", "/metrics", "/offline.js", "/static/{file_path:path}", "/v", "/verify",
    "/log", "/log/checkpoint", "/log/now", "/log/trust.txt", "/api/v1/log", "/api/v1/log/checkpoint",
    "/api/v1/log/entries", "/api/v1/bureaus", "/api/v1/docs", "/api/v1/docs/openapi.json",
    "/api/v1/openapi.json",
    "/api/v1/checklist", "/api/v1/rules/schema", "/api/v1/import-templates/{kind:str}",
    "/api/v1/key-list-template", "/desk/key-lists/template", "/api/v1/me", "/bureau",
    "/api/v1/draws", "/api/v1/notices",  # over all bureaus: they name the two as missing
})  # fmt: skip


@dataclass
class Exchange:
    """A world with two bureaus apart, its connection strings exchanged, and what it answered."""

    world: World
    answers: list[tuple[Probe, Answer]]
    log: list[str]
    others: dict[str, int]


def exchanged(world: World) -> World:
    """As an operator does it who mixed up two lines of the settings."""
    one, two = (world.servers.own[name] for name in OWN_DATABASES)
    own: dict[str, DatabaseUrls] = {
        "xiping": replace(two, identity=one.identity), "kundulun": replace(one, identity=two.identity)
    }  # fmt: skip
    return replace(world, servers=replace(world.servers, own=own))


@pytest.fixture(scope="module")
async def exchange(
    told_world: World, pg_server: PostgresServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Exchange]:
    dsn = pg_server.superuser_dsn
    sound = await copied(told_world, dsn, new_home("prove-swap"), "prove_swap", 7, OWN_DATABASES)
    world, heard = exchanged(sound), _Ear()
    logging.getLogger("shuangsui").addHandler(heard)
    async with world.served() as app:
        schema = app.openapi_schema.to_schema()
        asked = plan(app, world)
        async with signed_in(world, sorted({p.who for p in asked}), forms="/") as people:
            answers = [(p, await people[p.who].ask(p, schema)) for p in asked]
        others = await ask_others(world)
    logging.getLogger("shuangsui").removeHandler(heard)
    yield Exchange(world, answers, heard.lines, others)
    await dropped(sound, dsn)


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


async def ask_others(world: World) -> dict[str, int]:
    paths = ("/desk/sites", "/desk/people", "/b/411700", "/api/v1/bureaus/411700/officers", "/city")
    whom = ("keeper", "admin", "keeper", "keeper", "auditor")
    async with signed_in(world, [f"411700-{who}" for who in sorted({*whom})], forms="/") as people:
        return {
            path: (await people[f"411700-{who}"].client.get(path)).status_code
            for path, who in zip(paths, whom, strict=True)
        }


def plan(app: Any, world: World) -> list[Probe]:
    """Every route with the bureaus' own ids, by the public and by somebody of the bureau who may."""
    found = []
    for n, (method, path, action) in enumerate(routes(app)):
        for how, concrete, ids in filled(method, path, world.own):
            if how not in ("own", "foreign", "swapped", "searched"):
                continue
            code = FOREIGN if how == "foreign" else OWN
            may = [p.username for p in demo_people() if p.bureau == code and {*p.roles} & {*ACTIONS[action]}]
            whom = ["", may[n % min(len(may), 3)] if may else f"{code}-keeper"]
            found += [Probe(who, method, concrete, path, how, ids, public=False) for who in whom]
    return found


def told(exchange: Exchange, least: int, most: int) -> list[tuple[Probe, Answer]]:
    return [one for one in exchange.answers if least <= one[1].status <= most]


async def test_no_request_is_served(exchange: Exchange) -> None:
    """Whatever answers at all knows the deployment only; nothing fails in a way nobody foresaw."""
    served = {probe.route for probe, _ in told(exchange, 200, 299)}
    assert served <= {*NOT_THEIRS}, served - {*NOT_THEIRS}
    assert not told(exchange, 500, 502)
    refused = {probe.route for probe, _ in told(exchange, 503, 503)}
    assert len(refused) > 100
    assert {p.split("/")[1] for p in refused} >= {"api", "b", "desk"}


async def test_people_are_told_plainly(exchange: Exchange) -> None:
    pages = [answer.body for _, answer in told(exchange, 503, 503)]
    assert all(UNAVAILABLE in body or "BureauUnavailable" in body for body in pages)
    for body in pages:
        assert "127.0.0.1" not in body and "-secret" not in body and "shuangsui_app" not in body


async def test_the_alarm_is_loud_and_names_both(exchange: Exchange) -> None:
    alarms = [line for line in exchange.log if line.startswith("ALARM")]
    for name, bureau in OWN_DATABASES.items():
        assert any(f"database {name} " in line and bureau in line for line in alarms), alarms
    assert "-secret" not in "".join(exchange.log)


async def test_the_others_are_served(exchange: Exchange) -> None:
    assert exchange.others == {"/desk/sites": 200, "/desk/people": 200, "/b/411700": 200,
                               "/api/v1/bureaus/411700/officers": 200, "/city": 200}  # fmt: skip


def test_no_command_is_served(exchange: Exchange, pg_server: PostgresServer) -> None:
    world, base = exchange.world, make_url(pg_server.superuser_dsn)

    def url(urls: DatabaseUrls) -> str:
        return shown(base.set(database=database_of(urls)))

    env = {
        "DATABASE_URL": url(world.servers.database),
        **{f"DATABASE_URL_{name.upper()}": url(urls) for name, urls in world.servers.own.items()},
        **{f"DATABASE_PASSWORD_{role.upper()}": word for role, word in PASSWORDS.items()},
        "REDIS_URL": world.servers.redis_url,
    }
    world.settings.home.clock_file.write_text(world.moment.isoformat())
    at = ("--home", world.settings.home.root)
    for code in (OWN, FOREIGN):
        done = shuangsui("draw", "list", "-b", code, "--as", f"demo-{code}-drawer", *at, **env)
        assert done.returncode != 0 and UNAVAILABLE in done.stderr, done.stderr[-800:]
    listed = shuangsui("database", "list", "--json", *at, **env)
    assert '"identity"' in listed.stdout or "identity" in listed.stdout, listed.stdout + listed.stderr[-800:]
