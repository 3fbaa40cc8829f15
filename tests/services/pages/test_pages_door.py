"""The code at the door: made from the own task only, journalled, and true for both checkers."""

import html
import re

import pytest

from policies.rd1.door import unfragment
from policies.rd1.logs_trust import parse_trust
from policies.verify.door import check_door
from services.usecases.my_tasks import my_tasks
from services.usecases.show_door_code import WHY, show_door_code
from services.views.verification import trust_text
from services.visiting.visit_errors import NotYours
from services.web.parts import kept
from tenants import journal

from .conftest import COUNTY, Shown, Told


async def keys_of(told: Told) -> str:
    return trust_text(told.app.log.vkey, await told.app.log.superiors())


async def test_a_code_proves_the_visit_and_its_opening_is_journalled(told: Told) -> None:
    async with told.app.work(told.inspector) as work:
        (task, *_) = await my_tasks(work, every=True)
        shown = await show_door_code(work, task.draw_no, task.slot)
        rows = await journal.entries(work.db, work.scope, COUNTY, limit=10_000)
    report = check_door(unfragment(shown.url), parse_trust(await keys_of(told)))
    assert report.genuine, report.steps
    assert report.uid == task.site["code"] and report.bureau == COUNTY and report.simulated
    assert set(report.certificates) == {officer.certificate for officer in task.team}
    assert report.fixed_at and report.beacon_at and report.seen >= 1 and report.steps[4][1] == "passed"
    targets = [row.target for row in rows if row.why == WHY]
    assert f"draw {COUNTY}/{task.draw_no} task/{task.slot}" in targets
    assert f"draw {COUNTY}/{task.draw_no} part/result" in targets
    assert shown.url.startswith(f"{told.settings.public_url}/v/#") and len(shown.url) < 2500


async def test_nobody_gets_a_code_for_another_s_task(told: Told) -> None:
    async with told.app.work(told.inspector) as work:
        own = {task.slot for task in await my_tasks(work, every=True)}
        other = next(slot for slot in range(60) if slot not in own)
        with pytest.raises(NotYours):
            await show_door_code(work, 1, other)


async def test_the_field_page_shows_the_code_and_a_stranger_gets_404(told: Told, shown: Shown) -> None:
    async with told.app.work(told.inspector) as work:
        slot = (await my_tasks(work, every=True))[0].slot
    path = f"/field/tasks/{COUNTY}/1/{slot}/code"
    async with shown.reader(told.inspector.subject.removeprefix("demo-")) as client:
        answer = await client.get(path)
        assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
        assert "<svg" in answer.text and "/v/#" in answer.text
        assert (await client.get(path.replace(COUNTY, "150203"))).status_code == 404
        assert (await client.get(f"/field/tasks/{COUNTY}/1/999/code")).status_code == 404
        assert path in (await client.get(path.removesuffix("/code"))).text
    async with shown.reader("411721-keeper") as client:
        assert (await client.get(path)).status_code == 403
    async with shown.reader("150203-inspector-01") as client:
        assert (await client.get(path)).status_code == 404
    async with shown.reader() as client:
        assert (await client.get(path)).status_code != 200


async def test_the_page_at_the_door_trusts_this_deployment_s_keys_and_says_so(
    told: Told, shown: Shown
) -> None:
    async with shown.reader() as client:
        for path in ("/v", "/v/"):
            page = await client.get(path)
            assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
            (given,) = re.findall(r'data-trust="([^"]*)"', page.text)
            assert html.unescape(given) == await keys_of(told)
            assert (
                "verify-door" in page.text and "default-src 'self'" in page.headers["content-security-policy"]
            )
        page = await client.get("/verify")
        assert html.escape(told.app.log.vkey, quote=False) in page.text


async def test_every_file_kept_for_offline_use_is_there(shown: Shown) -> None:
    async with shown.reader() as client:
        script = await client.get("/offline.js")
        assert script.status_code == 200 and "javascript" in script.headers["content-type"]
        for path in kept():
            assert path in script.text and (await client.get(path)).status_code == 200, path
