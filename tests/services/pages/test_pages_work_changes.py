"""A sick officer is substituted from the desk, two people on their own sessions; pages of the superior."""

import re

from services.identity.demo_login import csrf_of
from services.usecases.dispatch_tasks import dispatch_board

from .conftest import CITY, COUNTY, Shown, Told

BASE = "/desk/draws/1/changes"


async def dispatched(told: Told) -> tuple[int, str]:
    """A dispatched visit and who leads it."""
    async with told.app.work(told.desk(COUNTY, "dispatcher"), read_only=True) as work:
        for task, team in await dispatch_board(work, 1):
            if task.state == "dispatched":
                return task.slot, team[0].certificate
    raise AssertionError("nothing is dispatched")


async def test_a_sick_officer_is_substituted_in_four_clicks(told: Told, shown: Shown) -> None:
    slot, officer = await dispatched(told)
    step = {"kind": "substitute", "officer": officer, "reason": "因病请假", "absent": "1"}
    async with shown.reader(f"{COUNTY}-dispatcher") as dispatcher:
        board = await dispatcher.get(BASE)
        assert board.status_code == 200 and f'href="{BASE}/{slot}"' in board.text
        token = csrf_of(await dispatcher.get(f"{BASE}/{slot}"))
        look = await dispatcher.post(f"{BASE}/{slot}", data={"csrf_token": token, "act": "preview", **step})
        assert look.status_code == 200 and "按次序应为" in look.text and "换上" in look.text
        wrong = {**step, "kind": "cancel", "listed": "不想去"}
        bad = await dispatcher.post(f"{BASE}/{slot}", data={"csrf_token": token, "act": "preview", **wrong})
        assert bad.status_code == 422 and "变更内容填写有误" in bad.text
        asked = await dispatcher.post(f"{BASE}/{slot}", data={"csrf_token": token, "act": "propose", **step})
        assert asked.status_code == 303
        page = (await dispatcher.get(BASE)).text
        assert "由您提出，须由另一人批准" in page and f'action="{BASE}/approval"' not in page
        approval = {"csrf_token": token, "proposal": "1"}
        assert (await dispatcher.post(f"{BASE}/approval", data=approval)).status_code == 403
    async with shown.reader(f"{COUNTY}-head") as head:
        assert "批准名单变更" in (await head.get("/desk")).text
        token = csrf_of(await head.get(BASE))
        asked = await head.post(f"{BASE}/approval", data={"csrf_token": token, "proposal": "1"})
        assert asked.status_code == 303 and "level=2" in asked.headers["location"]
    async with shown.reader(f"{COUNTY}-head", level=2) as head:
        token = csrf_of(await head.get(BASE))
        data = {"csrf_token": token, "proposal": "1"}
        assert (await head.post(f"{BASE}/approval", data=data)).status_code == 303
        assert (await head.post(f"{BASE}/approval", data=data)).status_code == 303  # a second click
        page = await head.get(BASE)
        assert "已批准" in page.text and "已变更 1 项" in page.text and "批准名单变更" not in page.text
    async with shown.reader() as anyone:
        public = (await anyone.get(f"/b/{COUNTY}/draws/1")).text
    assert public.count("名单变更") == 1 and "因病请假" not in public


async def test_an_undispatched_or_foreign_list_is_nobodys_business(told: Told, shown: Shown) -> None:
    for username, status in ((f"{COUNTY}-reviewer", 403), ("150203-head", 409), (f"{CITY}-auditor", 403)):
        async with shown.reader(username) as other:
            assert (await other.get(BASE)).status_code in (status, 404), username
    async with shown.reader(f"{COUNTY}-dispatcher") as dispatcher:
        token = csrf_of(await dispatcher.get(BASE))
        gone = await dispatcher.post(f"{BASE}/find", data={"csrf_token": token, "code": "X"})
        assert gone.status_code == 404 and "不在本次抽取待检查的名单内" in gone.text
        assert (await dispatcher.get(f"{BASE}/99999")).status_code == 409


async def test_an_officer_declares_on_the_phone(told: Told, shown: Shown) -> None:
    async with told.app.work(told.inspector) as work:
        from services.usecases.my_tasks import my_tasks

        waiting = [t for t in await my_tasks(work) if not t.declared]
    async with shown.reader(told.inspector.subject.removeprefix("demo-")) as officer:
        listing = await officer.get("/field")
        links = re.findall(r'href="(/field/tasks/[0-9/]+)"', listing.text)
        assert len(links) >= bool(waiting)
        if links:
            page = await officer.get(links[0])
            data = {"csrf_token": csrf_of(page), "kind": "recusal"}
            assert "我不能参加本次检查" in page.text
            assert (await officer.post(f"{links[0]}/declaration", data=data)).status_code == 303
            assert "您已声明不能参加" in (await officer.get("/field")).text


async def test_the_superior_sees_what_is_overdue(shown: Shown) -> None:
    async with shown.reader(f"{CITY}-auditor", level=2) as auditor:
        page = await auditor.get("/city/reveals")
        assert page.status_code == 200 and "没有到期而未公开的抽取" in page.text
        token = csrf_of(page)
        early = await auditor.post(f"/city/reveals/{COUNTY}/1", data={"csrf_token": token})
        assert early.status_code == 409 and "还没有到保密期限" in early.text
