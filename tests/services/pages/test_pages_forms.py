"""Forms of the desk: sent twice they act once, and what was typed comes back to its own person only."""

import asyncio
import hashlib
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from services.identity.demo_login import csrf_of, demo_login
from services.web.form_token import token_of
from tenants import journal
from tenants.scope import Scope
from tests.confirming import Confirming

from .conftest import COUNTY

FORM = re.compile(r'<form[^>]*method="post"[^>]*>(.*?)</form>', re.S)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
LINK = re.compile(r'<a href="(/(?:desk|city|field)[^"#]*)"')
POSTS = ("admin", "head", "keeper", "drawer", "dispatcher", "reviewer", "publisher")
WHY = "演示：两次点击"


async def _journal(told, action):
    scope = Scope.own(COUNTY, "test")
    async with told.app.database.unit(scope) as db:
        return [e for e in await journal.entries(db, scope, COUNTY, limit=10_000) if e.action == action]


@pytest.mark.parametrize("post", POSTS)
async def test_every_form_of_a_persons_pages_names_its_page_and_owner(told, shown, post) -> None:
    async with shown.reader(f"{COUNTY}-{post}") as site:
        first = await site.get("/desk")
        pages = dict.fromkeys(["/desk", *(unescape(link) for link in LINK.findall(first.text))])
        forms = 0
        for path in list(pages)[:30]:
            answer = await site.get(path)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            for body in FORM.findall(answer.text):
                found = TOKEN.search(body)
                assert found, (path, body[:200])
                token = token_of(unescape(found[1]))
                assert token.page == answer.headers["x-request-id"] and token.owner, path
                forms += 1
    assert forms >= 2


async def test_two_clicks_at_once_and_the_back_button_order_one_check(told, shown) -> None:
    async with shown.reader(f"{COUNTY}-admin") as site:
        page = await site.get("/desk/people")
        form = {"csrf_token": csrf_of(page), "subject": "demo-twice", "name": "两次", "role": "publisher"}
        form |= {"why": WHY}
        before = len(await _journal(told, "people.grant"))
        answers = await asyncio.gather(*(site.post("/desk/people", data=form) for _ in range(3)))
        assert len({(a.status_code, a.headers.get("location")) for a in answers}) == 1, answers
        assert answers[0].status_code == 303
        again = await site.post("/desk/people", data=form)
        assert again.status_code == 303 and again.headers["location"] == answers[0].headers["location"]
        assert len(await _journal(told, "people.grant")) == before + 1
        other = await site.post("/desk/people", data=form | {"subject": "demo-third"})
        assert other.status_code == 303
        assert len(await _journal(told, "people.grant")) == before + 2


async def test_a_refused_form_may_be_sent_again_and_is_given_back_as_typed(told, shown) -> None:
    async with shown.reader(f"{COUNTY}-drawer") as site:
        listing = await site.get("/desk/draws")
        form = {"csrf_token": csrf_of(listing), "period": "2099Q9", "ahead": "7"}
        headers = {"referer": f"{shown.base}/desk/draws"}
        path = _action(listing.text, "period")
        answers = [await site.post(path, data=form, headers=headers) for _ in range(2)]
        assert [a.status_code < 500 and a.status_code >= 400 for a in answers] == [True, True]
        back = unescape(re.search(r'href="([^"]*typed=[^"]+)"', answers[1].text)[1])
        page = await site.get(back)
        assert page.status_code == 200 and "还没有提交" in page.text
        async with shown.reader(f"{COUNTY}-head") as other:
            assert "还没有提交" not in (await other.get(back)).text


def _action(html: str, field: str) -> str:
    for head, body in re.findall(r'<form([^>]*method="post"[^>]*)>(.*?)</form>', html, re.S):
        if f'name="{field}"' in body:
            return re.search(r'action="([^"]+)"', head)[1]
    raise AssertionError(field)


async def test_what_was_typed_survives_the_end_of_the_session(told, shown) -> None:
    async with shown.reader(f"{COUNTY}-admin") as site:
        page = await site.get("/desk/people")
        form = {"csrf_token": csrf_of(page), "subject": "demo-late", "name": "久坐的人", "role": "publisher"}
        sid = next(v for k, v in site.cookies.items() if "session" in k)
        await _forget(told, sid)
        headers = {"referer": f"{shown.base}/desk/people"}
        answer = await site.post("/desk/people", data=form, headers=headers)
        assert answer.status_code == 303 and answer.headers["location"].startswith("/login?")
        there = parse_qs(urlsplit(answer.headers["location"]).query)["next"][0]
        assert there.startswith("/desk/people?typed=")
        page = await demo_login(site, f"{COUNTY}-admin", next_=there)
        assert "还没有提交" in page.text and 'value="久坐的人"' in page.text
        assert 'value="publisher" selected' in page.text
    async with Confirming(base_url=shown.base, trust_env=False, headers={"accept": "text/html"}) as other:
        page = await demo_login(other, "150203-admin", next_=there)
        assert "久坐的人" not in page.text


async def test_a_strangers_form_without_a_session_is_not_kept(told, shown) -> None:
    async with shown.reader(f"{COUNTY}-admin") as site:
        form = {"csrf_token": csrf_of(await site.get("/desk/people")), "name": "x"}
    headers = {"referer": f"{shown.base}/desk/people"}
    async with shown.reader() as public:
        answer = await public.post("/desk/people", data=form, headers=headers)
    assert answer.status_code == 303 and "typed" not in answer.headers["location"]


async def _forget(told, sid: str) -> None:
    """As if the session had been idle for too long."""
    digest = hashlib.sha256(sid.encode()).hexdigest()
    await told.app.redis.delete(f"shuangsui:_:session:{digest}")
