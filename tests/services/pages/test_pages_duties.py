"""The people page tells who is barred from what, and why."""

from .conftest import COUNTY, Shown
from .test_pages_people import send


async def test_what_the_roles_of_today_exclude_is_told(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-admin") as admin:
        page = (await admin.get("/desk/people")).text
    told = page.split("互相制约")[1]
    assert "担任名录管理员" in told and "在岗期间不能同时担任抽取人、市级抽取人，至该岗位结束" in told
    assert "担任审核人" not in told  # excludes nothing


async def test_the_last_head_is_not_ended_and_the_page_says_why(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-admin") as admin:
        answer = await send(admin, "/desk/people/end", subject=f"demo-{COUNTY}-head", role="bureau_head")
        assert answer.status_code == 422
        alert = answer.text.split('role="alert"')[1].split("</div>")[0]
        assert "本单位不能没有单位负责人或单位管理员" in alert and "接任" in alert
        assert f"demo-{COUNTY}-head" in (await admin.get("/desk/people")).text
