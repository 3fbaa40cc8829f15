"""Forms that move the story on; last by name, so that the other files see it as it was told."""

import re

from services.identity.demo_login import csrf_of

from .conftest import COUNTY, Shown


async def test_a_record_is_reviewed_and_a_result_published_from_the_desk(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-reviewer") as reviewer:
        listing = await reviewer.get("/desk/visits?state=recorded")
        (visit,) = set(re.findall(r'href="(/desk/visits/[0-9a-f-]{36})"', listing.text))
        page = await reviewer.get(visit)
        token = csrf_of(page)
        assert "审核" in page.text and "污染防治设施运行情况" in page.text
        silent = await reviewer.post(
            f"{visit}/review", data={"csrf_token": token, "act": "return", "note": ""}
        )
        assert silent.status_code == 422
        forged = await reviewer.post(f"{visit}/review", data={"act": "accept"})
        assert forged.status_code == 403
        done = await reviewer.post(f"{visit}/review", data={"csrf_token": token, "act": "accept"})
        assert done.status_code == 303
        twice = await reviewer.post(f"{visit}/review", data={"csrf_token": token, "act": "accept"})
        assert twice.status_code == 409
    async with shown.reader(f"{COUNTY}-publisher") as publisher:
        token = csrf_of(await publisher.get("/desk/notices"))
        data = {"csrf_token": token, "what": "results", "value": "2026Q1"}
        assert (await publisher.post("/desk/notices", data=data)).status_code == 303
        odd = data | {"what": "draw", "value": "١"}
        assert (await publisher.post("/desk/notices", data=odd)).status_code == 422
        notices = (await publisher.get(f"/b/{COUNTY}/notices?kind=result")).text
    assert len(set(re.findall(r"/notices/([0-9a-f-]{36})", notices))) == 3


async def test_a_step_up_is_asked_for_before_a_plan_is_approved(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        token = csrf_of(await keeper.get("/desk/plan?year=2026"))
        made = await keeper.post("/desk/plan", data={"csrf_token": token, "year": "2026"})
        assert made.status_code == 303
        assert (await keeper.post("/desk/plan", data={"csrf_token": token, "year": "x"})).status_code == 422
    async with shown.reader(f"{COUNTY}-head") as head:
        page = await head.get("/desk/plan?year=2026")
        asked = await head.post("/desk/plan/approve", data={"csrf_token": csrf_of(page), "year": "2026"})
        assert asked.status_code == 303 and "level=2" in asked.headers["location"]
    async with shown.reader(f"{COUNTY}-head", level=2) as head:
        page = await head.get("/desk/plan?year=2026")
        done = await head.post("/desk/plan/approve", data={"csrf_token": csrf_of(page), "year": "2026"})
        assert done.status_code == 303
        assert "全部版本" in (await head.get("/desk/plan?year=2026")).text
