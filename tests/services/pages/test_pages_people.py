"""People and their roles in the desk, what officers' imports ask for, and the choice of a bureau."""

import re

import httpx
import pytest

from policies.access import ACTIONS
from services.demo.cast import acting
from services.identity.demo_login import csrf_of
from services.usecases.onboard_bureau import bureau_checklist
from services.web.pages import environment
from tenants import journal
from tests.confirming import asked

from .conftest import COUNTY, Shown, Told

NEW = {"subject": "wang-wu", "name": "王<b>五", "role": "publisher", "certificate": "", "until": ""}


async def send(person: httpx.AsyncClient, path: str, **data: str) -> httpx.Response:
    token = csrf_of(await person.get("/desk"))
    return await person.post(path, data=data | {"csrf_token": token})


async def test_the_administrator_gives_and_ends_a_role(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-admin") as admin:
        assert 'href="/desk/people"' in (await admin.get("/desk")).text
        assert (await send(admin, "/desk/people", **NEW)).status_code == 303
        listed = (await admin.get("/desk/people")).text
        assert "wang-wu" in listed and "王&lt;b&gt;五" in listed
        ended = await send(admin, "/desk/people/end", subject="wang-wu", role="publisher")
        today, _, past = (await admin.get("/desk/people")).text.partition("以往和将来的任期")
        assert ended.status_code == 303 and "wang-wu" not in today and "wang-wu" in past
        again = await send(admin, "/desk/people/end", subject="wang-wu", role="publisher")
        assert again.status_code == 422 and 'role="alert"' in again.text
    async with told.app.work(acting(COUNTY, "admin", told.app.clock.now())) as work:
        entries = await journal.entries(work.db, work.scope, COUNTY, limit=10_000)
    assert [e.action for e in entries if e.target == "people/wang-wu"] == ["people.grant", "people.end"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"subject": " "}, "登录标识"),
        ({"name": "甲" * 101}, "姓名"),
        ({"role": "system"}, "岗位"),
        ({"until": "2020-01-01"}, "最后一天"),
        ({"until": "soon"}, "最后一天"),
        ({"subject": f"demo-{COUNTY}-drawer", "role": "registry_keeper"}, "不能同时担任"),
    ],
)
async def test_a_refused_grant_comes_back_as_typed(shown: Shown, wrong: dict[str, str], words: str) -> None:
    async with shown.reader(f"{COUNTY}-admin") as admin:
        typed = NEW | {"subject": "zhao-liu", "certificate": "豫-77"} | wrong
        answer = await send(admin, "/desk/people", **typed)
        assert "zhao-liu" not in (await admin.get("/desk/people")).text
    alert = answer.text.split('role="alert"')[1].split("</div>")[0]
    assert answer.status_code == 422 and words in alert
    assert 'value="豫-77"' in answer.text
    if "role" not in wrong:
        assert '<option value="publisher" selected>' in answer.text


async def test_two_people_give_a_role_on_their_pages(shown: Shown) -> None:
    wanted = NEW | {"subject": "qian-ba", "role": "reviewer", "why": "接替调离的人员"}
    approve = re.compile(r'action="(/desk/people/proposals/[0-9a-f-]+/approve)"')
    async with shown.reader(f"{COUNTY}-admin") as admin:
        assert (await send(admin, "/desk/people", **wanted)).status_code == 303
        waits = (await admin.get("/desk/people")).text
        assert "待批准的重要岗位" in waits and "接替调离的人员" in waits and not approve.search(waits)
        again = await send(admin, "/desk/people", **wanted)
        assert again.status_code == 422 and "已有待批准的提议" in again.text
    async with shown.reader(f"{COUNTY}-head") as head:  # signed in with a password alone
        assert "批准分配重要岗位" in (await head.get("/desk")).text
        found = approve.search((await head.get("/desk/people")).text)
        assert found is not None
        named = {"subject": "qian-ba", "role": "reviewer"}
        assert asked(await send(head, found[1], **named))
        assert "待批准的重要岗位" in (await head.get("/desk/people")).text
    async with shown.reader(f"{COUNTY}-head", level=2) as head:
        other = await send(head, found[1], **named | {"role": "drawer"})
        assert other.status_code == 422 and "与提议不一致" in other.text
        assert (await send(head, found[1], **named)).status_code == 303
        page = (await head.get("/desk/people")).text
        assert "待批准的重要岗位" not in page and "qian-ba" in page
        assert (await send(head, found[1], **named)).status_code == 422
    async with shown.reader(f"{COUNTY}-admin") as admin:
        assert (await send(admin, "/desk/people", **wanted | {"subject": "wu-shi"})).status_code == 303
        took = re.search(r'action="(\S+/withdraw)"', (await admin.get("/desk/people")).text)
        assert took and (await send(admin, took[1])).status_code == 303
        assert "wu-shi" not in (await admin.get("/desk/people")).text


async def test_the_roster_is_handed_over_on_the_organisations_page(shown: Shown) -> None:
    page, keeper = "/desk/organisation", f"{COUNTY}-keeper"
    async with shown.reader(f"{COUNTY}-head") as head:
        text = (await head.get(page)).text
        assert "名录管理专人" in text and "单位负责人指定" in text and "<h3>指定专人</h3>" not in text
        refused = await send(head, f"{page}/keeper", taker=f"demo-{keeper}")
        assert refused.status_code == 403 and "现任名录管理专人" in refused.text
    async with shown.reader("410000-admin") as admin:
        person = NEW | {"subject": "demo-410000-reviewer", "role": "registry_keeper"}
        assert (await send(admin, "/desk/people", **person)).status_code == 303
        assert "本单位现在没有名录管理专人" in (await admin.get("/desk/people")).text
    async with shown.reader("410000-head") as head:
        assert "本单位没有名录管理专人" in (await head.get("/desk")).text
        assert "<h3>指定专人</h3>" in (await head.get(page)).text
        given = await send(head, f"{page}/keeper", taker="demo-410000-reviewer", note="<i>首次")
        assert given.status_code == 303 and given.headers["location"] == f"{page}#keeper"
        waits = (await head.get(page)).text
        assert "待确认的交接" in waits and "&lt;i&gt;首次" in waits and "确认接手" not in waits
    async with shown.reader("410000-reviewer") as taker:
        assert "名录已交给您" in (await taker.get("/desk")).text
        form = re.search(r'action="(\S+/take)"', (await taker.get(page)).text)
        assert form and (await send(taker, form[1])).status_code == 303
        assert "本单位现在没有名录管理专人" not in (await taker.get(page)).text


async def test_who_reads_does_not_give_and_others_see_nothing(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        page = await head.get("/desk/people")
        assert page.status_code == 200 and "/desk/people/end" not in page.text and "分配岗位" not in page.text
        assert (await send(head, "/desk/people", **NEW)).status_code == 403
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        assert (await drawer.get("/desk/people")).status_code == 403
        assert 'href="/desk/people"' not in (await drawer.get("/desk")).text


async def test_an_administrator_imports_officers_and_no_sites(told: Told, shown: Shown) -> None:
    bad = "姓名,执法证号,单位,有效期至,主办,在编在岗\n甲,,中队,2026-13-01,是,是\n".encode("utf-8-sig")
    good = (told.app.home.rosters / f"{COUNTY}-officers.xlsx").read_bytes()
    async with shown.reader(f"{COUNTY}-admin") as admin:
        form = await admin.get("/desk/import")
        token = csrf_of(form)
        assert 'value="officers"' in form.text and 'value="sites"' not in form.text
        assert (await admin.get("/desk/import/template/officers")).status_code == 200
        assert (await admin.get("/desk/import/template/sites")).status_code == 403
        for kind, data, status in (("officers", good, 303), ("sites", good, 403)):
            answer = await admin.post(
                "/desk/import", data={"csrf_token": token, "kind": kind}, files={"file": ("a.xlsx", data)}
            )
            assert answer.status_code == status, kind
        refused = await admin.post(
            "/desk/import",
            data={"csrf_token": token, "kind": "officers"},
            files={"file": ("a.csv", bad)},
        )
        refused = await admin.get(refused.headers["location"])
        link = re.search(r'href="/desk/import/refused/officers/([^"]+)"', refused.text)
        assert link and (await admin.get(f"/desk/import/refused/officers/{link[1]}")).content[:2] == b"PK"
        assert (await admin.get(f"/desk/import/refused/sites/{link[1]}")).status_code == 403
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        assert (await keeper.get(f"/desk/import/refused/sites/{link[1]}")).status_code == 404


def test_the_wider_right_opens_the_import_page() -> None:
    assert set(ACTIONS["site.import"]) <= set(ACTIONS["officer.import"])


async def test_the_checklist_leads_to_where_each_point_is_done(told: Told, shown: Shown) -> None:
    async with told.app.work(acting(COUNTY, "admin", told.app.clock.now())) as work:
        ids = {point.id for point in await bureau_checklist(work)}
    places = environment().get_template("desk/start_points.html").module.places  # type: ignore[attr-defined]
    # only Kundulun's text names an entrusted unit
    assert ids - set(places) == {"witness"} and set(places) - {"entrustment"} < ids
    async with shown.reader(f"{COUNTY}-admin") as admin:
        page = (await admin.get("/desk/onboarding")).text
        table = page.split("<tbody>")[1].split("</tbody>")[0]
        links = {href.split("#")[0] for href in re.findall(r'href="([^"]+)"', table)}
        assert {"/desk/people", "/desk/import", "/desk/plan", "/desk/calendar"} <= links
        for href in links - {"/desk/calendar"}:
            assert (await admin.get(href)).status_code == 200, href


async def test_a_bureau_is_chosen_by_name_and_there_is_a_way_back(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        page = await head.get("/bureau")
        assert f"驻马店市生态环境局西平分局 {COUNTY}" in page.text
        assert '<a href="/desk">' in page.text and 'name="next" value="/desk"' in page.text
        moved = await head.post("/bureau", data={"csrf_token": csrf_of(page), "bureau": COUNTY})
        assert moved.status_code == 303 and moved.headers["location"] == "/desk"
        assert '<a href="/">' in (await head.get("/bureau?next=//evil.example")).text
