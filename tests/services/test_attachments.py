"""The door for photos: a PUT with the bytes themselves, the record naming them, the desk showing them."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import pytest

from policies.visiting.files import MOST_BYTES
from services.clock import CHINA
from services.usecases.dispatch_tasks import dispatch_tasks
from tests.flows import ceremony as c
from tests.flows import fieldwork as f
from tests.flows.test_visit_files import DOOR, HAND, picture

from .asked import Asked, asked_site

XP = "411721"
DAY = date(2026, 1, 6)


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "attachments") as found:
        no = await f.drawn(found.app, XP, {5: (2, 4)})
        async with found.app.work(c.acting(found.app, XP, "dispatcher")) as work:
            board = await dispatch_tasks(work, no)
        f.at(found.app, max(one.visit_on for one in board.placed))
        yield found


def address(data: bytes, **facts: Any) -> tuple[str, dict[str, Any]]:
    return f"/api/v1/bureaus/{XP}/draws/1/tasks/0/attachments/{sha256(data).hexdigest()}", facts


async def test_a_phone_sends_its_photos_then_the_record_and_the_desk_shows_them(site: Asked) -> None:
    now = site.app.clock.now().astimezone(CHINA)
    door, name = picture(DOOR), picture(HAND, "PNG")
    where = {"taken_at": now.isoformat(), "lon": 114.02, "lat": 33.38, "accuracy": 9.4, "words": "总排口"}
    who = {"taken_at": now.isoformat(), "kind": "signature", "by": "enterprise", "words": "张三（模拟）"}
    async with site.someone("inspector", f"{XP}#2") as phone:
        for data, facts, media in ((door, where, "image/jpeg"), (name, who, "image/png")):
            path, asked = address(data, **facts)
            made = await phone.put(path, params=asked, content=data, headers={"content-type": media})
            assert made.status_code == 200 and made.json()["media"] == media, made.text
        path, asked = address(door, **where)
        again = await phone.put(path, params=asked, content=door, headers={"content-type": "image/jpeg"})
        assert again.json() == {**again.json(), "repeated": True}
        body = record_of(site, now, [sha256(one).hexdigest() for one in (door, name)])
        done = await phone.post(f"/api/v1/bureaus/{XP}/draws/1/tasks/0/record", json=body)
        assert done.status_code == 201, done.text
    visit = done.json()["visit_id"]
    async with site.someone("reviewer", XP) as desk:
        whole = (await desk.get(f"/api/v1/bureaus/{XP}/visits/{visit}")).json()
        assert [one["kind"] for one in whole["record"]["files"]] == ["photo", "signature"]
        kept = await desk.get(f"/api/v1/bureaus/{XP}/visits/{visit}/attachments/{sha256(door).hexdigest()}")
        assert kept.content == door and kept.headers["content-type"] == "image/jpeg"
    browser = await site.browser("reviewer", XP)
    page = (await browser.get(f"/desk/visits/{visit}")).text
    picture_at = f"/desk/visits/{visit}/files/{sha256(name).hexdigest()}"
    assert picture_at in page and "总排口" in page and "张三（模拟）" in page and "±9 米" in page
    shown = await browser.get(picture_at)
    assert shown.content == name and shown.headers["content-type"] == "image/png"
    assert "nosniff" in shown.headers["x-content-type-options"]
    await browser.aclose()
    stranger = await site.browser("reviewer", "150203")
    assert (await stranger.get(picture_at)).status_code == 404
    await stranger.aclose()


def record_of(site: Asked, now: datetime, hashes: list[str]) -> dict[str, Any]:
    form = f.form(site.app, f.cert(XP, 2), f.cert(XP, 4))
    return {
        "started_at": form.started_at.isoformat(), "ended_at": form.ended_at.isoformat(),
        "present": list(form.present), "result": form.result, "narrative": form.narrative,
        "answers": {item: {"answer": a, "words": w} for item, (a, w) in form.answers.items()},
        "place_reason": "模拟", "attachments": hashes,
    }  # fmt: skip


async def test_what_is_wrong_is_said_and_nothing_is_kept(site: Asked) -> None:
    now = site.app.clock.now().isoformat()
    good = picture((9, 9, 9))
    async with site.someone("inspector", f"{XP}#2") as phone:
        for data, named, facts, status, code in (
            (b"no picture", b"no picture", {"taken_at": now}, 422, "NotAPicture"),
            (good, b"another", {"taken_at": now}, 422, "FileForged"),
            (good, good, {"taken_at": "yesterday"}, 422, "RecordRefused"),
            (b"x" * (MOST_BYTES + 1), b"x" * (MOST_BYTES + 1), {"taken_at": now}, 422, "FileTooLarge"),
        ):
            path, asked = address(named, **facts)
            answer = await phone.put(path, params=asked, content=data, headers={"content-type": "image/jpeg"})
            assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        path, asked = address(good, taken_at=now)
        huge = await phone.put(path, params=asked, content=b"x" * 40_000_000)
        assert huge.status_code == 413
        elsewhere = await phone.put(path.replace(XP, "150203"), params=asked, content=good)
        assert elsewhere.status_code == 404
    async with site.someone("keeper", XP) as other:
        assert (await other.put(path, params=asked, content=good)).status_code in (403, 404)
