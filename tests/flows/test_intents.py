"""One second factor, one act, one content: whatever else is tried is refused, and noted."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from policies.access_intents import UploadedFile, form_content, json_content, payload_digest, shown_fields
from policies.terms import Bureau
from services.clock import SimulatedClock
from services.identity.demo_login import csrf_of, demo_login
from services.outside.folder import Device
from services.outside.witness import init_witness
from services.web.intents import SECONDS, Intent, Intents
from tenants.scope import Scope
from tenants.stores import bureaus, journal_pages, witness_keys
from tests.confirming import FORM, NUMBER, asked, confirmed, intent_for
from tests.deployed import START, Deployed, deployed

CITY, COUNTY = "411700", "411721"
ADMIN, HEAD = f"{CITY}-admin", f"{CITY}-head"
PATH = f"/api/v1/bureaus/{CITY}/intents"


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Deployed]:
    async with deployed(new_home("intents"), pg_server.superuser_dsn, valkey_server.url) as found:
        yield found


@pytest.fixture
def vkey(tmp_path) -> Any:
    def make(name: str) -> str:
        return init_witness(Device(tmp_path / name), f"{name}.example/w").vkey

    return make


async def registered(site: Deployed) -> set[str]:
    async with site.app.database.unit(Scope.for_system()) as db:
        return {key.name for key in await witness_keys.all_(db)}


async def refusals(site: Deployed, bureau: str = CITY) -> list[str]:
    async with site.app.database.unit(Scope.own(bureau, "tests")) as db:
        rows = await journal_pages.newest(
            db, Scope.own(bureau, "tests"), bureau, action="intent.refused", target="", limit=50
        )
    return [row.after["refusal"] for row in rows]


async def submit(client: Any, key: str, path: str = "/desk/witness") -> Any:
    """The form of a public key, as the page sends it."""
    token = csrf_of(await client.get("/desk/witness"))
    return await client.post(path, data={"csrf_token": token, "whose": "outsider", "vkey": key})


async def press(client: Any, number: str, **more: str) -> Any:
    """The confirming button of a page that was left open."""
    token = csrf_of(await client.get("/desk/witness"))
    return await client.post("/desk/witness", data={"csrf_token": token, "intent": number} | more)


def number_of(answer: Any) -> str:
    return asked(answer).removeprefix("/confirm/")


async def test_a_form_is_kept_through_the_step_up_shown_and_done_by_one_click(
    site: Deployed, vkey: Any
) -> None:
    key = vkey("kept")
    async with site.browser(ADMIN) as admin:
        answer = await submit(admin, key)
        assert asked(answer) and "kept.example/w" not in await registered(site)
        page = await demo_login(admin, ADMIN, level=2, next_=asked(answer))
        digest = payload_digest(
            "log.register", "POST", "/desk/witness", [],
            form_content([("vkey", key), ("whose", "outsider")]),
        )  # fmt: skip
        for told in ("登记见证人公钥", key.split("+")[0], digest, CITY):
            assert told in page.text
        assert "kept.example/w" not in await registered(site)
        action, number = FORM.search(page.text), NUMBER.search(page.text)
        assert action and number
        done = await admin.post(action[1], data={"intent": number[1], "csrf_token": csrf_of(page)})
        assert (done.status_code, done.headers["location"]) == (303, "/desk/witness")
        assert "kept.example/w" in await registered(site)
        again = await admin.post(action[1], data={"intent": number[1], "csrf_token": csrf_of(page)})
        assert again.status_code == 409 and "该确认已经使用过" in again.text
        left = await admin.get(asked(answer))
        assert left.status_code == 409 and "该确认已经使用过" in left.text
    assert (await refusals(site))[0] == "IntentUsed"


async def test_a_fresh_second_factor_serves_no_second_act(site: Deployed, vkey: Any) -> None:
    one, two = vkey("once"), vkey("twice")
    async with site.browser(ADMIN, level=2) as admin:  # fresh, but given for nothing
        answer = await submit(admin, one)
        assert asked(answer)
        assert (await confirmed(admin, ADMIN, answer)).status_code == 303
        second = await submit(admin, two)
        assert asked(second)
        page = await admin.get(asked(second))
        assert "进行二次验证" in page.text and not NUMBER.search(page.text)
        pressed = await press(admin, number_of(second))
        assert asked(pressed) == asked(second) and "twice.example/w" not in await registered(site)
        # two forms sent before one step-up: it serves the first of them only
        third = await submit(admin, vkey("third"))
        await demo_login(admin, ADMIN, level=2, next_=asked(third))
        assert (await press(admin, number_of(third))).status_code == 303
        assert asked(await press(admin, number_of(second))) == asked(second)
        assert (await confirmed(admin, ADMIN, second)).status_code == 303
    assert {"once.example/w", "third.example/w", "twice.example/w"} <= await registered(site)
    assert (await refusals(site))[:2] == ["IntentUnproven", "IntentUnproven"]


async def test_nobody_else_confirms_it_and_no_other_browser_does(site: Deployed, vkey: Any) -> None:
    async with site.browser(ADMIN) as admin:
        answer = await submit(admin, vkey("foreign"))
        number = number_of(answer)
        for other in (f"{CITY}-head", f"{COUNTY}-admin", ADMIN):
            async with site.browser(other, level=2) as thief:
                seen = await thief.get(f"/confirm/{number}")
                assert seen.status_code == 403 and "foreign" not in seen.text
                token = csrf_of(await thief.get("/desk"))
                pressed = await thief.post("/desk/witness", data={"csrf_token": token, "intent": number})
                assert pressed.status_code in (403, 404), other
        async with site.browser() as nobody:
            assert (await nobody.get(f"/confirm/{number}")).status_code == 303
        assert "foreign.example/w" not in await registered(site)
        assert (await confirmed(admin, ADMIN, answer)).status_code == 303
    assert "IntentForeign" in await refusals(site) and "IntentForeign" in await refusals(site, COUNTY)


async def test_a_late_or_invented_confirmation_is_stale(site: Deployed, vkey: Any) -> None:
    async with site.browser(ADMIN) as admin:
        answer = await submit(admin, vkey("late"))
        await demo_login(admin, ADMIN, level=2, next_=asked(answer))
        for key in await site.app.redis.keys(f"shuangsui:{CITY}:intent:*"):
            await site.app.redis.delete(key)
        for number in (number_of(answer), f"{CITY}.{'A' * 43}", "nonsense"):
            late = await press(admin, number)
            assert late.status_code == 409 and "已过期" in late.text
            assert (await admin.get(f"/confirm/{number}")).status_code == 409
    assert "late.example/w" not in await registered(site) and "IntentStale" in await refusals(site)


async def test_an_intent_lives_five_minutes_and_redis_cannot_read_it(site: Deployed) -> None:
    clock = SimulatedClock(START)
    intents = Intents(site.app.redis, clock)
    made = Intent("s", CITY, "c", "log.register", "POST", "/x", "", "0" * 64, intents.now(), {}, body=b"K")
    number = await intents.make(made)
    assert await intents.find(number) == made and await intents.find(number[:-1] + "_") is None
    raw = b"".join([
        await site.app.redis.get(key) for key in await site.app.redis.keys(f"shuangsui:{CITY}:intent:*")
    ])  # fmt: skip
    assert b"log.register" not in raw and number.encode() not in raw
    clock.set(START + timedelta(seconds=SECONDS))
    assert await intents.find(number) is not None
    clock.set(START + timedelta(seconds=SECONDS + 1))
    assert await intents.find(number) is None


async def test_a_file_is_kept_too_and_too_large_a_one_is_refused(site: Deployed) -> None:
    async with site.browser(f"{COUNTY}-drawer") as drawer:
        token = csrf_of(await drawer.get("/desk/draws/platform"))
        data = {"csrf_token": token, "batch": "B-77", "period": "2026Q1", "subject": COUNTY}
        file = {"file": ("名单.csv", b"no,list\n", "text/csv")}
        answer = await drawer.post("/desk/draws/platform", data=data, files=file)
        page = await demo_login(drawer, f"{COUNTY}-drawer", level=2, next_=asked(answer))
        assert "名单.csv" in page.text and "B-77" in page.text
        done = await press_at(drawer, page)
        assert done.status_code in (409, 422) and asked(done) == ""  # the handler's own words, with the file
        assert "B-77" in done.text or "省级平台" in done.text
        big = {"file": ("大.csv", b"x" * (5 * 1024 * 1024), "text/csv")}
        refused = await drawer.post(
            "/desk/draws/platform", data=data | {"csrf_token": csrf_of(await drawer.get("/desk"))}, files=big
        )
        assert refused.status_code == 422 and "内容过大" in refused.text


async def press_at(client: Any, page: Any) -> Any:
    action, number = FORM.search(page.text), NUMBER.search(page.text)
    assert action and number
    return await client.post(action[1], data={"intent": number[1], "csrf_token": csrf_of(page)})


async def test_a_program_names_the_act_steps_up_and_sends_exactly_that(site: Deployed, vkey: Any) -> None:
    before, after = site.program(f"{ADMIN}@2-60"), site.program(ADMIN)
    body = {"vkey": vkey("program"), "outsider": True}
    naked = await after.post("/log/witnesses", json=body)
    assert (naked.status_code, naked.json()["code"]) == (401, "IntentNeeded")
    assert "insufficient_user_authentication" in naked.headers["www-authenticate"]
    number = await intent_for(before, CITY, "/log/witnesses", body)
    stale = await before.post("/log/witnesses", json=body, headers={"x-intent": number})
    assert (stale.status_code, stale.json()["code"]) == (401, "IntentUnproven")
    weak = await site.program(f"{ADMIN}@1").post("/log/witnesses", json=body, headers={"x-intent": number})
    assert (weak.status_code, weak.json()["code"]) == (401, "IntentUnproven")
    thief = site.program(HEAD)
    for path in ("/log/witnesses", f"/bureaus/{CITY}/plans/2026/approval"):
        foreign = await thief.post(path, json=body, headers={"x-intent": number})
        assert foreign.status_code == 403
    keys = {"x-intent": number, "idempotency-key": "k-1"}
    done = await after.post("/log/witnesses", json=body, headers=keys)
    assert done.status_code in (200, 201), done.text
    replay = await after.post("/log/witnesses", json=body, headers={"x-intent": number})
    assert (replay.status_code, replay.json()["code"]) == (409, "IntentUsed")
    other = await after.post("/log/witnesses", json=body, headers=keys | {"idempotency-key": "k-2"})
    assert (other.status_code, other.json()["code"]) == (409, "IntentUsed")
    retry = await after.post("/log/witnesses", json=body, headers=keys)
    assert retry.status_code == done.status_code and retry.json() == done.json()


async def test_an_edited_content_voids_the_confirmation(site: Deployed, vkey: Any) -> None:
    admin, body = site.program(ADMIN), {"vkey": vkey("honest"), "outsider": True}
    number = await intent_for(admin, CITY, "/log/witnesses", body)
    edited = body | {"vkey": vkey("swapped")}
    answer = await admin.post("/log/witnesses", json=edited, headers={"x-intent": number})
    assert (answer.status_code, answer.json()["code"]) == (409, "IntentEdited")
    honest = await admin.post("/log/witnesses", json=body, headers={"x-intent": number})
    assert (honest.status_code, honest.json()["code"]) == (409, "IntentUsed")
    assert not {"honest.example/w", "swapped.example/w"} & await registered(site)
    elsewhere = await intent_for(admin, CITY, f"/bureaus/{CITY}/calendar/2027", {"text": "x"})
    moved = await admin.post("/log/witnesses", json=body, headers={"x-intent": elsewhere})
    assert (moved.status_code, moved.json()["code"]) == (409, "IntentEdited")
    assert (await refusals(site))[0] == "IntentEdited"


async def test_intents_are_made_for_acts_one_may_do_only(site: Deployed) -> None:
    head, order = site.program(HEAD), {"body": None}
    for path, status in (
        ("/api/v1/log/witnesses", 403),  # not this role
        (f"/api/v1/bureaus/{COUNTY}/plans/2026/approval", 404),  # a stranger's
        (f"/api/v1/bureaus/{CITY}/plans/2026", 422),  # needs no second factor
        ("/api/v1/nothing", 422),
        ("https://elsewhere.example/api/v1/log/witnesses", 422),
    ):
        got = await head.post(f"/bureaus/{CITY}/intents", json=order | {"path": path})
        assert got.status_code == status, (path, got.text)
    mine = f"/api/v1/bureaus/{CITY}/plans/2026/approval"
    assert (await head.post(f"/bureaus/{COUNTY}/intents", json=order | {"path": mine})).status_code == 404
    assert (await head.post(f"/bureaus/{CITY}/intents", json=order | {"path": mine})).status_code == 201


async def test_who_is_below_is_asked_of_the_register_and_one_draws_intent_serves_no_other(
    site: Deployed,
) -> None:
    """A zone is its superior's whatever its digits say, and a county moved elsewhere no longer is."""
    async with site.app.database.unit(Scope.for_system()) as db:
        await bureaus.put(db, Bureau("419099", "示例开发区分局", "county", CITY))
        await bureaus.put(db, Bureau("411799", "示例他市代管县局", "county", "410000"))
    witness = site.program(f"{CITY}-witness")
    act = "/api/v1/bureaus/{}/draws/1/commitments"
    for code, status in (("419099", 201), ("411799", 404), (COUNTY, 201)):
        order = {"path": act.format(code), "body": {"c": "00" * 32}}
        got = await witness.post(f"/bureaus/{CITY}/intents", json=order)
        assert got.status_code == status, (code, got.text)
    number = await intent_for(witness, CITY, f"/bureaus/{COUNTY}/draws/1/commitments", {"c": "00" * 32})
    moved = await witness.post(
        f"/bureaus/{COUNTY}/draws/2/commitments", json={"c": "00" * 32}, headers={"x-intent": number}
    )
    assert (moved.status_code, moved.json()["code"]) == (409, "IntentEdited")


def test_the_fingerprint_covers_everything_that_is_done() -> None:
    file = UploadedFile("a.csv", 3, "ab" * 32)
    base = ("draw.freeze", "POST", "/x", [("a", "1")], form_content([("b", "2"), ("f", file)]))
    digest = payload_digest(*base)
    assert re.fullmatch("[0-9a-f]{64}", digest)
    again = form_content([("f", file), ("csrf_token", "t"), ("b", "2"), ("intent", "n")])
    assert payload_digest(*base[:4], again) == digest
    for n, other in enumerate(("draw.run", "PUT", "/y", [("a", "2")], form_content([("b", "2")]))):
        assert payload_digest(*base[:n], other, *base[n + 1 :]) != digest
    assert json_content(None) == form_content([("csrf_token", "t")]) == {}
    assert payload_digest(*base[:4], json_content({"b": 1, "a": 2})) == payload_digest(
        *base[:4], json_content({"a": 2, "b": 1})
    )
    assert shown_fields(json_content({"b": [1], "a": "x"})) == (("a", "x"), ("b", "[1]"))
    assert shown_fields(form_content([("f", file)]))[0][1].startswith("a.csv · 3 B")
