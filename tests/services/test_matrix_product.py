"""The matrix over HTTP: every act of the route table, every role, everywhere a bureau may stand, every state.

For CI one route an action and door; `make prove` asks all of them. The people are made up: each holds one
role in the city 411700, so that a bureau can be the own one, below, above, beside, or nowhere.
"""

import os
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import redis.asyncio as redis

from policies import access
from policies.access_matrix import ROLES
from policies.terms import Bureau, Principal
from services.clock import CHINA, SystemClock
from services.identity.errors import TokenRefused
from services.identity.tokens import Claims
from services.main import create_app
from services.serve import free_port, serving
from services.web.census import handlers
from services.web.state import SLOT
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import bureaus, draws
from tests.confirming import StepsUp
from tests.flows import ceremony as c

HOME_BUREAU = "411700"
PLACES = {"own": "411700", "child": "411721", "parent": "410000", "sibling": "411600", "none": "999999"}
PEOPLE = [
    role for role in ROLES if role not in ("anonymous", "system", "invited_witness", "provincial_client")
]
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
FILL = {"int": "1", "uuid": "00000000-0000-8000-8000-00000000dead", "str": "x", "path": "x", "": "x"}
XP, KD = "411721", "150203"
SINCE = date(2025, 1, 1)
FULL = "PROVE" in os.environ


class People:
    """Everyone the tests make up: "role@bureau" holds that role there; nobody else exists."""

    async def of_subject(self, subject: str, on: date) -> list[Membership]:
        role, _, bureau = subject.partition("@")
        return [Membership(bureau, subject, role, role, SINCE)] if role in ROLES and bureau else []

    async def of_client(self, client: str, on: date) -> list[Any]:
        return []

    async def names_of(self, subject: str, codes: Any) -> dict[str, str]:
        return {code: code for code in codes}


class Tokens:
    """Believes that a token is its subject, with a second factor of the next second."""

    async def check(self, token: str, wanted: str, **_: Any) -> Claims:
        if "@" not in token:
            raise TokenRefused
        now = int(SystemClock().now().timestamp())
        return Claims(token, 2, now + 1, "shuangsui", "")


@dataclass
class Asked:
    """The served deployment and its route table."""

    base: str
    app: Any
    litestar: Any

    @asynccontextmanager
    async def someone(
        self, role: str, bureau: str = HOME_BUREAU, *, steps_up: bool = False
    ) -> AsyncIterator[Any]:
        auth = StepsUp(bureau) if steps_up else None
        headers = {"authorization": f"Bearer {role}@{bureau}"} if role else {}
        async with httpx.AsyncClient(
            base_url=self.base, headers=headers, auth=auth, trust_env=False, timeout=60
        ) as client:
            yield client

    async def browser(self, role: str) -> httpx.AsyncClient:
        """A signed-in browser of that role; its session is put where a login would put it."""
        identity = self.litestar.state[SLOT].identity
        session = await identity.sessions.open(
            subject=f"{role}@{HOME_BUREAU}", bureau=HOME_BUREAU, acr=2,
            auth_time=int(SystemClock().now().timestamp()), id_token="", previous=None,
        )  # fmt: skip
        client = httpx.AsyncClient(base_url=self.base, trust_env=False, timeout=60)
        client.headers.update({"accept": "text/html", "x-csrf-token": session.csrf})
        client.cookies.set(identity.config.session_cookie, session.sid)
        return client

    def routes(self) -> Iterator[tuple[str, str, str]]:
        for path, handler in handlers(self.litestar):
            for method in sorted(getattr(handler, "http_methods", ())):
                if method not in ("OPTIONS", "HEAD"):
                    yield method, path, str(handler.opt["action"])


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with (
        c.small_deployment(pg_server.superuser_dsn, new_home("matrix"), "matrix") as app,
        redis.from_url(valkey_server.url) as client,
    ):
        app.redis = client
        async with app.database.unit(Scope.for_system()) as db:
            await bureaus.put(db, Bureau("411600", "周口市生态环境局", "city", "410000"))
        port = free_port()
        settings = replace(app.settings, port=port, public_url=f"http://127.0.0.1:{port}")

        @asynccontextmanager
        async def opened() -> AsyncIterator[Any]:
            yield app

        litestar = create_app(settings, opened, directory=lambda _: People())
        async with serving(litestar, "127.0.0.1", port):
            litestar.state[SLOT].identity.client.verifier = Tokens()
            yield Asked(settings.public_url, app, litestar)


def principal(role: str) -> Principal:
    return Principal(f"{role}@{HOME_BUREAU}", role, HOME_BUREAU, frozenset({role}))


def filled(path: str, bureau: str) -> str:
    def value(found: re.Match[str]) -> str:
        named = found[1] in ("bureau", "district", "below")
        return bureau if named else FILL[found[2] or ""]

    return PLACE.sub(value, path)


def chosen(site: Asked, *, api: bool) -> list[tuple[str, str, str]]:
    """Routes that name a bureau (programs), or none (the desk): one an action and method, or all of them."""
    fitting = defaultdict(list)
    for method, path, action in site.routes():
        named = "{bureau" in path and path.startswith("/api/v1/bureaus/")
        desk = path.startswith(("/desk", "/city", "/field")) and "{" not in path
        if named if api else desk:
            fitting[action, method].append((method, path, action))
    return [one for found in fitting.values() for one in (found if FULL else found[:1])]


def wrong(found: access.Decision, method: str, answer: httpx.Response) -> str:
    """What is wrong with an answer, by what the matrix decides; "" if nothing."""
    status, body = answer.status_code, answer.json() if "json" in answer.headers["content-type"] else {}
    code = body.get("code", "") if isinstance(body, dict) else ""
    if status >= 500:
        return f"fault {status}"
    if found.reason == "stranger":
        return "" if status == 404 else f"a stranger is answered {status} {code}"
    if found.reason in ("role", "assignment"):
        return "" if status == 403 else f"without the role: {status} {code}"
    if found.reason == "step_up" and method != "GET":
        return "" if (status, code) == (401, "IntentNeeded") else f"no intent is asked for: {status} {code}"
    mine_only = found.scope == "assigned"  # the guard lets in, the use case asks whose record it is
    if status == 401 or (status == 403 and code == "Forbidden" and not mine_only):
        return f"allowed, but {status} {code}"
    return ""


async def test_programs_every_role_everywhere(site: Asked) -> None:
    faults, asked = [], 0
    for role in PEOPLE:
        async with site.someone(role) as client:
            for method, path, action in chosen(site, api=True):
                for place, bureau in PLACES.items():
                    found = access.allowed(principal(role), action, bureau=bureau, assigned=True)
                    answer = await client.request(
                        method, filled(path, bureau), json={} if method != "GET" else None
                    )
                    asked += 1
                    if fault := wrong(found, method, answer):
                        faults.append(f"{role} {method} {path} {place}: {fault}")
    assert not faults, "\n".join(faults[:40])
    assert asked > 3000


async def test_what_is_forbidden_to_strangers_equals_what_is_absent(site: Asked) -> None:
    faults = []
    for role in ("registry_keeper", "city_auditor", "bureau_head"):
        async with site.someone(role) as client:
            for method, path, action in chosen(site, api=True):
                if (
                    access.allowed(principal(role), action, bureau="411600", assigned=True).reason
                    != "stranger"
                ):
                    continue
                told = []
                for bureau in ("411600", "999999"):
                    answer = await client.request(
                        method, filled(path, bureau), json={} if method != "GET" else None
                    )
                    body = {k: v for k, v in answer.json().items() if k != "request_id"}
                    told.append((answer.status_code, str(body).replace(bureau, "CODE")))
                if told[0] != told[1]:
                    faults.append(f"{role} {method} {path}: {told}")
    assert not faults, "\n".join(faults[:20])


async def test_the_desk_every_role(site: Asked) -> None:
    """Pages and forms of the own bureau, with a session; acts with step-up lead to their confirmation."""
    faults = []
    for role in PEOPLE:
        client = await site.browser(role)
        for method, path, action in chosen(site, api=False):
            found = access.allowed(principal(role), action, bureau=HOME_BUREAU, assigned=True)
            answer = await client.request(method, path, data={"x": "y"} if method != "GET" else None)
            where, status = answer.headers.get("location", ""), answer.status_code
            if status >= 500:
                faults.append(f"{role} {method} {path}: fault {status}")
            elif found.reason in ("role", "assignment"):
                faults += [] if status == 403 else [f"{role} {method} {path}: {status} without the role"]
            elif found.reason == "step_up" and method != "GET":
                right = status == 303 and "level=2" in where and "confirm" in where
                faults += [] if right else [f"{role} {method} {path}: {status} {where}, no intent"]
            elif status == 401 or "/login" in where:
                faults.append(f"{role} {method} {path}: allowed, but {status} {where}")
        await client.aclose()
    assert not faults, "\n".join(faults[:40])


async def test_every_link_of_the_menu_is_served_to_whom_it_is_offered(site: Asked) -> None:
    faults = []
    for role in PEOPLE:
        client = await site.browser(role)
        front = await client.get("/desk")
        assert front.status_code == 200, role
        menu = front.text.partition('class="subnav"')[2].partition("</nav>")[0]
        for link in set(re.findall(r'href="(/(?:desk|city|field)[^"]*)"', menu)):
            status = (await client.get(link)).status_code
            faults += [] if status == 200 else [f"{role} {link}: {status}"]
        await client.aclose()
    assert not faults, "\n".join(faults)


async def test_the_public_signs_in_first(site: Asked) -> None:
    async with site.someone("") as nobody:
        for method, path, action in chosen(site, api=True):
            answer = await nobody.request(method, filled(path, HOME_BUREAU), json={})
            public = "anonymous" in access.ACTIONS[action]
            assert public or answer.status_code == 401, (method, path, answer.status_code)


@pytest.fixture(scope="module")
async def states(site: Asked) -> dict[str, tuple[str, int]]:
    """One draw in every state, each where its act would find it: state → (bureau, number)."""
    app = site.app
    for bureau in (XP, KD):
        await c.plan(app, bureau)
    found: dict[str, tuple[str, int]] = {}
    for bureau, state in ((KD, "opened"), (XP, "void"), (XP, "drawn")):
        no = (await c.prepare(app, bureau)).draw_no
        await c.freeze(app, bureau, no)
        found[state] = (bureau, no)
        if state == "void":
            await c.void(app, bureau, no)
        else:
            await c.escrow(app, bureau, no)
    await app.log.publish()
    for superior in ("150200", "411700"):
        await c.cosign(app, superior)
    c.at_beacon(app)
    for state in ("opened", "drawn"):
        bureau, no = found[state]
        await c.run_draw(app, c.drawer(app, bureau), no, c.DIGITS, c.secret(app, bureau, no))
    scope = Scope.own(KD, "tests")
    async with app.database.unit(scope) as db:
        await draws.opened(db, scope, found["opened"][1], app.clock.now())
    later = datetime(2026, 3, 30, 10, 0, tzinfo=CHINA)
    no = (await c.prepare(app, XP, period="2026Q2", beacon_at=later)).draw_no
    await c.freeze(app, XP, no)
    found["frozen"] = (XP, no)
    june = datetime(2026, 6, 29, 10, 0, tzinfo=CHINA).astimezone(UTC)
    found["prepared"] = (XP, (await c.prepare(app, XP, period="2026Q3", beacon_at=june)).draw_no)
    return found


BODIES: dict[str, Any] = {
    "draw.commit": {"role": "bureau", "c": "ab" * 32, "escrow_copy": "01" * 81},
    "draw.freeze": {"difference": "ab" * 32},
    "draw.escrow": {"by": "x", "sig": "x"},
    "draw.beacon": {"evidence": c.DIGITS},
    "draw.reveal": {"role": "bureau", "key": "ab" * 32},
    "draw.void": {"reason": "理由理由"},
    "draw.void_approve": {"proposal": 1},
    "draw.change_approve": {"proposal": 1},
    "minutes.confirm": {"h": "ab" * 32},
    "witness.invite": {"name": "某某"},
}
PATHS = {
    "draw.commit": "commitments", "draw.freeze": "freeze", "draw.difference": "difference",
    "draw.escrow": "escrow", "draw.beacon": "beacon", "draw.reveal": "secrets", "draw.run": "completion",
    "draw.open": "opening", "draw.void": "void", "draw.void_approve": "void/approval",
    "draw.change_approve": "changes/approval", "task.dispatch": "dispatch", "minutes.confirm": "minutes",
    "witness.invite": "invitations",
}  # fmt: skip


def test_every_guarded_act_of_a_draw_is_tried() -> None:
    guarded = {action for action, (record, _) in access.GUARDS.items() if record == "draw"}
    # the first takes a file, the second names its visit, the third happens above: other tests try them
    assert guarded - set(PATHS) == {"draw.compare", "draw.change", "draw.superior_open"}


@pytest.mark.parametrize("action", sorted(PATHS))
async def test_no_act_starts_from_a_state_the_matrix_does_not_name(
    site: Asked, states: dict[str, tuple[str, int]], action: str
) -> None:
    """In a state of its row it is refused for another reason, or done; in every other one, for the state."""
    role = next(role for role, grant in access.ACTIONS[action].items() if grant.scope != "assigned")
    scope = access.ACTIONS[action][role].scope
    for state, (bureau, no) in states.items():
        if access.possible(action, state):
            continue
        own = {"411721": "411700", "150203": "150200"}[bureau] if scope == "subtree" else bureau
        path = f"/api/v1/bureaus/{bureau}/draws/{no}/{PATHS[action]}"
        async with site.someone(role, own, steps_up=True) as client:
            answer = await client.post(path, json=BODIES.get(action, {}))
        unproposed = (
            ("Missing",) if action == "draw.change_approve" else ()
        )  # the proposal is looked for first
        told = ("WrongState", "UnfrozenDraw", "WitnessTooLate", *unproposed)
        assert answer.json()["code"] in told, (action, state, answer.text)
