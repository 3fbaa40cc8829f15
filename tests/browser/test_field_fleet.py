"""Many phones, many records, a bad network: what the server holds is what the phones made, hash by hash.

Real browser contexts, each with its own store, running the app's own modules; only the typing is left out.
PROVE=1: 20 phones with 10 records each. CI: 4 with 2.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import pytest

from tenants.stores import attachments, visits
from tests.flows import ceremony as c
from tests.services.asked import Asked, asked_site

from . import fieldphone as phones
from .watched import REAL

pytestmark = REAL
WHOLE = os.environ.get("PROVE") == "1"
PHONES, EACH, A_DRAW = (20, 10, 20) if WHOLE else (4, 2, 8)
FAULTS = 0.3
MAKE = """async ({ ids, started, ended }) => {
  const at = (name) => import(`/static/field/${name}.js`);
  const names = ["records", "person", "tasks", "device"];
  const [records, person, tasks, device] = await Promise.all(names.map(at));
  const who = await person.known(), kept = await tasks.kept(who), made = {};
  const any = (most) => Math.random() * most;
  for (const id of ids) {
    const task = kept.tasks.find((one) => tasks.idOf(one) === id);
    const found = await records.open(who, id, task, kept.forms[task.draw_no]);
    const { fields, present } = found.record;
    const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 300 });
    const pen = canvas.getContext("2d");
    for (let n = 0; n < 40; n += 1) {
      pen.fillStyle = `rgb(${n * 6} ${any(255)} 90)`;
      pen.fillRect(any(400), any(300), 60, 40);
    }
    const taken = await new Promise((good) => canvas.toBlob(good, "image/png"));
    const { buffer, file } = await device.photo(taken, null);
    found.record.files.push(file);
    found.files.push(buffer);
    Object.assign(fields, { started_at: started, ended_at: ended, result: "none_found" });
    Object.assign(fields, { narrative: "正常", place_reason: "无信号" });
    const items = found.record.form.groups.flatMap((group) => group.items);
    for (const item of items) fields[`answer.${item.id}`] = "fine";
    for (const one of task.team) present[one.certificate] = {};
    await records.save(who, found, "waiting");
    made[id] = file.sha256;
  }
  return made;
}"""


@pytest.fixture
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "field_fleet") as found:
        for _ in range(PHONES * EACH // A_DRAW):
            await phones.dispatched(found.app, A_DRAW)
        yield found


async def held(site: Asked) -> dict[str, list[str]]:
    """Task → hashes of the files of each record of it, where the server holds their very bytes."""
    found: dict[str, list[str]] = {}
    async with site.app.work(c.acting(site.app, phones.XP, "reviewer")) as work:
        for no in range(1, PHONES * EACH // A_DRAW + 1):
            for one in await visits.of_draw(work.db, work.scope, phones.XP, no):
                mine = found.setdefault(f"{phones.XP}/{no}/{one.slot}", [])
                for named in one.form["attachments"]:
                    _, data = await attachments.file(work.db, work.scope, phones.XP, no, one.slot, named)
                    mine.append(sha256(data).hexdigest())
    return found


async def spoil(context: Any, dice: random.Random) -> None:
    """Three of ten requests fail: before the server, behind it, or with its refusal."""

    async def route(one: Any) -> None:
        luck = dice.random()
        if luck < FAULTS / 3:
            await one.abort()
        elif luck < FAULTS * 2 / 3:
            await one.fetch()
            await one.abort()
        elif luck < FAULTS:
            await one.fulfill(status=503, content_type="application/problem+json", body="{}")
        else:
            await one.continue_()

    await context.route("**/api/v1/**", route)
    await context.route("**/field/app/state", route)


async def drain(phone: phones.Phone) -> None:
    for _ in range(200):
        if set(await phone.states()) == {"done"}:
            return
        await phone.page.evaluate("import('/static/field/queue.js').then((m) => m.flush(true))")
    raise AssertionError(await phone.rows())


async def test_what_the_server_holds_is_what_the_phones_made(site: Asked) -> None:
    now = site.app.clock.now().astimezone(phones.CHINA)
    times = {"started": now.strftime("%Y-%m-%dT08:00"), "ended": now.strftime("%Y-%m-%dT09:00")}
    ids = [
        f"{phones.XP}/{no}/{slot}" for no in range(1, PHONES * EACH // A_DRAW + 1) for slot in range(A_DRAW)
    ]
    made: dict[str, str] = {}
    fleet = []
    async with phones.chromium() as browser:
        for n in range(PHONES):
            context = await phones.context(browser)
            await phones.sign_in(site, context)
            phone = await phones.Phone(site, context).start()
            await phone.page.wait_for_selector("[data-at=record]")
            await spoil(context, random.Random(n))
            made |= await phone.page.evaluate(MAKE, {"ids": ids[n * EACH : (n + 1) * EACH], **times})
            fleet.append(phone)
        await asyncio.gather(*map(drain, fleet))
        assert not [words for one in fleet for words in one.said]
    assert len(made) == len(ids) and await held(site) == {task: [mark] for task, mark in made.items()}
