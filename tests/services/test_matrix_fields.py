"""The visible fields of the matrix over HTTP: every role, every record whose row names fields, page and API.

What a role ought to see is read a second time from the rows; what it is served is read from the answers.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import fields
from datetime import date
from hashlib import sha256
from typing import Any

import httpx
import pytest

from policies import access
from policies.access_matrix import ROWS
from policies.access_parts import ALWAYS, PARTS
from policies.visiting.files import FileFacts
from services.api.companions import OwnVisitOut
from services.api.draws import DrawOut
from services.api.external import ListOut
from services.api.voids import ProposalOut
from services.api.witnessing import MinutesWordOut
from services.seen import Seen
from services.usecases.confirm_minutes import Minutes, confirm_minutes, minutes_for
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.keep_file import keep_file, pick
from services.usecases.own_visits import OwnVisit
from services.usecases.plan_cars import Ride
from services.usecases.void_draw import propose_void
from services.usecases.witness_invited import Sight
from services.views.ceremony import Ceremony
from services.views.draw_board import DrawBoard
from services.views.draws import DrawFace, StratumRow
from services.views.readiness import Readiness
from services.views.voiding import Voiding
from services.web.census import handlers
from services.work import Work
from tenants.external_rows import PlatformList
from tenants.records import Visit
from tenants.rows import Membership, VoidProposal
from tenants.scope import Scope
from tenants.stores import members
from tenants.stores.comparing import OverdueDraw
from tenants.witness_rows import MinutesWord
from tests.flows import ceremony as c
from tests.flows import fieldwork as f
from tests.flows.test_visit_files import DOOR, picture

from .asked import Asked, asked_site, drawn

KD, ABOVE = "150203", "150200"
ROW = {row.action: row for row in ROWS}
DAY = date(2026, 1, 6)
PHOTO = picture(DOOR)
SHOT = sha256(PHOTO).hexdigest()


def reads(action: str, role: str) -> set[str]:
    """Fields a role sees, from the row itself."""
    found = re.search(rf"(?:^|; ?){role}: ([a-z ]+)", ROW[action].less)
    return set((found[1] if found else ROW[action].sees).split())


def ought(role: str, *actions: str) -> set[str]:
    return {field for action in actions if role in access.ACTIONS[action] for field in reads(action, role)}


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    """One draw of KD with its result, minutes confirmed by one side, a void proposed, visits dispatched."""
    async with asked_site(pg_server, valkey_server, new_home, "matrix_fields") as found:
        app = found.app
        await drawn(app, KD)
        async with app.work(c.drawer(app, KD)) as work:
            made = await minutes_for(work, 1)
            await confirm_minutes(work, 1, made.h)
        async with app.work(c.acting(app, KD, "bureau_head", post="deputy")) as work:
            await propose_void(work, 1, "名录有误")
        async with app.work(c.acting(app, KD, "dispatcher")) as work:
            await dispatch_tasks(work, 1, days=[DAY])
        scope = Scope.own(KD, "tests")
        async with app.database.unit(scope) as db:
            for role in ("joint_department", "monitoring_station"):
                row = Membership(KD, f"{role}@{KD}", role, f"模拟{role}", date(2025, 1, 1))
                await members.grant(db, scope, row)
        yield found


def test_every_part_of_every_record_is_in_the_table() -> None:
    """A part that stands nowhere is served to nobody: it must be left out on purpose."""
    records: dict[str, set[str]] = {
        "face": names(DrawFace), "stratum": names(StratumRow), "board": names(DrawBoard),
        "void": names(VoidProposal), "minutes": names(Minutes), "word": names(MinutesWord),
        "overdue": names(OverdueDraw), "alarm": names(PlatformList), "witnessed": names(Sight),
        "ceremony": names(Ceremony), "readiness": names(Readiness), "voiding": names(Voiding),
        "ride": names(Ride), "visit_row": names(Visit), "own_visit": names(OwnVisit),
    }  # fmt: skip
    assert {record: set(PARTS[record]) for record in records} == records
    for form, record in ((DrawOut, "draw"), (ProposalOut, "void"), (ListOut, "alarm"),
                         (MinutesWordOut, "word"), (OwnVisitOut, "own_visit")):  # fmt: skip
        assert set(form.__struct_fields__) <= set(PARTS[record]), form
    used = {field for parts in PARTS.values() for field in parts.values()} - {ALWAYS}
    named = {field for row in ROWS for field in row.sees.split()}
    named |= {
        field for row in ROWS for role in access.ACTIONS[row.action] for field in reads(row.action, role)
    }
    assert used == named


def names(form: type) -> set[str]:
    return {one.name for one in fields(form)}


def test_a_part_that_is_not_shown_is_blank_or_null() -> None:
    ride = Ride(1, 2, DAY, ("某某",), True, "模拟企业", "模拟路", True)
    cut = Seen(frozenset({"place"})).of("ride", ride)
    assert (cut.name, cut.team, cut.place, cut.slot) == ("", (), "模拟路", 2)
    assert Seen(frozenset({"names"})).members("ride", {"name": "x", "place": "y", "made_up": 1}) == {
        "name": "x"
    }
    made = ListOut(
        bureau=KD, draw_no=1, n=1, batch="b", verdict="equal", fingerprint="f", size=3, missing=0, extra=0,
        teams=0, at=c.PLANNED,
    )  # fmt: skip
    cut_list = Seen(frozenset({"numbers"})).of("alarm", made)
    assert (cut_list.fingerprint, cut_list.batch, cut_list.size) == (None, None, 3)


@pytest.mark.parametrize("role", sorted(set(access.ACTIONS["draw.read"]) - {"support"}))
async def test_a_draw_is_served_as_its_row_says(site: Asked, role: str) -> None:
    """API: every member that has a value for somebody is null for exactly the roles not shown it."""
    seen, place = ought(role, "draw.read"), where(role, "draw.read")
    minutes_seen = seen | ought(role, "minutes.confirm")
    async with site.someone(role, place) as client, site.someone("drawer", KD) as whole:
        async with asked(client, whole, f"/api/v1/bureaus/{KD}/draws/1") as (mine, every):
            assert_cut("draw", mine, every, seen)
        (mine,), (every,) = [
            (await one.get(f"/api/v1/bureaus/{KD}/draws")).json()["items"] for one in (client, whole)
        ]
        assert_cut("draw", mine, every, seen)
        async with asked(client, whole, f"/api/v1/bureaus/{KD}/draws/1/void") as (mine, every):
            assert_cut("void", mine, every, seen)
        async with asked(client, whole, f"/api/v1/bureaus/{KD}/draws/1/minutes") as (mine, every):
            assert_cut("minutes", mine, every, minutes_seen)
            assert_cut("minutes_body", mine["body"], every["body"], minutes_seen, absent=True)
            assert_cut("word", mine["words"][0], every["words"][0], minutes_seen)


class asked:
    """The same address asked by two people."""

    def __init__(self, *who: Any) -> None:
        self.clients, self.path = who[:2], who[2]

    async def __aenter__(self) -> list[Any]:
        answers = [await client.get(self.path) for client in self.clients]
        assert {one.status_code for one in answers} == {200}, [one.text for one in answers]
        return [one.json() for one in answers]

    async def __aexit__(self, *_: object) -> None:
        return None


def assert_cut(record: str, mine: Any, every: Any, seen: set[str], *, absent: bool = False) -> None:
    """Every part with a value for who sees all is there if and only if its field is seen."""
    told = 0
    for part, value in every.items():
        field = PARTS[record][part]
        if value is not None and value != [] and value != "":
            shown = mine.get(part) is not None if not absent else part in mine
            assert shown == (field == ALWAYS or field in seen), (record, part, field)
            assert not shown or part == "words" or part == "body" or mine[part] == value
            told += 1
    assert told


def where(role: str, action: str) -> str:
    return ABOVE if access.ACTIONS[action][role].scope == "subtree" else KD


MARKS = {
    "numbers": re.compile("可抽 [1-9]"),
    "fingerprint": re.compile("与公众所见相同"),
    "progress": re.compile("<h2>检查进度"),
    "days": re.compile("按日安排"),
    "filings": re.compile('id="filings"'),
    "hands": re.compile("提议作废：名录有误"),
}


@pytest.mark.parametrize("role", sorted(set(access.ACTIONS["draw.read"]) - {"support", "provincial_client"}))
async def test_the_page_of_a_draw_shows_what_its_row_says(site: Asked, role: str) -> None:
    seen, place = ought(role, "draw.read"), where(role, "draw.read")
    client = await site.browser(role, place)
    page = (await client.get(f"/desk/draws/1?bureau={KD}")).text
    listed = (await client.get(f"/desk/draws?bureau={KD}")).text
    minutes = (await client.get(f"/desk/minutes/{KD}/1")).text
    await client.aclose()
    own = place == KD  # proposals are shown where something can be done about them
    for field, mark in MARKS.items():
        if field != "hands" or own:
            assert bool(mark.search(page)) == (field in seen), (role, field)
    assert ('class="hash"' in listed or "指纹" in listed) and bool(re.search("[0-9a-f]{8}…", listed)) == (
        "fingerprint" in seen
    )
    assert "纪要" in minutes and ("drawer，" in minutes) == ("hands" in seen | ought(role, "minutes.confirm"))


async def test_who_comes_along_is_served_the_own_part_and_an_inspector_the_whole(site: Asked) -> None:
    """The same visit by all who took part, and by those who read the bureau's visits."""
    app = site.app
    async with site.someone("dispatcher", KD) as client:
        for role, parts in (("joint_department", ["permit"]), ("monitoring_station", ["emissions"])):
            path, body = (
                f"/api/v1/bureaus/{KD}/draws/1/visits/0/companions",
                {"subject": f"{role}@{KD}", "parts": parts},
            )
            made = await client.post(path, json=body)
            assert made.status_code == 201, made.text
        listed = (await client.get(f"/api/v1/bureaus/{KD}/draws/1/companions")).json()
        assert [one["role"] for one in listed] == ["joint_department", "monitoring_station"]
        board = (await client.get(f"/api/v1/bureaus/{KD}/draws/1/dispatch")).json()
    team = next(one["certificates"] for one in board if one["slot"] == 0)
    f.at(app, DAY)
    number = int(team[0][len(KD) :])
    async with app.work(f.inspector(app, KD, number)) as work:
        await keep_file(work, 1, 0, await pick(PHOTO, SHOT), FileFacts("photo", app.clock.now()))
    faulty = f.faulty(app, *team, due=date(2026, 2, 6), attachments=(SHOT,))
    await f.record(app, KD, number, 1, 0, faulty)
    for role in ("joint_department", "monitoring_station", "inspector"):
        place = f"{KD}#{number}" if role == "inspector" else KD
        async with site.someone(role, place) as client:
            (mine,) = (await client.get("/api/v1/me/visits")).json()
        seen = reads("visit.read", role)
        for part, field in PARTS["own_visit"].items():
            has = mine[part] not in (None, [], "")
            assert has == (field == ALWAYS or field in seen), (role, part)
        browser = await site.browser(role, place)
        page = (await browser.get("/field/visits")).text
        refused = (await browser.get("/desk/visits")).status_code
        await browser.aclose()
        assert refused == 403 and mine["name"] in page and mine["place"] in page
        assert ("现场正常生产" in page) == ("record" in seen) and ("承担内容" in page) == ("part" in seen)
    for role in ("reviewer", "supervisor"):
        async with site.someone(role, where(role, "visit.read")) as client:
            (row,) = (await client.get(f"/api/v1/bureaus/{KD}/visits?period=2026Q1")).json()["items"]
            one = (await client.get(f"/api/v1/bureaus/{KD}/visits/{row['id']}")).json()
        assert one["record"]["narrative"] and row["result_code"] and "record" in reads("visit.read", role)


@pytest.mark.parametrize("role", ["supervisor", "reviewer"])
async def test_a_row_that_says_less_is_obeyed_at_once(
    site: Asked, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only the rows as they are today: with the record taken from a role, nothing of it is served."""
    grants = {one: dict(found) for one, found in access.ACTIONS.items()}
    old = grants["visit.read"][role]
    grants["visit.read"][role] = access.Grant(old.scope, sees=frozenset({"names", "place"}))
    place = where(role, "visit.read")
    monkeypatch.setattr(access, "ACTIONS", grants)
    async with site.someone(role, place) as client:
        (row,) = (await client.get(f"/api/v1/bureaus/{KD}/visits?period=2026Q1")).json()["items"]
        one = (await client.get(f"/api/v1/bureaus/{KD}/visits/{row['id']}")).json()
    assert set(one) == {"bureau", "visit_id", "state", "site"}
    assert row["site_code"] and row["started_at"] and row["result_code"] is row["record_sha256"] is None
    if role == "reviewer":
        browser = await site.browser(role, KD)
        listed, page = [
            await browser.get(f"/desk/visits{rest}") for rest in ("?period=2026Q1", f"/{row['id']}")
        ]
        await browser.aclose()
        assert listed.status_code == page.status_code == 200
        assert "模拟企业" in page.text and "现场正常生产" not in page.text and "模拟人员" not in page.text


async def test_nothing_of_such_a_record_leaves_unless_somebody_asked_what_may(
    site: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the question taken out of the code, every route whose row names fields refuses to answer."""
    asks, found = Work.seen, set()

    def unasked(work: Work, *actions: str, **more: Any) -> Seen:
        before = set(work.asked)
        try:
            return asks(work, *actions, **more)
        finally:
            work.asked.intersection_update(before)

    gets = {
        path: str(handler.opt["action"]) for path, handler in handlers(site.litestar)
        if handler.opt.get("action") in access.SEEN and "GET" in getattr(handler, "http_methods", ())
    }  # fmt: skip
    asker = {"draw.read": "drawer", "visit.read": "reviewer", "sealed.read": "dispatcher"}
    visit = await _visit(site)
    async with site.someone("reviewer", KD) as client:  # an order follows an accepted finding
        order = {"accept": True, "note": ""}
        done = await client.post(f"/api/v1/bureaus/{KD}/visits/{visit}/review", json=order)
        assert done.status_code == 201, done.text
    for patched in (False, True):
        if patched:
            monkeypatch.setattr(Work, "seen", unasked)
        for path, action in sorted(gets.items()):
            role = "inspector" if path.endswith(("/me/visits", "/field/visits")) else asker[action]
            values = {"bureau": KD, "draw_no": "1", "visit_id": visit, "visit": visit, "sha256": SHOT}
            url = re.sub(r"\{(\w+)(?::\w+)?\}", lambda place, values=values: values[place[1]], path)
            url += "?period=2026Q1" if url.endswith(("/visits", "/archive", "/documents")) else ""
            answer = await _get(site, role, url)
            assert answer.status_code == (500 if patched else 200), (
                path,
                answer.status_code,
                answer.text[:300],
            )
            found.add(path)
    assert found == set(gets) and len(gets) >= 15


def test_acts_on_such_records_only_lead_back_or_are_cut_too(site: Asked) -> None:
    """No door but GET hands out parts of a record: the forms redirect, the one answer of the API is cut."""
    found = {
        (path, handler.status_code)
        for path, handler in handlers(site.litestar)
        if handler.opt.get("action") in access.SEEN and "GET" not in getattr(handler, "http_methods", ())
    }
    cut = "/api/v1/bureaus/{bureau:str}/draws/{draw_no:int}/minutes"  # `test_a_draw_is_served…` by its GET
    filed = "/api/v1/bureaus/{bureau:str}/filings/acknowledgement"  # numbers and fingerprints, no record
    assert {path for path, status in found if status != 303} == {cut, filed}


async def _visit(site: Asked) -> str:
    async with site.someone("reviewer", KD) as client:
        (row,) = (await client.get(f"/api/v1/bureaus/{KD}/visits?period=2026Q1")).json()["items"]
    return str(row["id"])


async def _get(site: Asked, role: str, url: str) -> httpx.Response:
    if url.startswith("/api/"):
        async with site.someone(role, KD) as client:
            return await client.get(url)
    browser = await site.browser(role, KD)
    answer = await browser.get(url)
    await browser.aclose()
    return answer
