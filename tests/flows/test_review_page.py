"""The review: arrival against the fence, what was returned before, problems followed to their end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from policies.errors import Forbidden, Missing
from services.usecases.follow_finding import link_case, note_corrected
from services.usecases.record_other_visit import record_other_visit
from services.usecases.review_visit import around_visit, read_visit, review_visit
from services.views.arrival import HEIGHT, WIDTH, arrival_of
from services.visiting.follow_errors import BadFollowUp
from tests.services.asked import Asked, asked_site

from . import ceremony as c
from . import fieldwork as f
from .changing import dispatch, noted

XP = "411721"
DAY = date(2026, 2, 11)


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "review_page") as found:
        yield found


@pytest.fixture(scope="module")
async def visits(site: Asked) -> tuple[UUID, UUID]:
    """A record returned, and the one that took its place."""
    app = site.app
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    await dispatch(app, XP, draw_no, days=[DAY])
    f.at(app, DAY)
    team = (f.cert(XP, 2), f.cert(XP, 4))
    due = DAY + timedelta(days=30)
    first = await f.record(app, XP, 2, draw_no, 0, f.faulty(app, *team, due=due))
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        await review_visit(work, first.visit_id, accept=False, note="排口编号有误，请核对")
    second = await f.record(app, XP, 2, draw_no, 0, f.faulty(app, *team, due=due, narrative="更正排口编号"))
    return first.visit_id, second.visit_id


async def test_a_reviewer_sees_everything_in_one_place(site: Asked, visits: tuple[UUID, UUID]) -> None:
    first, second = visits
    async with site.app.work(c.acting(site.app, XP, "reviewer"), read_only=True) as work:
        around = await around_visit(work, second)
        file = await read_visit(work, second)
    assert [one.id for one in around.earlier] == [first] and around.next is None
    found = arrival_of(file.visit.form["position"], around.point)
    assert found and 0 <= found.x <= WIDTH and 0 <= found.y <= HEIGHT and not found.moved
    assert found.inside is file.visit.form["position"]["inside"]
    client = await site.browser("reviewer", XP)
    shown = (await client.get(f"/desk/visits/{second}")).text
    for words in ("arrival-fence", "本次检查没有拍摄照片", "排口编号有误，请核对", "没有立案", "待改正"):
        assert words in shown, words
    assert (
        f'href="/desk/visits/{first}"' in shown
        and "退回补正：" in (await client.get(f"/desk/visits/{first}")).text
    )
    await client.aclose()


def test_the_sketch_says_when_the_place_has_moved_and_is_silent_without_one() -> None:
    sealed = {"lon": "114.020000", "lat": "33.380000", "accuracy_m": 15, "distance_m": 0, "inside": True}
    near = arrival_of(sealed, (114.02, 33.38))
    far = arrival_of(sealed | {"distance_m": 1113, "inside": False}, (114.02, 33.39))
    assert near and (near.x, near.y, near.moved) == (WIDTH / 2, HEIGHT / 2, False)
    assert far and far.y > HEIGHT / 2 and far.fence < near.fence and not far.moved
    moved = arrival_of(sealed, (114.02, 33.39))
    assert moved and moved.moved
    assert arrival_of({"reason": "没有信号"}, (114.02, 33.38)) is None and arrival_of(sealed, None) is None


async def test_a_problem_is_followed_to_its_correction_and_its_case(
    site: Asked, visits: tuple[UUID, UUID]
) -> None:
    app, (first, second) = site.app, visits
    client = await site.browser("reviewer", XP)
    path = f"/desk/visits/{second}/findings/1"
    assert (await client.post(path, data={"act": "corrected", "day": "2026-02-01"})).status_code == 422
    assert (await client.post(path, data={"act": "case", "ref": ""})).status_code == 422
    done = await client.post(path, data={"act": "case", "ref": "西环罚〔2026〕1号"})
    assert done.status_code == 303, done.text
    assert (await client.post(path, data={"act": "corrected", "day": str(DAY)})).status_code == 303
    shown = (await client.get(f"/desk/visits/{second}")).text
    assert "西环罚〔2026〕1号" in shown and "已改正" in shown and "登记已改正" not in shown
    await client.aclose()
    rows = [(one.before, one.after) for one in await noted(app, XP, "visit.follow")]
    assert ({"n": 1, "case": ""}, {"n": 1, "case": "西环罚〔2026〕1号"}) in rows and len(rows) == 2
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        again = await note_corrected(work, second, 1, DAY)  # noted again: the first day stands
        assert again.corrected_at and len(await noted(app, XP, "visit.follow")) == 2
        with pytest.raises(Missing):
            await link_case(work, second, 9, "x")
        with pytest.raises(Missing):
            await link_case(work, first, 1, "x")  # returned: nothing to follow
        with pytest.raises(BadFollowUp):
            await link_case(work, second, 1, "x" * 101)
    async with app.work(c.acting(app, XP, "publisher")) as work:
        with pytest.raises(Forbidden):
            await link_case(work, second, 1, "x")
    async with site.someone("reviewer", XP) as api:
        told = await api.post(
            f"/api/v1/bureaus/{XP}/visits/{second}/findings/1",
            json={"case": "西环罚〔2026〕2号"},
            headers={"Idempotency-Key": "follow-up-1"},
        )
    assert told.status_code == 200 and told.json()["penalty_ref"] == "西环罚〔2026〕2号"


async def test_a_revisit_stands_beside_the_record_it_follows(site: Asked, visits: tuple[UUID, UUID]) -> None:
    app = site.app
    f.at(app, DAY + timedelta(days=20))
    own = f.cert(XP, 2)
    given = replace(f.form(app, own, f.cert(XP, 4)))
    backing = await f.approved(app, XP, 5, "revisit")
    async with app.work(f.inspector(app, XP, 2)) as work:
        made = await record_other_visit(work, f"{XP}S0005", "revisit", given, backing)
    async with app.work(c.acting(app, XP, "reviewer"), read_only=True) as work:
        around = await around_visit(work, visits[1])
    assert [one.id for one in around.revisits] == [made.visit_id] and around.next == made.visit_id
