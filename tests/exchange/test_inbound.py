"""Files of other systems come in: kept once, checked, acknowledged after that, taken by a person only."""

import json
from dataclasses import replace
from itertools import count

import pytest

from policies.errors import Forbidden, Missing
from services.exchange.errors import BadConnection
from services.jobs.fetching import fetch_all
from services.usecases.decide_inbound import drop_inbound, inbound_of, read_again, roster_file
from services.usecases.fetch_inbound import fetch_now
from services.usecases.import_check import choose_columns, get_check
from services.usecases.import_take import take_check
from services.views.workbench import workbench
from tenants import journal
from tenants.errors import WrongState
from tenants.stores import sites
from tests.flows import ceremony as c

from .conftest import XP, connect, platform, reaching, sender
from .rosters import ROSTER, sent, site_rows

_numbers = count(1)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    return site_rows(tmp_path_factory.mktemp("rosters"), 4)


@pytest.fixture
def fresh(rows):
    """Rows with codes no other test has."""
    n = next(_numbers)
    return [row | {"code": f"DJ{XP}{n:03}{i:03}"} for i, row in enumerate(rows)]


@pytest.fixture
async def there(tmp_path):
    async with platform(tmp_path, "--token", "geheim") as found:
        yield found


@pytest.fixture
def app(deployment, there):
    return reaching(deployment, there)


def keeper(app):
    return c.acting(app, XP, "registry_keeper")


async def linked(app, there, format="csv", **more):
    return await connect(app, ROSTER, target=there.url, token="geheim", format=format, **more)


async def board(app):
    async with app.work(keeper(app), read_only=True) as work:
        return await inbound_of(work)


async def of(app, key):
    found = await board(app)
    (row,) = [one for one in found.files if one.key == key]
    return row, found.checks.get(row.id)


async def codes(app):
    async with app.work(keeper(app), read_only=True) as work:
        return {one.code for one in await sites.all_of(work.db, work.scope, XP)}


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "xml"])
async def test_a_roster_comes_in_at_night_and_waits_for_its_keeper(app, there, fresh, format) -> None:
    await linked(app, there, format)
    key, before = f"N-{format}", await codes(app)
    await there.offer(**{f"N_{format}": sent(fresh, format)})
    assert await fetch_all(app, XP) == {"asked": 1, "kept": 1, "failed": 0}
    row, check = await of(app, key)
    assert (row.state, check, row.fetched_by) == ("ready", "checked", "system")
    assert (await there.control())["acks"] == {key: [str(row.id)]}, "told after it was kept, once"
    assert await codes(app) == before, "nobody's roster changes by itself"
    async with app.work(keeper(app)) as work:
        todos = (await workbench(work)).todos
        assert [one.count for one in todos if one.id == "inbound.sites"] == [1]
        summary = (await get_check(work, row.check_id)).summary
        assert summary["report"]["valid"] == len(fresh), summary["errors"][:2]
        await take_check(work, row.check_id)
    assert await codes(app) - before == {one["code"] for one in fresh}
    async with app.work(keeper(app)) as work:
        assert not [one for one in (await workbench(work)).todos if one.id == "inbound.sites"]
        with pytest.raises(WrongState):
            await drop_inbound(work, row.id)


async def test_the_same_batch_is_one_however_often_it_is_fetched(app, there, fresh) -> None:
    connection = await linked(app, there)
    await there.offer(SAME=sent(fresh))
    first = await fetch_now(app, keeper(app), connection.id)
    again = await fetch_now(app, keeper(app), connection.id)
    assert (first.kept, again.kept, again.failed) == (1, 0, 0)
    await there.offer(SAME=sent(fresh[:1]))
    changed = await fetch_now(app, keeper(app), connection.id)
    assert (changed.kept, changed.problem) == (0, "BatchChanged")
    row, _ = await of(app, "SAME")
    async with app.work(keeper(app)) as work:
        assert (await roster_file(work, row.id))[1] == sent(fresh), "what was kept stays as it came"
        await drop_inbound(work, row.id)
    row, check = await of(app, "SAME")
    assert (row.state, check) == ("dropped", "dropped")


async def test_a_wrong_column_waits_to_be_repaired(app, there, fresh) -> None:
    connection = await linked(app, there)
    await there.offer(WRONG=sent(fresh).replace("生产状态".encode(), "现状".encode()))
    await fetch_now(app, keeper(app), connection.id)
    row, check = await of(app, "WRONG")
    assert (row.state, check) == ("refused", None) and "生产状态" in row.problem["zh"]["title"]
    mended = "\n".join(
        f"{'现状' if one.field == 'status' else one.heading} = {one.field}" for one in columns()
    )
    await linked(app, there, columns=mended)
    async with app.work(keeper(app)) as work:
        assert (await read_again(work, row.id)).state == "ready"
    assert (await of(app, "WRONG"))[1] == "checked"
    async with app.work(keeper(app)) as work:
        await drop_inbound(work, row.id)


def columns():
    from services.connectors import profiles

    return profiles()[ROSTER].columns


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.7", b"nothing"])
async def test_what_is_no_roster_is_kept_and_refused_with_a_reason(app, there, data) -> None:
    connection, n = await linked(app, there), next(_numbers)
    await there.offer(**{f"BAD{n}": data})
    assert (await fetch_now(app, keeper(app), connection.id)).kept == 1
    row, check = await of(app, f"BAD{n}")
    assert (row.state, check) == ("refused", None)
    assert row.problem["zh"]["remedy"] and row.problem["en"]["remedy"]
    assert (await there.control())["acks"][f"BAD{n}"] == [str(row.id)]


async def test_bytes_that_are_not_those_promised_are_not_kept(app, there, fresh) -> None:
    connection = await linked(app, there)
    await there.offer(LIE=sent(fresh))
    await there.control(wrong=["LIE"])
    lied = await fetch_now(app, keeper(app), connection.id)
    assert (lied.kept, lied.problem) == (0, "FetchedDiffers")
    assert (await there.control())["acks"] == {}
    await there.control(wrong=[])
    assert (await fetch_now(app, keeper(app), connection.id)).kept == 1
    async with app.work(keeper(app)) as work:
        await drop_inbound(work, (await of(app, "LIE"))[0].id)


async def test_nobody_is_told_where_the_rule_says_so(app, there, fresh) -> None:
    await linked(app, there, receipt="never")
    await there.offer(QUIET=sent(fresh))
    await fetch_all(app, XP)
    row, _ = await of(app, "QUIET")
    assert row.acknowledged_at is None and (await there.control())["acks"] == {}
    await linked(app, there, receipt="kept")
    await fetch_all(app, XP)
    assert (await there.control())["acks"] == {"QUIET": [str(row.id)]}


async def test_a_silent_system_is_noted_and_asked_again(app, there) -> None:
    connection = await linked(app, there)
    there.process.kill()
    await there.process.wait()
    made = await fetch_now(app, keeper(app), connection.id)
    assert (made.offered, made.problem) == (0, "SystemSilent")
    assert (await board(app)).last[connection.id].problem == "SystemSilent"


async def test_a_folder_does_the_same(app, there, fresh) -> None:
    place = there.folder / XP / "henan"
    (place / "in").mkdir(parents=True)
    (place / "in" / "F-1.csv").write_bytes(sent(fresh))
    (place / "in" / ".F-2.csv").write_bytes(b"half")
    await connect(app, ROSTER, "folder", target="henan", format="csv")
    assert await fetch_all(app, XP) == {"asked": 1, "kept": 1, "failed": 0}
    assert await fetch_all(app, XP) == {"asked": 1, "kept": 0, "failed": 0}
    row, check = await of(app, "F-1")
    said = json.loads((place / "acks" / "F-1.json").read_text())
    assert (check, said["receipt"], said["sha256"]) == ("checked", str(row.id), row.mark)


async def test_only_who_may_fetches_and_decides(app, there, fresh) -> None:
    connection = await linked(app, there)
    await there.offer(MINE=sent(fresh))
    for who in (sender(app), c.acting(app, XP, "drawer")):
        with pytest.raises(Forbidden):
            await fetch_now(app, who, connection.id)
    other = replace(keeper(app), bureau="150203")
    with pytest.raises(Missing):
        await fetch_now(app, other, connection.id)
    await fetch_all(app, XP)
    row, _ = await of(app, "MINE")
    dispatcher = c.acting(app, XP, "dispatcher")
    for act in (read_again, drop_inbound, roster_file):
        with pytest.raises(Forbidden):
            async with app.work(dispatcher) as work:
                await act(work, row.id)
    with pytest.raises(Forbidden):
        async with app.work(dispatcher) as work:
            await choose_columns(work, row.check_id, {})
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        told = await journal.entries(work.db, work.scope, XP)
    about = [one for one in told if one.target == f"inbound/{ROSTER}/MINE"]
    assert [one.actor for one in about] == ["system"] * 2
    assert not [one for one in about if fresh[0]["name"] in json.dumps([one.before, one.after])]


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"columns": "甲 = officers"}, "columns 1"),
        ({"codes": "result: 甲 = 乙"}, "codes 1"),
        ({"receipt": "[0-9]{3}"}, "receipt"),
    ],
)
async def test_a_connection_s_fields_are_those_of_what_comes_in(app, there, odd, field) -> None:
    with pytest.raises(BadConnection) as refused:
        await linked(app, there, **odd)
    assert f"：{field}" in refused.value.line()
