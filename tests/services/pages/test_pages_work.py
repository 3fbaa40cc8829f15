"""Forms that move the story on; last by name, so that the other files see it as it was told."""

import re
from typing import Any

import httpx

from policies.visiting.checklist import ITEMS
from services.identity.demo_login import csrf_of
from services.usecases.my_tasks import OPEN, MyTask, my_tasks
from tenants.stores import officers

from .conftest import COUNTY, Shown, Told


async def test_a_record_is_reviewed_and_a_result_published_from_the_desk(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-reviewer") as reviewer:
        listing = await reviewer.get("/desk/visits?state=recorded")
        (visit,) = set(re.findall(r'href="(/desk/visits/[0-9a-f-]{36})"', listing.text))
        page = await reviewer.get(visit)
        token = csrf_of(page)
        assert "审核" in page.text and "污染防治设施运行" in page.text
        silent = await reviewer.post(
            f"{visit}/review", data={"csrf_token": token, "act": "return", "note": ""}
        )
        assert silent.status_code == 422
        forged = await reviewer.post(f"{visit}/review", data={"act": "accept"})
        assert forged.status_code == 403
        done = await reviewer.post(f"{visit}/review", data={"csrf_token": token, "act": "accept"})
        assert done.status_code == 303
        twice = await reviewer.post(f"{visit}/review", data={"csrf_token": token, "act": "accept"})
        assert (twice.status_code, twice.headers["location"]) == (303, done.headers["location"])  # acts once
    async with shown.reader(f"{COUNTY}-publisher") as publisher:
        token = csrf_of(await publisher.get("/desk/notices"))
        data = {"csrf_token": token, "what": "results", "value": "2026Q1"}
        assert (await publisher.post("/desk/notices", data=data)).status_code == 303
        odd = data | {"what": "draw", "value": "١"}
        assert (await publisher.post("/desk/notices", data=odd)).status_code == 422
        notices = (await publisher.get(f"/b/{COUNTY}/notices?kind=result")).text
    assert len(set(re.findall(r"/notices/([0-9a-f-]{36})", notices))) == 3
    assert "（2026年第一季度）" in notices


async def test_a_step_up_is_asked_for_before_a_plan_is_approved(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        token = csrf_of(await keeper.get("/desk/plan?year=2026"))
        made = await keeper.post("/desk/plan", data={"csrf_token": token, "year": "2026"})
        assert made.status_code == 303
        assert (await keeper.post("/desk/plan", data={"csrf_token": token, "year": "x"})).status_code == 422
    async with shown.reader(f"{COUNTY}-head") as head:
        page = await head.get("/desk/plan?year=2026")
        asked = await head.post("/desk/plan/approve", data=_step(page))
        assert asked.status_code == 303 and "level=2" in asked.headers["location"]
    async with shown.reader(f"{COUNTY}-head", level=2) as head:
        page = await head.get("/desk/plan?year=2026")
        done = await head.post("/desk/plan/approve", data=_step(page))
        assert done.status_code == 303
        assert "全部版本" in (await head.get("/desk/plan?year=2026")).text


async def test_a_plan_made_anew_meanwhile_is_not_approved_unread(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper, shown.reader(f"{COUNTY}-head", level=2) as head:
        await _drafted(keeper)
        read = await head.get("/desk/plan?year=2026")
        await _drafted(keeper)
        late = await head.post("/desk/plan/approve", data=_step(read))
        assert late.status_code == 409 and "又编制了新的一版" in late.text
        now = await head.get("/desk/plan?year=2026")
        assert _step(now)["version"] == str(int(_step(read)["version"]) + 1)
        assert (await head.post("/desk/plan/approve", data=_step(now))).status_code == 303


async def _drafted(keeper: httpx.AsyncClient) -> None:
    token = csrf_of(await keeper.get("/desk/plan?year=2026"))
    assert (await keeper.post("/desk/plan", data={"csrf_token": token, "year": "2026"})).status_code == 303


def _step(page: httpx.Response) -> dict[str, str]:
    version = re.findall(r'name="version" value="(\d+)"', page.text)[-1]
    return {"csrf_token": csrf_of(page), "year": "2026", "version": version}


async def test_a_recorded_task_shows_its_state_and_a_second_record_keeps_what_was_typed(
    told: Told, shown: Shown
) -> None:
    async with told.app.work(told.inspector) as work:
        task = next(t for t in await my_tasks(work, every=True) if t.state not in OPEN)
        people = await officers.all_of(work.db, work.scope, COUNTY)
    number = [o.certificate for o in people].index(told.inspector.certificate) + 1
    path = f"/field/tasks/{COUNTY}/{task.draw_no}/{task.slot}"
    async with shown.reader(f"{COUNTY}-inspector-{number:02}") as inspector:
        page = await inspector.get(path)
        assert "记录已提交并封存" in page.text and 'name="narrative"' not in page.text
        data = _typed(task) | {"csrf_token": csrf_of(page)}
        again = await inspector.post(path, data=data)
        assert again.status_code == 409 and "该任务已有封存的记录" in again.text
        assert "现场另有情况" in again.text and 'name="narrative"' in again.text
        gone = await inspector.get("/field/tasks/none")
        assert gone.status_code == 404 and "网址可能有误，或页面已撤回。" in gone.text
        assert "报错编号" in gone.text and 'href="/field"' in gone.text


def _typed(task: MyTask) -> dict[str, Any]:
    """A whole record, of the day of the visit, unlike the one that stands."""
    return {
        "started_at": f"{task.visit_on}T09:00",
        "ended_at": f"{task.visit_on}T11:00",
        "present": [o.certificate for o in task.team],
        "place_reason": "设备没有定位",
        "result": "none_found",
        "narrative": "现场另有情况",
    } | {f"answer.{item.id}": "fine" for item in ITEMS}
