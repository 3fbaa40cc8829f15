"""Before a step: what bars a freeze, the superior's attestation on a page, what a void would do."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.outside.witness import attest
from services.usecases.attest_escrow import escrow_of
from tests.services.asked import Asked, asked_site

from . import ceremony as c

XP, CITY = "411721", "411700"
PAGE = f"/desk/ceremony/{XP}/1"
API = f"/api/v1/bureaus/{XP}/draws/1"


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "draw_previews") as found:
        await c.plan(found.app, XP)
        await c.prepare(found.app, XP)
        yield found


async def test_readiness_then_attestation_then_the_preview_of_a_void(site: Asked) -> None:
    app = site.app
    async with site.someone("drawer", XP) as api:
        ready = (await api.get(f"{API}/readiness")).json()
    assert ready["state"] == "prepared" and {one["state"] for one in ready["points"]} <= {
        "good",
        "warn",
        "bad",
    }
    assert "模拟人员" not in str(ready) and any(one["id"] == "plan" for one in ready["points"])
    async with site.someone("drawer", "150203") as stranger:
        for path in ("readiness", "void/preview"):
            assert (await stranger.get(f"{API}/{path}")).status_code == 404
    made = await c.freeze(app, XP, 1)
    async with site.someone("drawer", XP) as api:
        assert (await api.get(f"{API}/readiness")).json()["points"] == []
        told = (await api.get(f"{API}/void/preview")).json()
    assert (told["next_no"], told["logged"], told["waits"]) == (2, True, None)

    witness = await site.browser("witness", CITY)
    assert "托管证明" in (await witness.get(PAGE)).text
    pack = (await witness.get(f"{PAGE}/pack.json")).json()
    copies = {role: bytes.fromhex(copy) for role, copy in pack["copies"].items()}
    word = attest(c.witness_device(app, CITY), pack["manifest"], copies)
    for wrong in ("", "{}", "[1]", '{"by": 1, "sig": "x"}', "x" * 5000):
        assert (await witness.post(f"{PAGE}/escrow", data={"attestation": wrong})).status_code == 422, wrong
    forged = json.dumps({"by": word.by, "sig": "A" * len(word.sig)})
    assert (await witness.post(f"{PAGE}/escrow", data={"attestation": forged})).status_code in (409, 422)
    said = json.dumps({"by": word.by, "sig": word.sig, "bureau": XP})
    for _ in range(2):  # a double click
        done = await witness.post(f"{PAGE}/escrow", data={"attestation": said})
        assert done.status_code == 303, done.text
    async with app.work(c.drawer(app, XP), read_only=True) as work:
        assert await escrow_of(work, made.m) is not None
    await witness.aclose()
    drawer = await site.browser("drawer", XP)
    assert (await drawer.get(f"{PAGE}/pack.json")).status_code in (403, 404)
    await drawer.aclose()
