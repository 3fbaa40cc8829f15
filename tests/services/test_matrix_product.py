"""The matrix over HTTP: every act of the route table, every role, everywhere a bureau may stand.

For CI one route an action and door; `make prove` asks all of them. The people are made up: each holds one
role in the city 411700, so that a bureau can be the own one, below, above, beside, or nowhere. States, fields
and assignments have tests of their own: `test_matrix_states`, `test_matrix_fields`, `test_matrix_tasks`.
"""

import os
import re
from collections import defaultdict
from collections.abc import AsyncIterator

import httpx
import pytest

from policies import access
from policies.access_matrix import ROLES

from .asked import HOME_BUREAU, Asked, asked_site, filled, principal

PLACES = {"own": "411700", "child": "411721", "parent": "410000", "sibling": "411600", "none": "999999"}
NOT_HELD = {
    "anonymous",
    "system",
    "invited_witness",
    "visited_firm",
    "provincial_client",
    "support",
}  # by no membership
PEOPLE = [role for role in ROLES if role not in NOT_HELD]
FULL = "PROVE" in os.environ


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "matrix") as found:
        yield found


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
