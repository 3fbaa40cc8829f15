"""Evidence of special sites on the pages: entered, refused, shown with its clause, withdrawn, ended."""

import re

from services.identity.demo_login import csrf_of

from .conftest import COUNTY, OTHER, Shown, Told

REGISTER = "/desk/sites/evidence"
DOCUMENT = {"criterion": "violation", "document": "演示罚〔2026〕7 号", "dated": "2026-01-02"}


async def test_a_document_is_entered_shown_with_its_clause_and_withdrawn(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        rows = (await keeper.get("/desk/sites.json?stratum=general&status=active")).json()["rows"]
        code = rows[-1]["code"]
        seen = await keeper.get(f"/desk/sites/{code}")
        assert "凭证据列为特殊监管对象" in seen.text
        form = DOCUMENT | {"codes": code, "back": "site", "csrf_token": csrf_of(seen)}
        wrong = await keeper.post(
            REGISTER, data=form | {"dated": "2031-01-01"}, headers={"referer": str(seen.url)}
        )
        assert (
            wrong.status_code in (303, 422)
            and "特殊监管对象" in (await keeper.get(f"/desk/sites/{code}")).text
        )
        form["csrf_token"] = csrf_of(await keeper.get(f"/desk/sites/{code}"))
        done = await keeper.post(REGISTER, data=form)
        assert (done.status_code, done.headers["location"]) == (303, f"/desk/sites/{code}#evidence")
        page = await keeper.get(f"/desk/sites/{code}")
        assert "演示罚〔2026〕7 号" in page.text and "一（四）最低抽查比例 3" in page.text
        assert "<q>对存在环境违法问题和环境管理问题的污染源" in page.text
        register = (await keeper.get(REGISTER)).text
        assert code in register and "演示罚〔2026〕7 号" in register
        (record,) = re.findall(r"/desk/sites/evidence/([0-9a-f-]{36})/withdraw", page.text)
        why = {"why": "文号有误", "csrf_token": csrf_of(page)}
        gone = await keeper.post(f"{REGISTER}/{record}/withdraw", data=why)
        assert gone.status_code == 303
        page = await keeper.get(f"/desk/sites/{code}")
        assert "没有有效证据" in page.text and "文号有误" in page.text
        assert code in (await keeper.get(f"{REGISTER}?lacking=1")).text
        assert code in (await keeper.get("/desk/sites?lacks=evidence")).text
        again = await keeper.post(f"{REGISTER}/{record}/withdraw", data=why | {"csrf_token": csrf_of(page)})
        assert again.status_code == 409 and "已经撤销" in again.text
        end = {"why": "整改完成", "csrf_token": csrf_of(await keeper.get(f"/desk/sites/{code}"))}
        assert (await keeper.post(f"/desk/sites/{code}/special/end", data=end)).status_code == 303
        assert code not in (await keeper.get(REGISTER)).text
        assert (await keeper.get(f"{REGISTER}?bureau={OTHER}")).status_code == 404
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        page = (await drawer.get(REGISTER)).text  # reads, and is offered no form
        assert 'action="/desk/sites/evidence"' not in page and "规则所列的情形" in page


async def test_every_special_site_of_the_demonstration_has_a_document(told: Told, shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        page = (await head.get(f"{REGISTER}?lacking=1")).text
        assert "其中 0 家没有有效证据" in page and "每家特殊监管对象都有有效证据" in page
