"""Two bureaus' connection strings exchanged by the operator: nobody is shown the other one's rows.

Every page, route and command of the two is refused with a plain message and a loud line in the log; the other
bureaus are served as before.
"""

import json
import logging
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from policies.access import ACTIONS
from services.embedded import PostgresServer
from services.identity.people import demo_people
from tenants.urls import DatabaseUrls, shown
from tests.demonstration import shuangsui

from .apart import APART, database_of
from .asking import Answer, signed_in
from .probes import Probe, filled, routes
from .rows import FOREIGN, OWN
from .worlds import IDENTITY, PASSWORDS, World

UNAVAILABLE = "数据库暂时不可用"
STATE = "数据库身份不符，已停用"
SUPERIORS = {  # who stands above, and what they look at: their own pages go on, the county's rows are missing
    "411700-auditor": ("/city", f"/desk/sites?bureau={OWN}", f"/desk/journal?bureau={OWN}"),
    "410000-auditor": ("/city", f"/desk/sites?bureau={OWN}"),
    "150200-auditor": ("/city", f"/desk/sites?bureau={FOREIGN}"),
    "150000-auditor": ("/city", f"/desk/sites?bureau={FOREIGN}"),
}
# what answers though neither database does: it knows no row of any bureau, or the deployment's own only
NOT_THEIRS = frozenset({
    "/", "/healthz", "/readyz", "/metrics", "/offline.js", "/static/{file_path:path}", "/v", "/verify",
    "/log", "/log/checkpoint", "/log/now", "/log/trust.txt", "/api/v1/log", "/api/v1/log/checkpoint",
    "/api/v1/log/entries", "/api/v1/bureaus", "/api/v1/docs", "/api/v1/docs/openapi.json",
    "/api/v1/openapi.json",
    "/api/v1/checklist", "/api/v1/rules/schema", "/api/v1/import-templates/{kind:str}",
    "/api/v1/key-list-template", "/desk/key-lists/template", "/api/v1/me", "/bureau",
    # the field app's shell, the same for everybody, and whose session it is: no row of a bureau
    "/field/app", "/field/app/en", "/field/app/state", "/field/app/worker.js",
    "/field/app/zh.webmanifest", "/field/app/en.webmanifest",
    "/api/v1/draws", "/api/v1/notices",  # over all bureaus, see the test of these lists
})  # fmt: skip


@dataclass
class Exchange:
    """A world with two bureaus apart, its connection strings exchanged, and what it answered."""

    world: World
    answers: list[tuple[Probe, Answer]]
    log: list[str]
    others: dict[str, int]
    above: dict[tuple[str, str], tuple[int, str]]


def exchanged(world: World) -> World:
    """As an operator does it who mixed up two lines of the settings."""
    one, two = (world.servers.own[name] for name in APART)
    own: dict[str, DatabaseUrls] = {
        "xiping": replace(two, identity=one.identity), "kundulun": replace(one, identity=two.identity)
    }  # fmt: skip
    return replace(world, servers=replace(world.servers, own=own))


@pytest.fixture(scope="module")
async def exchange(apart_world: World) -> Exchange:
    world, heard = exchanged(apart_world), _Ear()
    logging.getLogger("shuangsui").addHandler(heard)
    async with world.served() as app:
        schema = app.openapi_schema.to_schema()
        asked = plan(app, world)
        async with signed_in(world, sorted({p.who for p in asked}), forms="/") as people:
            answers = [(p, await people[p.who].ask(p, schema)) for p in asked]
        others, above = await ask_others(world), await ask_above(world)
    logging.getLogger("shuangsui").removeHandler(heard)
    return Exchange(world, answers, heard.lines, others, above)


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


async def ask_above(world: World) -> dict[tuple[str, str], tuple[int, str]]:
    """(who, path) → status and page."""
    async with signed_in(world, [*SUPERIORS], forms="/desk") as people:
        asked = [(who, path) for who, paths in SUPERIORS.items() for path in paths]
        answers = {one: await people[one[0]].client.get(one[1]) for one in asked}
    return {one: (answer.status_code, answer.text) for one, answer in answers.items()}


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


async def test_lists_over_all_bureaus_hold_nothing_of_the_two(exchange: Exchange) -> None:
    """Codes of the two counties' sites do stand there: in the key lists their cities published by law.

    Those notices are the cities' and live in the shared database; they name the year's key sites, not what a
    county keeps. Of the two bureaus themselves there is neither a draw nor a notice; both are named missing.
    """
    cities = {("411700", "key_list"), ("150200", "key_list")}
    asked = {"/api/v1/draws": set[tuple[str, str]](), "/api/v1/notices": cities}
    lists = [(p.route, json.loads(answer.body)) for p, answer in told(exchange, 200, 200) if p.route in asked]
    assert {route for route, _ in lists} == {*asked}
    for route, page in lists:
        assert {(one["bureau"], one["kind"]) for one in page["items"]} == asked[route]
        assert {one["bureau"] for one in page["missing"]} == {OWN, FOREIGN}


async def test_people_are_told_plainly(exchange: Exchange) -> None:
    pages = [answer.body for _, answer in told(exchange, 503, 503)]
    assert all(UNAVAILABLE in body or "BureauUnavailable" in body for body in pages)
    for body in pages:
        assert "127.0.0.1" not in body and "-secret" not in body and "shuangsui_app" not in body


async def test_the_alarm_is_loud_and_names_both(exchange: Exchange) -> None:
    alarms = [line for line in exchange.log if line.startswith("ALARM")]
    for name, bureau in APART.items():
        mine = [line for line in alarms if f"database {name} " in line and bureau in line]
        assert mine, alarms
        other = next(one for one in APART if one != name)
        assert any("Not the expected database" in one and f"{IDENTITY}/{other}" in one for one in mine), mine
    assert "-secret" not in "".join(exchange.log)


async def test_the_others_are_served(exchange: Exchange) -> None:
    assert exchange.others == {"/desk/sites": 200, "/desk/people": 200, "/b/411700": 200,
                               "/api/v1/bureaus/411700/officers": 200, "/city": 200}  # fmt: skip


async def test_those_above_read_round_the_hole(exchange: Exchange) -> None:
    """Their views say that a county is missing and why; none shows a row of the other one in its place."""
    foreign, own = ("昆都仑", FOREIGN), ("西平", OWN)
    for (who, path), (status, page) in exchange.above.items():
        mine, other = (own, foreign) if who.startswith("41") else (foreign, own)
        if path == "/city":
            assert status == 200 and "暂缺" in page and STATE in page and mine[0] in page, (who, page[:3000])
        else:
            assert status == 503 and UNAVAILABLE in page and mine[1] in page, (who, path, status)
        assert not any(word in page for word in other), (who, path)


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
    shown_there = {one["name"]: one for one in json.loads(listed.stdout)["databases"]}
    assert {name: shown_there[name]["state"] for name in APART} == dict.fromkeys(APART, "identity")
    checked = shuangsui("database", "check", *at, **env)
    assert checked.returncode == 1 and STATE in checked.stdout + checked.stderr, checked.stdout
