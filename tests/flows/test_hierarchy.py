"""A superior sees what is below, read only and on record; two cities never see each other."""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from policies.access_errors import Stranger
from services.exporting import mark_export
from services.fanout import Noted, over
from services.jobs.catalogue import OF_DEPLOYMENT
from services.jobs.clockwork import run_if_due
from services.jobs.status import job_board
from services.usecases.onboard_bureau import bureau_checklist
from services.usecases.read_journal import export_journal
from services.usecases.superior_reads import read_superior_reads
from services.work import Work
from tenants import journal
from tenants.errors import OutOfScope
from tenants.moving.errors import BureauMoving
from tenants.roles import administer
from tenants.scope import Scope
from tenants.stores import sites
from tests.deployed import deployed

from . import ceremony
from .superior_routes import ALONE, MANY, NOTHING_THERE, filled_in, routes_below, routes_naming
from .tree_of_three import (
    CITY,
    DISTRICTS,
    FAR,
    FAR2,
    GHOST,
    LONE,
    NEAR,
    NEAR2,
    OTHER,
    PERIOD,
    PROVINCE,
    TAKE,
    Tree,
    login,
    planted,
)

AUDITOR, AUDITOR2, ABOVE = (login(code, "auditor") for code in (CITY, OTHER, PROVINCE))

ACTS = "select current_setting('app.bureau', true)"
ABOVE_POSTS = ("auditor", "supervisor", "cdrawer")
SEEN = {"auditor": True, "head": True, "supervisor": False, "cdrawer": False}  # who has a browser here
UNIQUE = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}")


@pytest.fixture(scope="module")
async def tree(pg_server, valkey_server, new_home) -> AsyncIterator[Tree]:
    home = new_home("hierarchy")
    async with deployed(home, pg_server.superuser_dsn, valkey_server.url, ("own1", "own2")) as site:
        await planted(site)
        yield Tree(site, pg_server.superuser_dsn, home.root.name)


@pytest.mark.parametrize(
    ("token", "seen"),
    [
        (AUDITOR, (NEAR, FAR)),
        (AUDITOR2, (NEAR2, FAR2)),
        (ABOVE, DISTRICTS),
        (login(CITY, "supervisor"), (NEAR, FAR)),
        (login(NEAR, "head"), (NEAR,)),
    ],
)
async def test_each_sees_what_is_below_and_nothing_beside(tree: Tree, token: str, seen: tuple[str]) -> None:
    absent = await tree.get(token, "/bureaus/999999/sites")
    for code in DISTRICTS:
        answer = await tree.get(token, f"/bureaus/{code}/sites")
        if code in seen:
            assert [row["code"][:6] for row in answer.json()["items"]] == [code] * 5, (token, code)
        else:
            assert (answer.status_code, _bare(answer)) == (404, _bare(absent)), (token, code)


def _bare(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "request_id"}


@pytest.mark.parametrize("post", ["auditor", "supervisor", "cdrawer"])
async def test_what_is_below_cannot_be_written(tree: Tree, post: str) -> None:
    """Not even by a use case gone wrong that names the district while the transaction is the city's."""
    at, rows = ceremony.PLANNED, [ceremony.site(FAR, 77)]
    for code in (NEAR, FAR):
        async with tree.site.app.work(tree.who(CITY, post)) as work:
            kept = await sites.counts(await work.at(code), work.scope, code)
        wrong = Scope(code, (code,), login(CITY, post))
        with pytest.raises((OutOfScope, BureauMoving, DBAPIError)):  # by policy, or by the gate
            async with tree.site.app.work(tree.who(CITY, post)) as work:
                await sites.upsert(await work.at(code), wrong, rows, at=at, by="x", reason="x")
        async with tree.site.app.work(tree.who(CITY, post)) as work:
            assert await sites.counts(await work.at(code), work.scope, code) == kept
    for path in (f"/bureaus/{FAR}/draws", f"/bureaus/{FAR}/plans/2026"):
        answer = await tree.site.program(login(CITY, post)).post(path, json={})
        assert answer.status_code in (403, 404, 405), (path, answer.text)


async def test_every_read_of_a_superior_stands_in_the_journal_of_the_bureau_read(tree: Tree) -> None:
    """From the route table: whoever adds a route need not think of it, and it fails if it is left out."""
    shown: dict[str, int] = {}
    routes = routes_below(tree.site.litestar)
    async with tree.site.browser(f"{CITY}-auditor") as person:
        for path, named in routes:
            before = await tree.counts()
            answer = await _ask(tree, person, path, named)
            after = await tree.counts()
            made = {code for code in after if after[code] > before[code]}
            steps = {after[code] - before[code] for code in made}
            assert steps <= {1}, (path, before, after)
            if answer.status_code >= 300:
                assert not made, (path, answer.status_code)
            elif named in ("", "bureau") and path in MANY:
                assert made == {*MANY[path]}, path
            elif path == "/api/v1/bureaus/{bureau:str}/comparison":
                assert not made, path  # of the own bureau it is asked below
            else:
                assert made == ({FAR} if named else set()), (path, made)
            shown[path] = answer.status_code
    left = {path for path, named in routes if not named} - {*MANY, *ALONE}
    assert not left, f"say in MANY or ALONE what the route shows: {left}"
    refused = {path for path, status in shown.items() if status >= 300}
    assert refused == NOTHING_THERE, "plant what the route shows, or say that nothing is there"


async def _ask(tree: Tree, person: Any, path: str, named: str) -> Any:
    """The route about FAR, other places filled with what is there."""
    filled, query = filled_in(path, named, FAR)
    if filled.startswith("/api/v1"):
        return await tree.get(AUDITOR, filled.removeprefix("/api/v1"), **query)
    return await person.get(filled, params=query)


@pytest.mark.parametrize("post", [*ABOVE_POSTS, "head"])
async def test_a_county_run_by_the_province_is_for_the_city_as_if_it_were_absent(
    tree: Tree, post: str
) -> None:
    """Its code bears the digits of the city; only the register says who stands above whom."""
    token = f"{CITY}-head" if post == "head" else login(CITY, post)
    asked, before = 0, await _written(tree)
    async with tree.site.browser(f"{CITY}-{post}" if post in ("auditor", "head") else "") as person:
        for method, path, named in routes_naming(tree.site.litestar):
            if method == "OPTIONS" or not (path.startswith("/api/v1") or (method == "GET" and SEEN[post])):
                continue
            told = []
            for code in (LONE, GHOST):
                client = tree.site.program(token) if path.startswith("/api/v1") else person
                filled, query = filled_in(path, named, code)
                sent = {} if method == "GET" else {"json": {}, "headers": {"idempotency-key": uuid4().hex}}
                url = filled.removeprefix("/api/v1")
                answer = await client.request(method, url, params=query, **sent)
                told.append((answer.status_code, _plain(answer.text, code)))
            assert told[0] == told[1] and told[0][0] >= 400, (method, path, told)
            asked += told[0][0] == 404
    assert await _written(tree) == before
    assert asked >= 20


def _plain(answer: str, code: str) -> str:
    """The answer without what is new in every answer, and without the code that was sent."""
    return UNIQUE.sub("", answer).replace(code, "")


async def _written(tree: Tree) -> int:
    """How long the journal of the county is."""
    scope = Scope.own(LONE, "tests")
    async with tree.site.app.database.unit(scope, read_only=True) as db:
        return len(await journal.entries(db, scope, LONE, limit=10_000))


async def test_nor_does_a_use_case_reach_it(tree: Tree) -> None:
    before = await _written(tree)
    for post in ABOVE_POSTS:
        for code in (LONE, GHOST):
            for step in (
                lambda work, code=code: bureau_checklist(work, code),
                lambda work, code=code: export_journal(work, code),
                lambda work, code=code: mark_export(work, "journal", (), str, bureau=code),
            ):
                with pytest.raises(Stranger):
                    async with tree.site.app.work(tree.who(CITY, post)) as work:
                        await step(work)
    admin = replace(tree.who(CITY, "auditor"), roles=frozenset({"bureau_admin"}))
    async with tree.site.app.work(admin) as work:  # an administrator sees no rows, but the list below
        assert await bureau_checklist(work, NEAR)
        with pytest.raises(Stranger):
            await bureau_checklist(work, LONE)
    assert await _written(tree) == before
    told = await tree.get(ABOVE, f"/bureaus/{PROVINCE}/below/{LONE}/onboarding")
    assert told.status_code == 200 and await _written(tree) == before + 1


async def test_who_looks_at_many_acts_for_none_of_them(tree: Tree) -> None:
    """A read gone wrong cannot write there, though its unit may write the note."""
    acted = []

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[str, ...]:
        acted.append((there.scope.bureau, await there.db.scalar(text(ACTS))))
        return codes

    async with tree.site.app.work(tree.who(CITY, "auditor")) as work:
        seen = await over(work, (NEAR, FAR), read, Noted("city.compare", "tests"))
    assert set(seen.found) == {NEAR, FAR} and not seen.absent
    assert sorted(acted) == [("", ""), (CITY, CITY)]
    for code in (NEAR, FAR):
        assert (await tree.reads(code))[0].target == "tests"


async def test_a_damaged_database_is_missing_and_a_refusal_of_ours_is_not_hidden(tree: Tree) -> None:
    async def broken(there: Work, codes: tuple[str, ...]) -> tuple[str, ...]:
        if FAR in codes:
            await there.db.scalar(text("select 1 from no_such_table"))
        return codes

    async def refused(there: Work, codes: tuple[str, ...]) -> tuple[str, ...]:
        if FAR in codes:
            raise Stranger(FAR)
        return codes

    async with tree.site.app.work(tree.who(CITY, "auditor")) as work:
        seen = await over(work, (NEAR, FAR), broken)
    assert seen.found == (NEAR,) and [(one.code, one.state) for one in seen.absent] == [(FAR, "failed")]
    with pytest.raises(Stranger):
        async with tree.site.app.work(tree.who(CITY, "auditor")) as work:
            await over(work, (NEAR, FAR), refused)


async def test_inside_another_bureau_the_matrix_still_asks_who_stands_above(tree: Tree) -> None:
    async with tree.site.app.work(tree.who(CITY, "auditor")) as work:
        async with work.inside(FAR) as there:
            there.require("site.read")
        async with work.inside(LONE) as there:
            with pytest.raises(Stranger):
                there.require("site.read")


async def test_a_row_says_who_read_what_from_where(tree: Tree) -> None:
    site = f"/bureaus/{FAR}/sites/{FAR}S0002"
    assert (await tree.get(AUDITOR, site)).status_code == 200
    entry = (await tree.reads(FAR))[0]
    assert (entry.actor, entry.actor_name) == (AUDITOR, f"测试·{AUDITOR}")
    assert (entry.action, entry.target) == ("site.read", f"GET /api/v1{site}")
    assert entry.after == {"reader": CITY, "roles": ["city_auditor"]}
    before = await tree.counts()
    assert (await tree.get(login(FAR, "head"), site)).status_code == 200  # one's own is no superior's read
    assert (await tree.get(AUDITOR, f"/bureaus/{FAR}/sites/none")).status_code == 404  # nothing was read
    assert await tree.counts() == before


async def test_no_row_no_answer(tree: Tree) -> None:
    """The read and its row are one transaction: where the row cannot be written nothing is shown."""
    name = f"{tree.name}_own1"
    async with administer(tree.superuser, name) as db:
        await db.exec_driver_sql(
            "create function refuse() returns trigger language plpgsql set search_path = '' as"
            " $$ begin raise exception 'no'; end $$;"
        )
        await db.exec_driver_sql(
            "create trigger refused before insert on journal for each row execute function refuse()"
        )
    try:
        answer = await tree.get(AUDITOR, f"/bureaus/{FAR}/sites")
        assert answer.status_code == 500 and f"{FAR}S000" not in answer.text
    finally:
        async with administer(tree.superuser, name) as db:
            await db.exec_driver_sql("drop trigger refused on journal")
            await db.exec_driver_sql("drop function refuse")
    assert (await tree.get(AUDITOR, f"/bureaus/{FAR}/sites")).status_code == 200


async def test_the_district_sees_its_readers(tree: Tree) -> None:
    for _ in range(3):
        assert (await tree.get(ABOVE, f"/bureaus/{NEAR}/officers")).status_code == 200
    head = login(NEAR, "head")
    told = (await tree.get(head, f"/bureaus/{NEAR}/superior-reads", limit=2)).json()
    assert [row["reader"] for row in told["rows"]] == [PROVINCE] * 2 and told["next"]
    assert [row["action"] for row in told["rows"]] == ["officer.read"] * 2
    older = (await tree.get(head, f"/bureaus/{NEAR}/superior-reads", before=told["next"], limit=1)).json()
    assert older["rows"][0]["n"] < told["rows"][-1]["n"]
    every = await tree.reads(NEAR)
    assert told["total"] == sum(t["count"] for t in told["tallies"]) == len(every)
    kinds = {(one["reader"], one["action"]): one["count"] for one in told["tallies"]}
    assert kinds[PROVINCE, "officer.read"] == 3
    only = (await tree.get(head, f"/bureaus/{NEAR}/superior-reads", reader=CITY, limit=200)).json()
    assert {row["reader"] for row in only["rows"]} <= {CITY}
    async with tree.site.browser(f"{NEAR}-head") as person:
        page = (await person.get("/desk/journal/superiors")).text
        assert "上级查看记录" in page and "河南省生态环境厅" in page and "查看执法人员名录" in page
        assert "/desk/journal/superiors" in (await person.get("/desk/journal")).text
    async with tree.site.browser(f"{CITY}-head") as person:  # the own journal only: a head reads none below
        assert (await person.get(f"/desk/journal/superiors?bureau={NEAR}")).status_code == 404
    other = await tree.get(AUDITOR2, f"/bureaus/{NEAR}/superior-reads")
    assert other.status_code == 404


async def test_numbers_side_by_side_come_from_every_database(tree: Tree) -> None:
    asked = {CITY: (NEAR, FAR), OTHER: (NEAR2, FAR2), PROVINCE: DISTRICTS}
    for code, below in asked.items():
        before = await tree.counts()
        answer = (await tree.get(login(code, "auditor"), f"/bureaus/{code}/comparison", period=PERIOD)).json()
        drawn = {row["code"]: row["drawn"] for row in answer["rows"]}
        assert {one: drawn[one] for one in below} == {one: TAKE[one] for one in below}
        assert not set(DISTRICTS) - set(below) & set(drawn)
        assert answer["totals"]["drawn"] == sum(TAKE[one] for one in below) and answer["missing"] == []
        after = await tree.counts()
        seen = {one for one in after if after[one] == before[one] + 1}
        assert seen == {row["code"] for row in answer["rows"]} - {code} & {*after}


async def test_a_city_is_not_asked_in_another_ones_name(tree: Tree) -> None:
    for code in (NEAR, OTHER, PROVINCE):
        assert (await tree.get(AUDITOR, f"/bureaus/{code}/comparison")).status_code == 404
    async with tree.site.app.work(tree.who(OTHER, "auditor")) as work:
        with pytest.raises(Stranger):
            await read_superior_reads(work, NEAR)


async def test_a_database_that_is_down_is_missing_and_never_zero(tree: Tree) -> None:
    async with tree.down(FAR):
        before = await tree.counts_of(NEAR)
        answer = (await tree.get(AUDITOR, f"/bureaus/{CITY}/comparison", period=PERIOD)).json()
        assert FAR not in {row["code"] for row in answer["rows"]}
        assert answer["totals"]["drawn"] == TAKE[NEAR]
        (lost,) = answer["missing"]
        assert lost["bureau"] == FAR and "暂缺：数据库不可用" in lost["words"] and lost["since"]
        assert await tree.counts_of(NEAR) == before + 1
        async with tree.site.browser(f"{CITY}-auditor") as person:
            page = (await person.get(f"/city?period={PERIOD}")).text
            assert "暂缺：数据库不可用" in page and "不含 驻马店市生态环境局上蔡分局" in page
            table = await person.get(f"/city.csv?period={PERIOD}")
            rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
            far = next(row for row in rows if row["code"] == FAR)
            assert far["missing"].startswith("暂缺") and far["drawn"] == "" and far["done"] == ""
            for path in ("/city/reveals", "/city/bureaus"):
                told = await person.get(path)
                assert told.status_code == 200 and "暂缺" in told.text, path
            gone = await person.get(f"/desk/sites?bureau={FAR}")
            assert gone.status_code == 503 and gone.headers["retry-after"] == "60"
            assert (await person.get(f"/desk/sites?bureau={NEAR}")).status_code == 200
        await _job_told(tree)
        headers = (await tree.get(AUDITOR, "/platform-alarms")).headers
        assert headers["shuangsui-missing"] == FAR
        await _public_pages(tree)
    again = await _answered(tree)
    assert again["missing"] == [] and again["totals"]["drawn"] == TAKE[NEAR] + TAKE[FAR]


async def _answered(tree: Tree) -> Any:
    """The comparison once the lost database is tried again; nobody has to do anything for it."""
    for _ in range(60):
        found = (await tree.get(AUDITOR, f"/bureaus/{CITY}/comparison", period=PERIOD)).json()
        if not found["missing"]:
            break
        await asyncio.sleep(0.5)
    return found


async def _public_pages(tree: Tree) -> None:
    async with tree.site.browser() as person:
        front = (await person.get(f"/?period={PERIOD}")).text
        row = front[front.index(f'href="/b/{FAR}"') :].split("</tr>")[0]
        assert "暂缺" in row and ">0<" not in row
        assert str(TAKE[NEAR] + TAKE[NEAR2] + TAKE[FAR2] + TAKE[LONE]) in front and "不含以下单位" in front
        gone = await person.get(f"/b/{FAR}")
        assert gone.status_code == 503 and gone.headers["retry-after"] == "60"
        assert "数据库暂时不可用" in gone.text and "其他单位不受影响" in gone.text
        for code in (NEAR, FAR2, CITY):
            assert (await person.get(f"/b/{code}")).status_code == 200, code
    listed = (await tree.get("", "/draws", period=PERIOD)).json()
    assert [one["bureau"] for one in listed["missing"]] == [FAR]
    assert {one["bureau"] for one in listed["items"]} == {NEAR, NEAR2, FAR2, LONE}
    assert (await tree.get("", f"/draws/{FAR}/1000000")).status_code == 503
    notices = (await tree.get("", "/notices")).json()
    assert [one["bureau"] for one in notices["missing"]] == [FAR]


async def _job_told(tree: Tree) -> None:
    """Every bureau sees how many databases are down, and no name of another one's."""
    assert await run_if_due(tree.site.app, OF_DEPLOYMENT[0], force=True) == "done"
    admin = replace(tree.who(NEAR, "head"), roles=frozenset({"system_admin"}))
    async with tree.site.app.work(admin, read_only=True) as work:
        line = next(one for one in (await job_board(work)).deployment if one.name == OF_DEPLOYMENT[0].name)
    assert line.run is not None and line.run.result is not None
    assert line.run.result["unavailable"] == 1
    assert all(isinstance(value, int) for value in line.run.result.values()), line.run.result
