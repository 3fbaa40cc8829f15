"""An import of officers taken back as one step, and what stands in its way said."""

from itertools import count

import pytest

from policies.errors import Forbidden
from policies.roster.columns import OFFICER_LAYOUT
from policies.roster.undo import ImportOvertaken, NothingToUndo, OfficersBound
from services.home import Home
from services.sheets import fill_template
from services.usecases.import_roster import import_officers
from services.usecases.undo_import import undo_import
from tenants.stores import officers

from . import ceremony as c

KD = "150203"
_numbers = count(1)


@pytest.fixture(scope="module")
async def app(pg_server, tmp_path_factory):
    home = Home.at(tmp_path_factory.mktemp("home"))
    async with c.small_deployment(pg_server.superuser_dsn, home, "import_officers_undone") as opened:
        yield opened


@pytest.fixture
def people():
    n = next(_numbers)
    base = {"unit": "中队", "valid_until": "2028-12-31", "lead": "是", "on_post": "是"}
    return [base | {"name": f"模拟{n}{i}", "certificate": f"SL{n:04}{i:05}"} for i in range(3)]


def keeper(app):
    return c.acting(app, KD, "registry_keeper")


async def take(app, rows, name="人员.xlsx"):
    async with app.work(keeper(app)) as work:
        return (await import_officers(work, fill_template(OFFICER_LAYOUT, rows), name)).batch


async def back(app, batch, why="传错文件", who=None):
    async with app.work(who or keeper(app)) as work:
        return await undo_import(work, batch, why)


async def kept(app):
    async with app.work(keeper(app), read_only=True) as work:
        return {one.certificate: one for one in await officers.all_of(work.db, work.scope, KD)}


async def test_changed_officers_stand_as_before_and_new_ones_leave_the_post(app, people):
    await take(app, people[:2])
    before = await kept(app)
    batch = await take(app, [people[0] | {"unit": "别的中队"}, people[2]], "错.xlsx")
    done = await back(app, batch)
    assert (done.kind, done.restored, done.closed) == ("officers", 1, 1)
    now = await kept(app)
    new = now.pop(people[2]["certificate"])
    assert now == before and not new.on_post
    async with app.work(keeper(app), read_only=True) as work:
        history = await officers.history(work.db, work.scope, KD, people[0]["certificate"])
    assert history[-1].reason == "撤销导入 错.xlsx：传错文件"
    with pytest.raises(ImportOvertaken):
        await back(app, batch)


async def test_an_officer_changed_since_is_named_and_nothing_is_undone(app, people):
    batch = await take(app, people)
    await take(app, [people[1] | {"lead": "否"}], "后.xlsx")
    before = await kept(app)
    with pytest.raises(ImportOvertaken) as refused:
        await back(app, batch)
    assert people[1]["certificate"] in refused.value.line() and await kept(app) == before
    same = await take(app, people[:1], "相同.xlsx")
    with pytest.raises(NothingToUndo):
        await back(app, same)
    with pytest.raises(Forbidden):
        await back(app, batch, who=c.drawer(app, KD))


async def test_officers_of_a_draw_frozen_since_stay(app, people):
    batch = await take(app, people)
    await c.plan(app, KD)
    prepared = await c.prepare(app, KD)
    await c.freeze(app, KD, prepared.draw_no)
    before = await kept(app)
    with pytest.raises(OfficersBound) as refused:
        await back(app, batch)
    assert "冻结" in refused.value.line() and "frozen" in refused.value.line("en")
    assert await kept(app) == before
    await c.void(app, KD, prepared.draw_no)
    assert (await back(app, batch)).closed == 3  # a draw that does not count binds nobody
