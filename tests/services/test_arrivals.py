"""At the gate: by page and by API; the notice exists from the arrival on, and says who came."""

import re
from collections.abc import AsyncIterator

import pytest

from services.identity.demo_login import csrf_of
from services.usecases.dispatch_tasks import dispatch_tasks
from tests.flows import ceremony as c
from tests.flows import fieldwork as f

from .asked import Asked, asked_site
from .pages.test_pages_papers import words_of

XP = "411721"
HERE = f"/field/tasks/{XP}/1/0"


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "arrivals") as found:
        no = await f.drawn(found.app, XP, {5: (2, 4), 10: (2, 4)})
        async with found.app.work(c.acting(found.app, XP, "dispatcher")) as work:
            board = await dispatch_tasks(work, no)
        f.at(found.app, max(one.visit_on for one in board.placed))
        yield found


async def test_the_page_notes_the_arrival_and_then_prints_the_notice(site: Asked) -> None:
    officer = await site.browser("inspector", f"{XP}#2")
    page = await officer.get(HERE)
    assert "登记到场" in page.text and f"{HERE}/notice" not in page.text
    early = await officer.get(f"{HERE}/notice")
    assert early.status_code == 409 and "还没有登记到场" in early.text
    team = re.findall(r'name="present" value="(\d+)"', page.text.split("/arrival")[1].split("</form>")[0])
    form = {"csrf_token": csrf_of(page), "present": team, "place_reason": "手机没有定位（模拟）"}
    alone = await officer.post(f"{HERE}/arrival", data=form | {"present": team[:1]})
    assert alone.status_code == 409 and "执法人员不足" in alone.text
    done = await officer.post(f"{HERE}/arrival", data=form)
    assert (done.status_code, done.headers["location"]) == (303, HERE), done.text[-600:]
    page = await officer.get(HERE)
    assert "已登记到场" in page.text and f"{HERE}/notice" in page.text
    notice = await officer.get(f"{HERE}/notice")
    assert notice.headers["content-type"] == "application/pdf"
    said = words_of(notice.content)
    assert "检查通知书" in said and all(f.cert(XP, n) in said for n in (2, 4)) and "被检查单位签收" in said
    again = await officer.get(f"{HERE}/notice")
    assert again.content == notice.content, "printed again, it is the same"
    await officer.aclose()
    colleague = await site.browser("inspector", f"{XP}#5")
    assert (await colleague.get(f"{HERE}/notice")).status_code == 404
    await colleague.aclose()


async def test_a_program_notes_an_arrival_once(site: Asked) -> None:
    fix = {"lon": 114.02, "lat": 33.38, "accuracy": 9, "at": site.app.clock.now().isoformat()}
    body = {"present": [f.cert(XP, 2), f.cert(XP, 4)], "fix": fix, "place_reason": "模拟"}
    async with site.someone("inspector", f"{XP}#4") as phone:
        path = f"/api/v1/bureaus/{XP}/draws/1/tasks/1/arrival"
        first = await phone.post(path, json=body)
        assert first.status_code == 201 and first.json()["position"]["accuracy_m"] == 9, first.text
        second = await phone.post(path, json={"present": [], "place_reason": "再来一次"})
        assert second.json() == first.json()
        (mine,) = [one for one in (await phone.get("/api/v1/me/tasks")).json() if one["slot"] == 1]
        assert mine["state"] == "arrived"
