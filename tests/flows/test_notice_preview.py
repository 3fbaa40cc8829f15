"""A notice is read whole before it is published, masks shown as masks, and nothing else goes out."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from policies.visiting.notice import MASK
from services.usecases.preview_notice import preview_results
from services.usecases.review_visit import review_visit
from tests.services.asked import Asked, asked_site

from . import ceremony as c
from . import fieldwork as f
from .changing import dispatch

XP = "411721"
DAY = date(2026, 2, 11)
PREVIEW = "/desk/notices/preview?what=results&value=2026Q1"


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "notice_preview") as found:
        app = found.app
        draw_no = await f.drawn(app, XP, {5: (2, 4), 6: (2, 4)})
        await dispatch(app, XP, draw_no, days=[DAY])
        f.at(app, DAY)
        team = (f.cert(XP, 2), f.cert(XP, 4))
        given = f.faulty(app, *team, due=DAY + timedelta(days=30), narrative="联系人李四在场")
        for slot in (0, 1):
            made = await f.record(app, XP, 2, draw_no, slot, given)
            async with app.work(c.acting(app, XP, "reviewer")) as work:
                await review_visit(work, made.visit_id, accept=True)
        yield found


async def published(site: Asked) -> list[str]:
    async with site.someone("publisher", XP) as api:
        return [one["title"] for one in (await api.get(f"/api/v1/bureaus/{XP}/notices")).json()]


async def test_the_preview_is_what_is_published_and_only_that(site: Asked) -> None:
    app = site.app
    async with app.work(c.acting(app, XP, "publisher"), read_only=True) as work:
        first, second = await preview_results(work, "2026Q1")
    client = await site.browser("publisher", XP)
    shown = (await client.get(f"{PREVIEW}&only={first.id}")).text
    paper = shown[shown.index('<article class="paper"') : shown.index("</article>")]
    assert first.title in paper and second.title not in shown
    assert f'<span class="masked">{MASK}</span>' in paper and "13812345678" not in shown
    assert "李四" not in shown and "正文中有 1 处已遮盖" in shown
    assert await published(site) == []  # looking keeps nothing
    assert shown.count(f'name="only" value="{first.id}"') == 1
    form = {"what": "results", "value": "2026Q1", "only": str(first.id)}
    assert (await client.post("/desk/notices", data=form)).status_code == 303
    assert await published(site) == [first.title]
    public = (await client.get(f"/b/{XP}/notices/{first.id}")).text
    told = re.findall(r"<d[td][^>]*>.*?</d[td]>", paper, re.S)
    assert told and all(one in public for one in told)  # the very sentences of the preview
    rest = (await client.get(PREVIEW)).text
    assert second.title in rest and first.title not in rest
    gone = await client.get(f"{PREVIEW}&only={first.id}")
    assert gone.status_code == 404
    assert (await client.get(f"{PREVIEW}&only=x")).status_code == 422
    withdrawn = await client.post(f"/desk/notices/{first.id}/withdraw", data={"why": "名称有误"})
    assert withdrawn.status_code == 303 and "名称有误" in (await client.get("/desk/notices")).text
    assert "名称有误" in (await client.get(f"/b/{XP}/notices/{first.id}")).text
    await client.aclose()


async def test_drafts_over_the_interface_name_no_person(site: Asked) -> None:
    async with site.someone("publisher", XP) as api:
        base = f"/api/v1/bureaus/{XP}/notices/drafts"
        results = await api.get(f"{base}?period=2026Q1")
        draw = await api.get(f"{base}/draws/1")
        none = await api.get(f"{base}/plans/2026")
        ordered = {"draw_no": 1}
        said = {"Idempotency-Key": "publish-draw-1"}
        await api.post(f"/api/v1/bureaus/{XP}/notices/draws", json=ordered, headers=said)
        over = await api.get(f"{base}/draws/1")
    assert results.status_code == draw.status_code == 200 and none.status_code in (404, 409)
    assert results.json() and "13812345678" not in results.text and "officers" not in str(results.json()[0])
    assert draw.json()["body"]["drawn"] == 2 and over.status_code == 409  # public: nothing to preview
