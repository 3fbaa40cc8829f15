"""No form and no body with characters nobody sees reaches a handler, a second factor or an intent."""

from typing import Any

import pytest

from services.identity.demo_login import csrf_of, demo_login

BIDI = "张三\u202e丰"


async def test_a_form_is_refused_in_words_that_name_the_field(site: Any) -> None:
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer", next_="/t/form")
        before = len(site.database.units)
        token = {"csrf_token": csrf_of(page)}
        refused = await browser.post("/t/save", data=token | {"why": BIDI})
        assert refused.status_code == 422 and "“why”中有看不见的控制字符" in refused.text
        assert "第 3 个字符（U+202E）" in refused.text
        assert len(site.database.units) == before, "the handler ran"
        file = {"data": ("名\x9f单.csv", b"\x00\x01", "text/csv")}
        assert (await browser.post("/t/upload", data=token, files=file)).status_code == 422
        file = {"data": ("名单.csv", b"\x00\x01", "text/csv")}
        assert (await browser.post("/t/upload", data=token, files=file)).status_code == 201
        fine = await browser.post("/t/save", data=token | {"why": "第一行\r\n第二行\t完"})
        assert fine.status_code == 201


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
async def test_a_body_is_refused_whatever_it_is_called(site: Any, kind: str) -> None:
    async with site.client(headers={"accept": "application/json"}) as browser:
        page = await demo_login(browser, "411721-drawer", next_="/t/form")
        headers = {"x-csrf-token": csrf_of(page), "content-type": kind}
        bad = [
            '{"a": [{"b": "\\u0000"}]}',
            '{"a": [{"b": "\\u202E"}]}',
            '{"a": [{"b": "\u2067"}]}',
            '{"a": [{"b": "\x7f"}]}',
            '{"a": [{"b": "\\f"}]}',
            '{"a": [{"b": "\u0085"}]}',
        ]
        for body in bad:
            told = await browser.post("/t/save", content=body.encode(), headers=headers)
            assert (told.status_code, told.json()["code"]) == (422, "HiddenCharacter"), body
            assert told.json()["where"] == "列 a[0].b"
        for body in ('{"a": "\\u5f20\\n"}', '{"a": "\\ud800"}', "\x00 no json at all"):
            told = await browser.post("/t/save", content=body.encode(), headers=headers)
            assert told.status_code == 201, body


async def test_it_is_refused_before_a_second_factor_is_asked_for(site: Any) -> None:
    async with site.client(headers={"accept": "application/json"}) as browser:
        page = await demo_login(browser, "411721-drawer", next_="/t/form")
        headers = {"x-csrf-token": csrf_of(page)}
        told = await browser.post("/api/v1/freeze", json={"why": BIDI}, headers=headers)
        assert (told.status_code, told.json()["code"]) == (422, "HiddenCharacter")
        told = await browser.post("/api/v1/freeze", json={"why": "张三丰"}, headers=headers)
        assert told.status_code != 422


@pytest.mark.parametrize("asked", ["q=%E5%BC%A0%E2%80%AE", "q=%00", "%7F=1", "page=1&q=a%C2%85"])
async def test_a_query_is_refused_and_a_plain_one_is_not(site: Any, asked: str) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-drawer", next_="/t/form")
        told = await browser.get(f"/t/form?{asked}")
        assert told.status_code == 422 and "看不见的控制字符" in told.text
        assert (await browser.get("/t/form?q=%E5%BC%A0%0A%20100%25")).status_code == 200
