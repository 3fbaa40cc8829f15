"""Programs of a province over the whole site: the table lets them in, for one bureau, from day to day."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from policies.errors import Problem
from policies.terms import Principal
from services.clock import SystemClock, today
from services.identity.demo_login import csrf_of, demo_login
from services.identity.people import PROGRAM_SECRET
from services.usecases.allow_client import (
    BadClient,
    ClientStands,
    NewClient,
    allow_client,
    clients,
    end_client,
)
from tenants.rows import Membership

from .test_identity_table import SINCE, grant, table  # noqa: F401 - the site over a database of its own

TOKEN = "/realms/shuangsui/protocol/openid-connect/token"
PROGRAM = "platform-410000"
PAGE = "/desk/people/clients"


def admin(app: Any, bureau: str = "410000", *roles: str) -> Principal:
    now = int(app.clock.now().timestamp())
    return Principal("chief", "模拟", bureau, frozenset(roles or ("bureau_admin",)), 2, now)


def order(**changes: Any) -> NewClient:
    until = today(SystemClock()) + timedelta(days=changes.pop("days", 90))
    return NewClient(**({"client": PROGRAM, "name": "模拟省平台", "until": until} | changes))


async def ask(url: str, path: str, bureau: str = "") -> httpx.Response:
    """As the program does: a token for its secret, then the API."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as program:
        form = {"grant_type": "client_credentials"}
        token = (await program.post(TOKEN, data=form, auth=(PROGRAM, PROGRAM_SECRET))).json()["access_token"]
        headers = {"authorization": f"Bearer {token}"} | ({"x-bureau": bureau} if bureau else {})
        return await program.get(f"/api/v1{path}", headers=headers)


async def test_a_program_reads_the_numbers_below_its_bureau_and_nothing_else(table: Any) -> None:  # noqa: F811
    app, url = table
    assert (await ask(url, "/bureaus/411721/draws")).status_code == 401
    async with app.work(admin(app)) as work:
        made = await allow_client(work, order())
    for code in ("410000", "411700", "411721"):
        assert (await ask(url, f"/bureaus/{code}/draws")).status_code == 200, code
    assert (await ask(url, "/bureaus/150203/draws")).status_code == 404  # another province: absent
    for path in ("sites", "officers", "visits", "journal", "logins", "clients", "organisation/duties"):
        answer = await ask(url, f"/bureaus/411721/{path}")
        assert answer.status_code in (403, 404), (path, answer.text)
    assert (await ask(url, "/bureaus/411721/draws", "411700")).status_code == 403  # not let in by that one
    async with app.work(admin(app)) as work:
        assert (await clients(work))[0] == made
        await end_client(work, made.id)
    assert (await ask(url, "/bureaus/411721/draws")).status_code == 401  # with the next request


async def test_two_bureaus_of_one_program_are_named_by_its_header(table: Any) -> None:  # noqa: F811
    app, url = table
    for bureau in ("411700", "150203"):
        async with app.work(admin(app, bureau)) as work:
            await allow_client(work, order())
    assert (await ask(url, "/bureaus/150203/draws")).status_code == 403  # which one is not said
    assert (await ask(url, "/bureaus/150203/draws", "150203")).status_code == 200
    assert (await ask(url, "/bureaus/411721/draws", "150203")).status_code == 404
    assert (await ask(url, "/bureaus/411721/draws", "411700")).status_code == 200


async def test_who_may_let_a_program_in(table: Any) -> None:  # noqa: F811
    app, _ = table
    for roles in (("bureau_head",), ("system_admin",), ("provincial_client",), ("city_auditor",)):
        async with app.work(admin(app, "411721", *roles)) as work:
            with pytest.raises(Problem) as caught:
                await allow_client(work, order())
            assert caught.value.kind == "forbidden"
    person = admin(app, "411721")
    stale = Principal(person.subject, person.name, person.bureau, person.roles, 1, person.auth_time)
    async with app.work(stale) as work:
        with pytest.raises(Problem, match="二次验证"):
            await allow_client(work, order())


@pytest.mark.parametrize(
    "changes",
    [
        {"client": ""},
        {"client": "有空格 的"},
        {"client": "shuangsui"},
        {"client": "shuangsui-people"},
        {"name": " "},
        {"name": "x" * 101},
        {"until": date(2020, 1, 1)},
        {"days": 367},
        {"subject": "x\n"},
    ],
)
async def test_a_wrong_order_is_refused_in_words(table: Any, changes: dict[str, Any]) -> None:  # noqa: F811
    app, _ = table
    async with app.work(admin(app, "411721")) as work:
        with pytest.raises(BadClient):
            await allow_client(work, order(**changes))


async def test_a_registration_is_entered_once_ended_once_and_journalled(table: Any) -> None:  # noqa: F811
    app, _ = table
    async with app.work(admin(app, "411721")) as work:
        made = await allow_client(work, order(client="one"))
    async with app.work(admin(app, "411721")) as work:
        with pytest.raises(ClientStands):
            await allow_client(work, order(client="one"))
    async with app.work(admin(app, "411700")) as work:
        with pytest.raises(Problem) as caught:
            await end_client(work, made.id)
        assert caught.value.kind == "missing"
    async with app.work(admin(app, "411721")) as work:
        assert (await end_client(work, made.id)).ended_by == "chief"
    async with app.work(admin(app, "411721")) as work:
        with pytest.raises(Problem) as caught:
            await end_client(work, made.id)
        assert caught.value.kind == "conflict"
        assert (await allow_client(work, order(client="one"))).id != made.id
    async with app.work(admin(app, "411721", "bureau_head"), read_only=True) as work:
        held = await clients(work)
        from tenants import journal

        noted = [e.action for e in await journal.entries(work.db, work.scope, "411721", 0)]
    assert [one.ended_at is None for one in held if one.client == "one"] == [True, False]
    assert noted.count("client.allow") == 2 and noted.count("client.end") == 1


async def test_the_page_lets_a_program_in_after_a_second_factor_and_ends_it(table: Any) -> None:  # noqa: F811
    app, url = table
    await grant(app, Membership("410000", "demo-410000-admin", "bureau_admin", "模拟·管理员", SINCE))
    until = (today(SystemClock()) + timedelta(days=30)).isoformat()
    form = {"client": "page-client", "name": "模拟·<b>平台", "until": until, "account": ""}
    async with httpx.AsyncClient(base_url=url, trust_env=False, headers={"accept": "text/html"}) as browser:
        page = await demo_login(browser, "410000-admin", next_=PAGE)
        assert page.status_code == 200 and "河南省厅 410000" in page.text
        await confirmed(browser, PAGE, form | {"csrf_token": csrf_of(page)})
        listed = await browser.get(PAGE)
        assert "page-client" in listed.text and "模拟·&lt;b&gt;平台" in listed.text and "有效" in listed.text
        ending = re.findall(rf'action="({PAGE}/[0-9a-f-]+/end)"', listed.text)[0]
        await confirmed(browser, ending, {"csrf_token": csrf_of(listed)})
        assert "已结束" in (await browser.get(PAGE)).text
        again = await confirmed(browser, PAGE, form | {"until": "", "csrf_token": csrf_of(listed)})
        assert (
            again.status_code == 422 and 'role="alert"' in again.text and 'value="page-client"' in again.text
        )


async def confirmed(browser: httpx.AsyncClient, path: str, form: dict[str, str]) -> httpx.Response:
    """Sends a form, gives the second factor it asks for, and confirms."""
    asked = await browser.post(path, data=form | {"csrf_token": csrf_of(await browser.get(PAGE))})
    (back,) = parse_qs(urlsplit(asked.headers["location"]).query)["next"]
    page = await demo_login(browser, "410000-admin", level=2, next_=back)
    number = page.text.split('name="intent" value="')[1].split('"')[0]
    done = await browser.post(path, data={"intent": number, "csrf_token": csrf_of(page)})
    assert done.status_code in (303, 422), done.text[:1500]
    return done
