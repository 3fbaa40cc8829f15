"""扫码入企: the firm's page of its own visit, its rating and complaint; and everyone who is not it."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from policies.visiting.voices import RATED_FOR, READ_FOR
from services.identity.demo_login import csrf_of
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.show_firm_door import show_firm_door
from tenants.scope import Scope
from tests.flows import ceremony as c
from tests.flows import fieldwork as f

from .asked import Asked, asked_site

XP, KD = "411721", "150203"
LINK = re.compile(rf"/d/{XP}/[A-Za-z0-9_-]{{22}}")
RECEIPT = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}")
GOOD = {"certificates": "3", "matter": "3", "clean": "3", "manner": "2"}
SECRET = "他们收了一箱酒<script>alert(1)</script>"
CONTACT = "13800000000 王五"


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home, request) -> AsyncIterator[Asked]:
    name = (
        "firm" if request.module.__name__ == __name__ else "firm_page"
    )  # the browser's tests have their own
    async with asked_site(pg_server, valkey_server, new_home, name) as found:
        no = await f.drawn(found.app, XP, {5: (2, 4), 10: (2, 4)})
        async with found.app.work(c.acting(found.app, XP, "dispatcher")) as work:
            board = await dispatch_tasks(work, no)
        f.at(found.app, max(one.visit_on for one in board.placed))
        yield found


def phone(site: Asked, lang: str = "zh") -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=site.base,
        trust_env=False,
        timeout=60,
        headers={"accept": "text/html"},
        cookies={"lang": lang},
    )


async def link_of(site: Asked, slot: int) -> str:
    """The code as the team shows it, after the arrival."""
    officer = await site.browser("inspector", f"{XP}#2")
    here = f"/field/tasks/{XP}/1/{slot}"
    shown = await officer.get(f"{here}/firm")
    if shown.status_code == 409:
        assert "还没有登记到场" in shown.text, "no code before the arrival"
        page = await officer.get(here)
        team = re.findall(r'name="present" value="(\d+)"', page.text.split("/arrival")[1].split("</form>")[0])
        form = {"csrf_token": csrf_of(page), "present": team, "place_reason": "手机没有定位（模拟）"}
        assert (await officer.post(f"{here}/arrival", data=form)).status_code == 303
        shown = await officer.get(f"{here}/firm")
    again = await officer.get(f"{here}/firm")
    assert shown.status_code == 200 and shown.headers["cache-control"] == "no-store"
    assert shown.text.split("<svg")[1].split("</svg>")[0] == again.text.split("<svg")[1].split("</svg>")[0]
    await officer.aclose()
    async with site.app.work(f.inspector(site.app, XP, 2)) as work:
        found = LINK.search((await show_firm_door(work, 1, slot)).url)
    assert found
    return found[0]


async def rows_of(site: Asked, query: str) -> list[tuple]:
    async with site.app.database.unit(Scope.own(XP, "tests")) as db:
        return [tuple(row) for row in await db.execute(text(query))]


async def test_the_firm_sees_its_own_visit_and_no_other(site: Asked) -> None:
    link, other = await link_of(site, 0), await link_of(site, 1)
    async with phone(site) as firm:
        page = await firm.get(link)
        neighbour = await firm.get(other)
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    for words in (
        "到场当日有效",
        "西环〔2024〕3号",
        "今年的检查次数",
        "每年上限",
        "第五十五条",
        "接受社会监督",
    ):
        assert words in page.text, words
    assert all(f.cert(XP, n) in page.text for n in (2, 4))
    names = [re.search(r"<h1>.*?<small>(.*?)</small>", one.text) for one in (page, neighbour)]
    assert names[0] and names[1] and names[0][1] != names[1][1]
    assert names[1][1] not in page.text and names[0][1] not in neighbour.text
    assert "<script" not in page.text, "the page needs none"
    ((code, card),) = await rows_of(site, "select code, card from visit_door where slot = 0")
    assert link.rpartition("/")[2] not in code and names[0][1].encode() not in bytes(card)


async def test_wrong_forged_and_other_bureaus_codes_are_not_found(site: Asked) -> None:
    code = (await link_of(site, 0)).rpartition("/")[2]
    forged = code[:-1] + ("A" if code[-1] != "A" else "B")
    async with phone(site) as firm:
        for path in (
            f"/d/{XP}/{forged}",
            f"/d/{KD}/{code}",
            f"/d/999999/{code}",
            f"/d/{XP}/x",
            f"/d/x/{code}",
            f"/d/{XP}/{'A' * 22}",
        ):
            assert (await firm.get(path)).status_code == 404, path
            assert (await firm.post(f"{path}/complaint", data={"text": "一二三四五六"})).status_code == 404
        foreign = {"origin": "https://elsewhere.example"}
        sent = await firm.post(f"/d/{XP}/{code}/rating", data=GOOD, headers=foreign)
        assert sent.status_code == 403
    assert not await rows_of(site, "select 1 from visit_rating"), "nothing was kept"


async def test_one_rating_that_only_its_receipt_changes(site: Asked) -> None:
    link = await link_of(site, 0)
    async with phone(site) as firm:
        for bad in ({}, GOOD | {"clean": "4"}, GOOD | {"manner": ""}, GOOD | {"words": "长" * 301}):
            assert (await firm.post(f"{link}/rating", data=bad)).status_code == 422, bad
        kept = await firm.post(f"{link}/rating", data=GOOD | {"words": "说明" + SECRET})
        receipt = RECEIPT.search(kept.text)
        assert kept.status_code == 200 and receipt
        twice = await firm.post(f"{link}/rating", data=GOOD)
        assert twice.status_code == 409 and "本次检查已有评价" in twice.text
        assert "一箱酒" not in (await firm.get(link)).text, "who has the code only reads nothing back"
        changed = await firm.post(
            f"{link}/rating", data=GOOD | {"manner": "1", "receipt": receipt[0].lower()}
        )
        assert changed.status_code == 200 and receipt[0] in changed.text
    ((marks, count),) = await rows_of(site, "select marks, count(*) over () from visit_rating")
    assert marks["manner"] == 1 and count == 1


async def test_a_complaint_is_sealed_and_answered_by_who_was_not_there(site: Asked) -> None:
    link = await link_of(site, 0)
    async with phone(site) as firm:
        assert (await firm.post(f"{link}/complaint", data={"text": "短"})).status_code == 422
        assert (await firm.post(f"{link}/complaint", data={"text": "长" * 1001})).status_code == 422
        kept = await firm.post(f"{link}/complaint", data={"text": SECRET, "contact": CONTACT})
        receipt = RECEIPT.search(kept.text)
        assert kept.status_code == 200 and receipt and "一箱酒" not in kept.text
        waiting = await firm.post(f"{link}/receipt", data={"receipt": receipt[0]})
        assert "还没有答复" in waiting.text and "一箱酒" not in waiting.text
        assert (await firm.post(f"{link}/receipt", data={"receipt": "AAAA-BBBB-CCCC"})).status_code == 404
        other = await link_of(site, 1)
        elsewhere = await firm.post(f"{other}/receipt", data={"receipt": receipt[0]})
        assert elsewhere.status_code == 404, "a receipt belongs to its visit"
    ((id, sealed, contact),) = await rows_of(site, "select id, text, contact from visit_complaint")
    assert "酒".encode() not in bytes(sealed) and b"138" not in bytes(contact)
    journal = await rows_of(site, "select after::text from journal where action = 'visit.complain'")
    assert journal and "酒" not in str(journal) and "138" not in str(journal)
    path = f"/desk/voices/{id}/answer"
    for who, place in (("inspector", f"{XP}#2"), ("reviewer", KD), ("publisher", XP)):
        someone = await site.browser(who, place)
        assert "一箱酒" not in (await someone.get("/desk/voices")).text, who
        assert (await someone.post(path, data={"answer": "已核实。"})).status_code in (403, 404), who
        await someone.aclose()
    there = await site.browser("reviewer", f"{XP}#4")
    page = await there.get("/desk/voices?period=2026Q1")
    assert "您参加了这次检查" in page.text and "一箱酒" not in page.text and CONTACT not in page.text
    assert (await there.post(path, data={"answer": "没有这回事。"})).status_code == 403
    await there.aclose()
    city = await site.browser("city_auditor", "411700")
    seen = await city.get(f"/city/districts/{XP}/voices?period=2026Q1")
    assert "一箱酒" in seen.text and CONTACT not in seen.text
    assert (await city.post(path, data={"answer": "市局代答。"})).status_code in (403, 404)
    assert (await city.get(f"/city/districts/{KD}/voices")).status_code == 404
    await city.aclose()
    head = await site.browser("bureau_head", XP)
    page = await head.get("/desk/voices?period=2026Q1")
    assert "&lt;script&gt;alert(1)" in page.text and "<script>alert" not in page.text and CONTACT in page.text
    assert "不满 5 份不显示平均分" in page.text
    assert (await head.post(path, data={"answer": ""})).status_code == 422
    assert (await head.post(path, data={"answer": "已核实，<b>酒</b>已退回。"})).status_code == 303
    assert (await head.post(path, data={"answer": "再答一次。"})).status_code == 422
    await head.aclose()
    async with phone(site, "en") as firm:
        told = await firm.post(f"{link}/receipt", data={"receipt": receipt[0].replace("-", " ")})
        assert "&lt;b&gt;酒&lt;/b&gt;已退回" in told.text
    reads = await rows_of(site, "select actor from journal where action = 'visit.voices'")
    assert len(reads) >= 2, "the district's journal tells who read, the city too"


async def test_floods_end_at_the_limit_and_three_complaints_are_enough(site: Asked) -> None:
    link = await link_of(site, 1)
    async with phone(site) as firm:
        sent = [
            (await firm.post(f"{link}/complaint", data={"text": "投诉内容若干"})).status_code
            for _ in range(4)
        ]
        assert sent == [200, 200, 200, 409]
        many = [(await firm.post(f"{link}/receipt", data={"receipt": "AAAA"})).status_code for _ in range(20)]
    assert 503 in many and many[0] == 404


async def test_the_code_stops_taking_words_and_then_ends(site: Asked) -> None:
    link = await link_of(site, 0)
    began = site.app.clock.now()
    async with phone(site) as firm:
        f.at(site.app, (began + RATED_FOR + timedelta(days=1)).date())
        page = await firm.get(link)
        assert page.status_code == 200 and "评价和投诉期已过" in page.text
        late = await firm.post(f"{link}/complaint", data={"text": "太晚的投诉"})
        assert late.status_code == 409
        f.at(
            site.app, (began + READ_FOR + timedelta(days=1)).date()
        )  # the clock goes forward only: last test
        assert (await firm.get(link)).status_code == 404
