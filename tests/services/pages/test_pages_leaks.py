"""Cars, copies and a leak case as people see them, from the report to the decision."""

import re

from services.identity.demo_login import csrf_of

from .conftest import CITY, COUNTY, Shown

PASTED = "\n".join(f"{n}. 演示企业{n}" for n in range(8))


async def token(client, path):
    page = await client.get(path)
    assert page.status_code == 200, page.text[-500:]
    return {"csrf_token": csrf_of(page)}


async def test_a_leak_case_from_report_to_decision(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-dispatcher") as client:
        data = await token(client, "/desk/leaks/report")
        data |= {"draw_no": "1", "channel": "list", "seen_on": "2026-01-05", "words": "门卫手里有名单"}
        short = await client.post("/desk/leaks/report", data=data)
        assert short.status_code == 422 and "附上发现的名单" in short.text and "门卫手里" in short.text
        done = await client.post("/desk/leaks/report", data=data | {"lines": PASTED})
        assert done.status_code == 200 and "已密封" in done.text
        number = re.search(r"登记为第 (\d+) 件", done.text)
        assert number and (await client.get(f"/desk/leaks/{number[1]}")).status_code == 403
    case = f"/desk/leaks/{number[1]}"
    async with shown.reader(f"{COUNTY}-admin") as admin:
        assert "发现外流的名单" in (await admin.get("/desk/leaks")).text
        data = await token(admin, case)
        page = (await admin.get(case)).text
        assert "门卫手里有名单" in page and "通报批评" in page and "演示企业7" in page
        assert (await admin.post(f"{case}/trace", data=data)).status_code == 422, "no line names a drawn site"
        asked = data | {"finding": "founded", "words": "属实", "m-remedy": "1", "w-remedy": "收回纸质单"}
        assert (await admin.post(f"{case}/proposal", data=asked)).status_code == 303
        assert "收回纸质单" in (await admin.get(case)).text
    async with shown.reader(f"{COUNTY}-head", level=2) as head:
        data = await token(head, case)
        assert (await head.post(f"{case}/decision", data=data | {"proposal": "1"})).status_code == 303
        assert "已决定" in (await head.get(case)).text
        data = await token(head, case)
        assert (await head.post(f"{case}/closing", data=data)).status_code == 409
        assert (await head.post(f"{case}/measures", data=data | {"k": "1"})).status_code == 303
        assert (await head.post(f"{case}/closing", data=data)).status_code == 303
        assert "已办结" in (await head.get(case)).text
    async with shown.reader(f"{CITY}-auditor") as auditor:
        page = (await auditor.get("/city/leaks")).text
        assert "西平" in page and "门卫" not in page and "演示企业" not in page
        assert (await auditor.get(case)).status_code in (403, 404)


async def test_cars_and_copies_are_for_those_who_need_them(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-dispatcher") as client:
        page = await client.get("/desk/draws/1/cars")
        assert page.status_code == 200 and "只列今天和下一个工作日" in page.text
        copy = await client.get("/desk/draws/1/cars.csv")
        assert (
            copy.content.decode("utf-8-sig").startswith("工作秘密")
            and "E" in copy.headers["content-disposition"]
        )
        refused = await client.get("/desk/draws/1/cars.csv?label=国家秘密")
        assert refused.status_code == 422 and "工作秘密" in refused.text
        assert (await client.get("/desk/exports")).status_code == 403
    async with shown.reader(f"{COUNTY}-head") as head:
        listed = (await head.get("/desk/exports")).text
        assert "用车安排" in listed and "派单员" in listed and "演示·" not in re.sub("模拟·[^<]*", "", listed)
        assert (await head.get("/desk/draws/1/cars")).status_code == 403
        data = await token(head, "/desk/leaks/trace")
        found = await head.post("/desk/leaks/trace", data=data | {"roster": "sites", "lines": PASTED})
        assert found.status_code == 422 and "至少 5 行" in found.text
    async with shown.reader(f"{COUNTY}-inspector-01") as inspector:
        page = await inspector.get("/field/sheets")
        assert page.status_code == 200 and "不得外传" in page.text and "领取人" in page.text
