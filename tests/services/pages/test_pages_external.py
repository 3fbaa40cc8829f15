"""Roster differences and the platform's draws on the pages: seen before the freeze, marked everywhere."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from services.clock import SimulatedClock
from services.demo.bureaus import found_bureaus
from services.demo.cast import officer
from services.demo.preparation import import_rosters, make_plans
from services.demo.stage import Stage, moment
from services.demo.story import PERIOD
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.identity.demo_login import csrf_of
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.my_tasks import my_tasks
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.wiring import DEMO_START, Servers, open_app
from tenants.external_rows import PlatformList
from tenants.migrate import set_up
from tenants.scope import Scope
from tenants.stores import officers, platform_lists, sites, tasks
from tests.flows.platform import BATCH, by_platform, sheet

from .conftest import CITY, COUNTY, OTHER, PASSWORDS, Shown

NO = 1_000_000
NOT = "不可验证"


@pytest.fixture(scope="module")
async def house(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[tuple[Stage, Shown]]:
    """Two counties with rosters and plans; one takes the platform's draws over."""
    home, port = new_home("external_pages").make(), free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    urls = await set_up(pg_server.superuser_dsn, "external_pages", PASSWORDS, identity="shuangsui-demo")
    servers = Servers(urls, valkey_server.url)
    async with open_app(settings, SimulatedClock(DEMO_START), servers) as app:
        found = Stage(app, lambda line: None)
        await found_bureaus(app)
        found.at(moment(PERIOD.first.replace(year=2025, month=12, day=2), 9))
        await import_rosters(found, PERIOD)
        found.at(moment(PERIOD.first.replace(year=2025, month=12, day=15), 10))
        await make_plans(found, (COUNTY, OTHER), PERIOD.year)
        await by_platform(app, COUNTY)
        litestar = create_app(settings, lambda: open_app(settings, app.clock, servers))
        async with serving(litestar, "127.0.0.1", port):
            yield found, Shown(url)


House = tuple[Stage, Shown]


async def the_list(stage: Stage, *, wrong: bool = False) -> bytes:
    """Three sites of the demo's roster, each with a team of two."""
    scope = Scope.own(COUNTY, "x")
    async with stage.app.database.unit(scope, read_only=True) as db:
        chosen = [s for s in await sites.all_of(db, scope, COUNTY) if s.status.value == "active"][:3]
        people = [o.certificate for o in await officers.all_of(db, scope, COUNTY)]
    rows = [[s.code, s.name, f"{people[2 * n]}、{people[2 * n + 1]}", BATCH] for n, s in enumerate(chosen)]
    return sheet([*rows, ["NOSUCH", "x", f"{people[0]}、{people[1]}", BATCH]] if wrong else rows)


async def test_the_difference_comes_before_the_freeze(house: House) -> None:
    stage, site = house
    order = PrepareDraw(OTHER, str(PERIOD), moment(PERIOD.first.replace(year=2025, month=12, day=30), 10))
    await stage.do(OTHER, "drawer", prepare_draw, order)
    stage.at(moment(PERIOD.first.replace(year=2025, month=12, day=26), 10))
    async with site.reader(f"{OTHER}-drawer", level=2) as person:
        page = await person.get("/desk/draws/1")
        assert "查看名录差异" in page.text and "冻结名单</button>" not in page.text
        token = {"csrf_token": csrf_of(page)}
        refused = await person.post("/desk/draws/1/freeze", data=token)
        assert refused.status_code == 409 and "还没有查看名录差异" in refused.text
        empty = await person.get("/desk/draws/1/difference")
        assert empty.status_code == 200 and "还没有查看名录差异" in empty.text
        done = await person.post("/desk/draws/1/difference", data=token)
        assert (done.status_code, done.headers["location"]) == (303, "/desk/draws/1/difference")
        shown = (await person.get("/desk/draws/1/difference")).text
        assert "第一次抽取" in shown and "差异已核对，冻结名单" in shown
        old = token | {"difference": "0" * 64}
        moved = await person.post("/desk/draws/1/freeze", data=old)
        assert moved.status_code == 409 and "又有变化" in moved.text
        seen = token | {"difference": shown.split('name="difference" value="')[1].split('"')[0]}
        late = await person.post("/desk/draws/1/freeze", data=seen)
        assert late.status_code == 409 and "承诺" in late.text, "only the commitment is missing now"
    async with site.reader("150200-witness") as witness:
        told = await witness.get(f"/desk/draws/1/difference?bureau={OTHER}")
        assert (
            told.status_code == 200 and "第一次抽取" in told.text and "只向可查看该名录的人显示" in told.text
        )
        assert "冻结名单</button>" not in told.text
    async with site.reader(f"{COUNTY}-head") as stranger:
        assert (await stranger.get(f"/desk/draws/1/difference?bureau={OTHER}")).status_code == 404


async def test_the_platforms_draw_is_marked_wherever_it_appears(house: House) -> None:
    stage, site = house
    async with site.reader(f"{COUNTY}-drawer", level=2) as person:
        listing = (await person.get("/desk/draws")).text
        assert "以省级平台的抽取为准" in listing and "试点通知" in listing
        form = await person.get("/desk/draws/platform")
        data = {"csrf_token": csrf_of(form), "batch": BATCH, "period": str(PERIOD), "subject": COUNTY}
        wrong = await person.post(
            "/desk/draws/platform", data=data, files=upload(await the_list(stage, wrong=True))
        )
        assert (
            wrong.status_code == 422
            and "名录中没有这个单位" in wrong.text
            and f'value="{BATCH}"' in wrong.text
        )
        nothing = await person.post("/desk/draws/platform", data=data, files=upload(b""))
        assert nothing.status_code == 422
        done = await person.post("/desk/draws/platform", data=data, files=upload(await the_list(stage)))
        assert done.status_code == 200 and NOT in done.text, done.text[:3000]
        again = await person.post("/desk/draws/platform", data=data, files=upload(await the_list(stage)))
        assert again.status_code == 409
        for path in ("/desk/draws", f"/desk/draws/{NO}"):
            assert NOT in (await person.get(path)).text, path
    async with site.reader() as anyone:
        for path in (f"/b/{COUNTY}", f"/b/{COUNTY}/draws", f"/b/{COUNTY}/draws/{NO}", "/"):
            page = await anyone.get(path)
            assert page.status_code == 200 and NOT in page.text, path
        assert BATCH in (await anyone.get(f"/b/{COUNTY}/draws/{NO}")).text
        for path in (f"/b/{COUNTY}/draws/{NO}/bundle.json", f"/api/v1/draws/{COUNTY}/{NO}/bundle"):
            refused = await anyone.get(path, headers={"accept": "application/json"})
            assert refused.status_code == 409 and NOT in refused.text, path
        told = (await anyone.get(f"/api/v1/draws/{COUNTY}/{NO}")).json()
        assert (told["authority"], told["verifiable"], told["manifest"]) == ("platform", False, {})
    await on_the_way(stage, site)


async def on_the_way(stage: Stage, site: Shown) -> None:
    """The team's own pages say it too, and offer no code."""
    stage.at(moment(PERIOD.first.replace(day=5), 8))
    async with site.reader(f"{COUNTY}-dispatcher") as person:
        page = (await person.get(f"/desk/draws/{NO}")).text
        assert "还没有由另一人核对" in page and f"/desk/draws/{NO}/dispatch" not in page
        form = await person.get(f"/desk/draws/{NO}/platform")
        assert "核对导入的名单" in form.text
        data = {"csrf_token": csrf_of(form), "batch": BATCH}
        files = upload(await the_list(stage))
        done = await person.post(f"/desk/draws/{NO}/platform", data=data, files=files)
        assert done.status_code == 200 and "可以派发" in done.text
        assert f"/desk/draws/{NO}/dispatch" in (await person.get(f"/desk/draws/{NO}")).text
    await stage.do(COUNTY, "dispatcher", dispatch_tasks, NO)
    scope = Scope.own(COUNTY, "x")
    async with stage.app.database.unit(scope, read_only=True) as db:
        first = (await tasks.of_draw(db, scope, COUNTY, NO))[0]
        (lead, *_) = await tasks.assignments(db, scope, COUNTY, NO, first.slot)
        people = [o.certificate for o in await officers.all_of(db, scope, COUNTY)]
    stage.at(moment(first.visit_on, 8))
    number = people.index(lead.certificate) + 1
    async with stage.app.work(officer(COUNTY, number, lead.certificate, stage.clock.now())) as work:
        assert [task.slot for task in await my_tasks(work)] == [first.slot]
    async with site.reader(f"{COUNTY}-inspector-{number:02d}") as inspector:
        page = (await inspector.get("/field")).text
        assert NOT in page and "出示核验码" not in page
        record = (await inspector.get(f"/field/tasks/{COUNTY}/{NO}/{first.slot}")).text
        assert NOT in record and "出示核验码" not in record
        refused = await inspector.get(f"/field/tasks/{COUNTY}/{NO}/{first.slot}/code")
        assert refused.status_code == 409 and NOT in refused.text


async def test_the_city_is_alarmed_in_numbers(house: House) -> None:
    stage, site = house
    scope = Scope.own(OTHER, "dispatcher")
    row = PlatformList(OTHER, 1, 1, "B1", "different", "0" * 64, 9, 2, 1, 3, stage.clock.now(), "x")
    async with stage.app.database.unit(scope) as db:
        await platform_lists.keep(db, scope, row)
    async with site.reader("150200-auditor") as auditor:
        page = (await auditor.get("/city")).text
        assert "名单与抽取不一致" in page and "缺少 2 家，多出 1 家，检查组不同 3 家" in page
    async with site.reader(f"{CITY}-auditor") as elsewhere:
        assert "名单与抽取不一致" not in (await elsewhere.get("/city")).text
    async with site.reader(f"{OTHER}-head") as head:
        assert "省级平台的名单与本次抽取不一致" in (await head.get("/desk")).text
        assert "上级已看到本报警" in (await head.get("/desk/draws/1")).text
    stage.clock.advance(timedelta(minutes=1))


def upload(data: bytes) -> dict[str, tuple[str, bytes, str]]:
    return {"file": ("平台.csv", data, "text/csv")}
