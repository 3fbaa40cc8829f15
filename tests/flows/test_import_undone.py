"""An import of sites taken back as one step: all of it or nothing, by the web and in the history."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from policies.errors import Forbidden, Missing
from policies.roster.columns import SITE_LAYOUT
from policies.roster.undo import ImportOvertaken, NothingToUndo, UndoReasonMissing
from services.demo.rosters import make_rosters
from services.sheets import fill_template, read_table
from services.usecases.import_roster import import_sites
from services.usecases.undo_import import undo_import
from tenants import journal
from tenants.stores import sites

from . import ceremony as c

KD, OTHER = "150203", "411721"
_numbers = count(1)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    data = make_rosters(tmp_path_factory.mktemp("rosters"))[KD].sites.read_bytes()
    return [dict(row.cells) for row in read_table(data, "名录.xlsx", SITE_LAYOUT).rows][:6]


@pytest.fixture
async def app(pg_server, new_home):
    name = f"import_undone_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def keeper(app, bureau=KD):
    return c.acting(app, bureau, "registry_keeper")


async def take(app, rows, name):
    async with app.work(keeper(app)) as work:
        data = fill_template(SITE_LAYOUT, rows)
        return (await import_sites(work, data, name, key_list=frozenset())).batch


async def kept(app):
    async with app.work(keeper(app), read_only=True) as work:
        return {site.code: site for site in await sites.all_of(work.db, work.scope, KD)}


async def test_changed_rows_stand_as_before_and_new_ones_are_closed(app, rows):
    await take(app, rows[:4], "一.xlsx")
    before = await kept(app)
    wrong = [one | {"name": f"错{one['name']}"} for one in rows[:3]] + rows[3:]
    batch = await take(app, wrong, "二.xlsx")
    assert await kept(app) != before
    async with app.work(keeper(app)) as work:
        done = await undo_import(work, batch, "传错文件")
        entries = await journal.entries(work.db, work.scope, KD)
        history = await sites.history(work.db, work.scope, KD, rows[0]["code"])
    assert (done.restored, done.closed, done.file_name) == (3, 2, "二.xlsx")
    now = await kept(app)
    new = {one["code"] for one in rows[4:]}
    assert {code: site for code, site in now.items() if code not in new} == before
    assert {now[code].status for code in new} == {"closed"}
    assert [change.reason for change in history][-1] == "撤销导入 二.xlsx：传错文件"
    assert any(str(batch) in entry.target and entry.why == "传错文件" for entry in entries)
    async with app.work(keeper(app)) as work:
        with pytest.raises(ImportOvertaken):  # once: the undone rows were changed since, by the undoing
            await undo_import(work, batch, "再来")


async def test_an_import_overtaken_by_one_row_is_not_touched_at_all(app, rows):
    batch = await take(app, rows, "一.xlsx")
    async with app.work(keeper(app)) as work:
        one = await sites.one(work.db, work.scope, KD, rows[2]["code"])
        late = replace(one, products="新产品")
        at = work.now + timedelta(seconds=1)
        await sites.upsert(work.db, work.scope, [late], at=at, by="x", reason="更正")
        await journal.note(
            work.db, work.scope, actor=work.principal, action="site.import", target="x", before={}, at=at
        )
    before = await kept(app)
    async with app.work(keeper(app)) as work:
        with pytest.raises(ImportOvertaken) as refused:
            await undo_import(work, batch, "传错文件")
    assert rows[2]["code"] in refused.value.line() and await kept(app) == before


async def test_who_may_and_what_is_needed(app, rows):
    batch = await take(app, rows, "一.xlsx")
    async with app.work(keeper(app)) as work:
        with pytest.raises(UndoReasonMissing):
            await undo_import(work, batch, "  ")
    async with app.work(c.drawer(app, KD)) as work:
        with pytest.raises(Forbidden):
            await undo_import(work, batch, "传错文件")
    async with app.work(keeper(app, OTHER)) as work:
        with pytest.raises(Missing):
            await undo_import(work, batch, "传错文件")
    same = await take(app, [rows[0] | {"address": rows[0].get("address", "")}], "三.xlsx")
    async with app.work(keeper(app)) as work:
        with pytest.raises(NothingToUndo):  # the file came in and changed nothing
            await undo_import(work, same, "传错文件")
