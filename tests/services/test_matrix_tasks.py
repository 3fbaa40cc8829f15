"""Own and not-own assignments over HTTP: who is on the team, from the first day on, and nobody else.

Every route whose row grants something "assigned" is asked by the officer of the visit, by an officer of the
same bureau who is on another team, by an inspector who is no officer, and by one of another bureau; before
the dispatch, before the day, on the day and after the record. What is refused looks like what is not there.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from policies import access
from services.usecases.dispatch_tasks import dispatch_board, dispatch_tasks
from services.web.census import handlers
from tests.flows import ceremony as c
from tests.flows import fieldwork as f
from tests.flows.test_visit_files import DOOR, picture

from .asked import Asked, asked_site, drawn

KD, XP = "150203", "411721"
DAY = date(2026, 1, 6)
PHASES = ("drawn", "dispatched", "due", "recorded")
PEOPLE = ("own", "colleague", "nobody", "elsewhere")

API = "/api/v1/bureaus/{bureau:str}"
ONE = "/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}"
#: Asked about one visit: (method, path) → phases in which its officer is let through.
OF_ONE = {
    ("GET", ONE): ("due", "recorded"),
    ("GET", f"{ONE}/code"): ("due", "recorded"),
    ("POST", ONE): ("due", "recorded"),  # recorded already: the own form comes back and says so
    ("POST", f"{ONE}/declaration"): ("due",),
    ("POST", f"{ONE}/arrival"): ("due", "recorded"),
    ("GET", f"{ONE}/notice"): ("due", "recorded"),  # before the arrival the own one says so
    ("GET", f"{ONE}/firm"): ("due", "recorded"),  # as the notice
    ("POST", f"{API}/draws/{{draw_no:int}}/tasks/{{slot:int}}/arrival"): ("due", "recorded"),
    ("POST", f"{API}/draws/{{draw_no:int}}/tasks/{{slot:int}}/record"): ("due", "recorded"),
    ("POST", f"{API}/draws/{{draw_no:int}}/visits/{{slot:int}}/recusal"): ("due",),
    ("PUT", f"{API}/draws/{{draw_no:int}}/tasks/{{slot:int}}/attachments/{{sha256:str}}"): (
        "due",
        "recorded",
    ),
}
#: Lists of one's own: phases in which the visit stands in its officer's.
LISTS = {
    "/field": ("due", "recorded"),
    "/field/sheets": ("due",),
    "/field/visits": ("recorded",),
    "/field/app/tasks": ("due",),
    "/api/v1/me/tasks": ("due",),
    "/api/v1/me/visits": ("recorded",),
}
#: Inspectors have no business there, on whatever team: the row's other roles do.
OTHERS = {
    "/desk/draws/{draw_no:int}/cars", "/desk/draws/{draw_no:int}/cars.csv", "/desk/visits",
    "/desk/visits/{visit:uuid}", "/desk/visits/{visit:uuid}/document", "/desk/visits/{visit:uuid}/order",
    f"{API}/visits/{{visit_id:uuid}}", f"{API}/visits/{{visit_id:uuid}}/attachments/{{sha256:str}}",
    "/desk/visits/{visit:uuid}/files/{sha256:str}", "/desk/visits/archive",
    "/desk/visits/print", f"{API}/visits/archive", f"{API}/visits/documents",
    f"{API}/visits/{{visit_id:uuid}}/document", f"{API}/visits/{{visit_id:uuid}}/order",
    f"{API}/draws/{{draw_no:int}}/minutes/document",
    f"{API}/draws/{{draw_no:int}}/cars", f"{API}/draws/{{draw_no:int}}/minutes",
    "/desk/minutes/{bureau:str}/{draw_no:int}", "/desk/ceremony/{bureau:str}/{draw_no:int}/minutes",
    "/desk/draws/{draw_no:int}/changes/absence",
    "/desk/draws/{draw_no:int}/changes/declarations/{id:uuid}",
    "/city/districts/{bureau:str}/records/{visit:uuid}",
}  # fmt: skip
#: For any officer of the bureau, without a task: tried by a test of its own below.
OF_OFFICERS = {f"{API}/absences", f"{API}/visits"}
#: Whose session it is, and the officer's own recusals: no visit is named there; see `test_officer_days.py`.
OWN = {"/field/app/state", "/field/recusals", "/api/v1/me/recusals", f"{API}/own-recusals"}
#: Visits no draw chose, asked for and decided: see `test_visit_requests.py` and `test_request_pages.py`.
REQUESTS = {
    "/desk/requests", "/desk/requests/{asked:uuid}/drop", "/field/requests", "/field/requests/visit",
    f"{API}/my-visit-requests", f"{API}/visit-requests", f"{API}/visit-requests/{{asked:uuid}}/drop",
}  # fmt: skip


@dataclass
class Scene:
    """The site with one visit: its team, an officer on another, the name that must not be told."""

    site: Asked
    slot: int
    team: tuple[int, ...]
    other: int
    secret: str = ""

    def place(self, who: str) -> str:
        """Bureau and certificate of a person."""
        return {
            "own": f"{KD}#{self.team[0]}", "colleague": f"{KD}#{self.other}", "nobody": KD,
            "elsewhere": f"{XP}#4",
        }[who]  # fmt: skip

    def tells(self, body: str) -> bool:
        """True when an answer names the site; 模拟企业1 is not 模拟企业12."""
        return bool(self.secret) and re.search(re.escape(self.secret) + r"(?!\d)", body) is not None

    def address(self, path: str) -> str:
        """Of this visit."""
        values = {"{bureau:str}": KD, "{draw_no:int}": "1", "{slot:int}": str(self.slot)}
        values |= {"{sha256:str}": sha256(PHOTO).hexdigest()}
        for name, value in values.items():
            path = path.replace(name, value)
        return path


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "matrix_tasks") as found:
        await drawn(found.app, KD)
        yield found


def numbers(certificates: Any) -> tuple[int, ...]:
    return tuple(int(one.removeprefix(KD)) for one in certificates)


async def scene_of(site: Asked) -> Scene:
    """A visit with an officer of the bureau who is on no team of it."""
    async with site.app.work(c.acting(site.app, KD, "dispatcher")) as work:
        board = [
            (task.slot, numbers(a.certificate for a in team)) for task, team in await dispatch_board(work, 1)
        ]
    every = {n for _, team in board for n in team}
    return next(
        Scene(site, slot, team, min(every - set(team))) for slot, team in board if team and every - set(team)
    )


def test_every_route_of_an_assignment_is_asked(site: Asked) -> None:
    wanted = {
        path for path, handler in handlers(site.litestar)
        if any(grant.scope == "assigned" and role == "inspector"
               for role, grant in access.ACTIONS.get(str(handler.opt.get("action")), {}).items())
    }  # fmt: skip
    assert (
        wanted == {path for _, path in OF_ONE} | set(LISTS) | (OTHERS & wanted) | OF_OFFICERS | OWN | REQUESTS
    )


async def ask(scene: Scene, who: str, method: str, path: str) -> tuple[int, str]:
    """Status and text of the answer, with a form or body that is refused for its content at the earliest."""
    url, place = scene.address(path), scene.place(who)
    if path.startswith("/api/"):
        async with scene.site.someone("inspector", place) as client:
            body = (
                RECORD if path.endswith("/record") else {"present": []} if path.endswith("/arrival") else {}
            )
            sent: dict[str, Any] = {"json": body} if method == "POST" else {}
            if method == "PUT":
                sent = {"content": PHOTO, "params": {"taken_at": "2026-01-05T00:00:00Z"}}
            answer = await client.request(method, url, **sent)
    else:
        client = await scene.site.browser("inspector", place)
        answer = await client.request(method, url, data={"kind": "x"} if method == "POST" else None)
        await client.aclose()
    return answer.status_code, answer.text


RECORD = {
    "started_at": "2026-01-06T09:00:00+08:00", "ended_at": "2026-01-06T10:00:00+08:00", "present": [],
    "answers": {}, "result": "none_found", "narrative": "x",
}  # fmt: skip


async def check(scene: Scene, phase: str) -> list[str]:
    """What is wrong in a phase, route by route and person by person."""
    faults = []
    for (method, path), phases in OF_ONE.items():
        if method == "POST" and path.endswith(("declaration", "recusal")) and phase == "due":
            continue  # it would be done: below
        absent = {who: await ask(scene, who, method, path.replace("{slot:int}", "59999")) for who in PEOPLE}
        for who in PEOPLE:
            status, body = await ask(scene, who, method, path)
            let = who == "own" and phase in phases
            if let == (status in (403, 404)) or status >= 500:
                faults.append(f"{phase} {who} {method} {path}: {status}")
            if not let and scene.tells(body):
                faults.append(f"{phase} {who} {method} {path}: tells the site")
            if not let and absent[who][0] != status:
                faults.append(f"{phase} {who} {method} {path}: {status}, nothing there: {absent[who][0]}")
    for path, phases in LISTS.items():
        for who in PEOPLE:
            status, body = await ask(scene, who, "GET", path)
            found = scene.tells(body)
            if status != (404 if who in ("nobody", "elsewhere") and status == 404 else 200):
                faults.append(f"{phase} {who} {path}: {status}")
            if scene.secret and found != (who == "own" and phase in phases):
                faults.append(f"{phase} {who} {path}: {'told' if found else 'not told'}")
    for path in sorted(OTHERS):
        for method in {"GET"} if not path.endswith(("absence", "{id:uuid}")) else {"POST"}:
            url = (
                path.replace("{visit:uuid}", ABSENT)
                .replace("{visit_id:uuid}", ABSENT)
                .replace("{id:uuid}", ABSENT)
            )
            status, body = await ask(scene, "own", method, url)
            if (status < 400 and "/minutes" not in path) or scene.tells(body):
                faults.append(f"{phase} own {path}: {status}")
    return faults


ABSENT = "00000000-0000-8000-8000-00000000dead"
PHOTO = picture(DOOR)


async def test_who_is_on_the_team_and_from_when(site: Asked) -> None:
    """One visit through its phases."""
    app = site.app
    faults = await check(Scene(site, 0, (2, 4), 5), "drawn")
    async with app.work(c.acting(app, KD, "dispatcher")) as work:
        await dispatch_tasks(work, 1, days=[DAY])
    scene = await scene_of(site)
    faults += await check(scene, "dispatched")
    f.at(app, DAY)
    status, listed = await ask(scene, "own", "GET", "/api/v1/me/tasks")
    assert status == 200, listed
    async with site.someone("inspector", scene.place("own")) as client:
        mine = (await client.get("/api/v1/me/tasks")).json()
    scene.secret = next(one["site"]["name"] for one in mine if one["slot"] == scene.slot)
    assert (await ask(scene, "colleague", "GET", "/api/v1/me/tasks"))[0] == 200
    faults += await check(scene, "due")
    certificates = [f.cert(KD, n) for n in scene.team]
    await f.record(app, KD, scene.team[0], 1, scene.slot, f.form(app, *certificates))
    faults += await check(scene, "recorded")
    assert not faults, "\n".join(faults)


async def test_an_own_recusal_is_of_an_own_visit(site: Asked) -> None:
    """And an absence of oneself; by API and page. Runs after the visit's phases, on another visit."""
    app = site.app
    async with app.work(c.acting(app, KD, "dispatcher")) as work:
        board = [(t, numbers(a.certificate for a in team)) for t, team in await dispatch_board(work, 1)]
    every = {n for _, team in board for n in team}
    task, team = next((t, team) for t, team in board if t.state == "dispatched" and every - set(team))
    scene = Scene(site, task.slot, team, min(every - set(team)))
    path = f"{API}/draws/{{draw_no:int}}/visits/{{slot:int}}/recusal"
    for who, right in (("colleague", 404), ("nobody", 404), ("elsewhere", 404), ("own", 201)):
        assert (await ask(scene, who, "POST", path))[0] == right, who
        if who != "own":
            assert (await ask(scene, who, "POST", f"{ONE}/declaration"))[0] == 404, who
    assert (await ask(scene, "own", "POST", f"{ONE}/declaration"))[0] == 303


async def test_what_any_officer_may_an_inspector_who_is_none_may_not(site: Asked) -> None:
    """An absence of one's own, and a visit no draw chose: by officers of the bureau only."""
    scene = await scene_of(site)
    body = {"site_code": f"{KD}S0001", "visit_type": "complaint", "record": RECORD}
    for who, absence, visit in (("nobody", 404, 404), ("elsewhere", 404, 404), ("colleague", 201, 403)):
        async with site.someone("inspector", scene.place(who)) as client:
            told = await client.post(f"/api/v1/bureaus/{KD}/absences", json={"day": "2026-01-08"})
            assert told.status_code == absence, (who, told.text)
            made = await client.post(f"/api/v1/bureaus/{KD}/visits", json=body)
            assert made.status_code == visit, (who, made.text)  # not present there: not an own visit
