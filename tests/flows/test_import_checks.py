"""A file is checked, then taken or dropped: nothing before, exactly what was said after, once."""

import asyncio
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from uuid import uuid4

import pytest

from policies.errors import Forbidden, Missing
from policies.roster.columns import OFFICER_LAYOUT, SITE_LAYOUT
from policies.terms import Principal
from services.demo.granting import give
from services.demo.rosters import make_rosters
from services.home import Home
from services.jobs.deliver import deliver
from services.sheets import fill_template, read_table
from services.sheets.errors import BadText, MissingColumns, OtherRoster, WrongFileType
from services.usecases.import_check import check_again, check_file, choose_columns, drop_check, get_check
from services.usecases.import_errors import CheckClosed, CheckExpired, NoValidRow, RosterMoved
from services.usecases.import_files import refused_path
from services.usecases.import_roster import import_sites
from services.usecases.import_take import take_check
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import import_checks, imports, sites

from . import ceremony as c

KD, OTHER = "150203", "411721"
_numbers = count(1)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    data = make_rosters(tmp_path_factory.mktemp("rosters"))[KD].sites.read_bytes()
    return [dict(row.cells) for row in read_table(data, "名录.xlsx", SITE_LAYOUT).rows][:8]


@pytest.fixture(scope="module")
async def deployment(pg_server, tmp_path_factory):

    home = Home.at(tmp_path_factory.mktemp("home"))
    async with c.small_deployment(pg_server.superuser_dsn, home, "import_checks") as opened:
        yield opened


@pytest.fixture
def app(deployment):
    return deployment


@pytest.fixture
def fresh(rows):
    """Rows with codes no other test has."""
    n = next(_numbers)
    return [row | {"code": f"DJ{KD}{n:03}{i:03}"} for i, row in enumerate(rows)]


def keeper(app, bureau=KD, who=""):
    one = c.acting(app, bureau, "registry_keeper")
    return replace(one, subject=who) if who else one


async def do(app, act, *args, who=None, **more):
    async with app.work(who or keeper(app)) as work:
        return await act(work, *args, **more)


async def checked(app, rows, name="名录.xlsx", **more):
    return await do(app, check_file, "sites", fill_template(SITE_LAYOUT, rows), name, **more)


async def kept(app):
    async with app.work(keeper(app), read_only=True) as work:
        found = await sites.all_of(work.db, work.scope, KD)
        return {one.code: one for one in found}, await imports.recent(work.db, work.scope, limit=100)


async def test_a_check_writes_nothing_and_taking_does_what_it_said(app, fresh):
    await do(app, import_sites, fill_template(SITE_LAYOUT, fresh[:3]), "前.xlsx")
    before = await kept(app)
    wrong = fresh[6] | {"code": "nonsense", "name": "=1+1"}
    row = await checked(app, [fresh[0] | {"products": "新产品"}, *fresh[1:6], wrong])
    assert await kept(app) == before
    told = row.summary
    assert (row.state, told["added"], told["changed"], told["unchanged"]) == ("checked", 3, 1, 2)
    assert told["report"]["errors"] == 1
    fault = told["errors"][0]
    assert (fault["sheet"], fault["cell"][0], fault["got"]) == (SITE_LAYOUT.sheet, "D", "nonsense")
    assert fault["words"]["zh"]["expected"] and fault["words"]["en"]["title"]
    done = await do(app, take_check, row.id)
    assert (done.done.counts.added, done.done.counts.changed, done.done.counts.unchanged) == (3, 1, 2)
    assert (done.check.state, done.check.batch) == ("taken", done.done.batch)
    now = await kept(app)
    assert now[0][fresh[0]["code"]].products == "新产品" and len(now[1]) == len(before[1]) + 1


async def test_refused_rows_come_back_with_a_reason_and_no_formula_runs(app, fresh):

    row = await checked(app, [fresh[0], fresh[1] | {"code": "x", "name": '=HYPERLINK("http://x","y")'}])
    data = refused_path(app.home, KD, "sites", str(row.id)).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    back = read_table(data, "退回.xlsx", SITE_LAYOUT).rows
    assert len(back) == 1 and back[0].cells["name"].startswith("=HYPERLINK")


async def test_double_click_and_two_at_once_take_it_once(app, fresh):
    row = await checked(app, fresh)
    before = await kept(app)
    found = await asyncio.gather(*(do(app, take_check, row.id) for _ in range(3)))
    assert {one.check.batch for one in found} == {found[0].check.batch}
    assert sum(one.done is not None for one in found) == 1
    assert len((await kept(app))[1]) == len(before[1]) + 1


async def test_two_people_at_once_nobody_takes_what_was_not_shown(app, fresh):
    other = keeper(app, who="another-keeper")
    mine = await checked(app, fresh)
    theirs = await checked(app, [one | {"products": "别人的"} for one in fresh[:2]], who=other)
    apart = await checked(app, [fresh[0] | {"code": f"DJ{KD}999999"}])
    await do(app, take_check, theirs.id, who=other)
    before = await kept(app)
    with pytest.raises(RosterMoved):
        await do(app, take_check, mine.id)
    assert await kept(app) == before
    again = await do(app, check_again, mine.id)
    assert (again.summary["added"], again.summary["changed"]) == (6, 2)
    assert (await do(app, take_check, mine.id)).done.counts.changed == 2
    assert (await do(app, take_check, apart.id)).done.counts.added == 1  # other rows move nothing


async def test_nothing_taken_of_a_dropped_an_empty_and_an_old_check(app, fresh):
    row = await checked(app, fresh)
    for _ in range(2):  # asked twice is asked once
        assert (await do(app, drop_check, row.id)).state == "dropped"
    with pytest.raises(CheckClosed):
        await do(app, take_check, row.id)
    taken = await checked(app, fresh)
    await do(app, take_check, taken.id)
    with pytest.raises(CheckClosed):
        await do(app, drop_check, taken.id)
    bad = await checked(app, [fresh[0] | {"code": "x"}])
    with pytest.raises(NoValidRow):
        await do(app, take_check, bad.id)
    old = await checked(app, [fresh[0] | {"products": "晚了"}])
    app.clock.advance(timedelta(days=8))
    with pytest.raises(CheckExpired):
        await do(app, take_check, old.id)


async def test_an_absent_id_is_as_another_bureaus(app, fresh):
    row = await checked(app, fresh)
    theirs = keeper(app, OTHER)
    lines = []
    for id in (row.id, uuid4()):
        for act in (get_check, take_check, drop_check, check_again):
            with pytest.raises(Missing) as found:
                await do(app, act, id, who=theirs)
            lines.append(found.value.line().replace(str(id), "…"))
    assert len(set(lines)) == 1
    assert (await do(app, get_check, row.id)).state == "checked"
    with pytest.raises(Forbidden):
        await do(app, take_check, row.id, who=c.acting(app, KD, "drawer"))


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"%PDF-1.7", "名录.pdf", WrongFileType),
        ("企业名称,电话\r\n甲,1\r\n".encode("utf-16"), "名录.csv", BadText),
        (fill_template(OFFICER_LAYOUT, [{"name": "甲", "certificate": "1"}]), "名录.xlsx", OtherRoster),
        ("企业名称,行政区划\r\n甲,1\r\n".encode(), "名录.csv", MissingColumns),
    ],
    ids=["pdf", "encoding", "the other roster", "columns"],
)
async def test_an_unreadable_file_is_not_kept(app, data, name, problem):
    with pytest.raises(problem):
        await do(app, check_file, "sites", data, name)


def csv_of(rows, renamed):
    columns = [x for x in SITE_LAYOUT.columns if x.key in rows[0]]
    lines = [",".join(renamed.get(x.key, x.heading) for x in columns)]
    lines += [",".join(row[x.key].replace(",", "") for x in columns) for row in rows]
    return "\r\n".join(lines).encode()


async def test_headings_are_asked_once_and_remembered_but_never_guessed(app, fresh):
    odd = {"name": "排污企业", "address": "单位地址", "products": "主要产出"}
    data = csv_of(fresh, odd)
    row = await do(app, check_file, "sites", data, "台账.csv")
    assert row.state == "columns" and row.summary is None
    meant = {one["text"]: (one["field"], one["why"]) for one in row.columns}
    assert meant["主要产出"] == ("", "open") and meant["企业分类"][1] == "template"
    half = await do(app, choose_columns, row.id, {"主要产出": "products", "排污企业": ""})
    assert half.state == "columns"  # the name is still missing, and that is said
    done = await do(app, choose_columns, row.id, {"排污企业": "name"})
    assert done.state == "checked" and done.summary["added"] == len(fresh)
    taken = await do(app, take_check, row.id)
    assert taken.done.counts.added == len(fresh)
    assert (await kept(app))[0][fresh[0]["code"]].name == fresh[0]["name"]
    again = await do(app, check_file, "sites", data, "台账.csv")
    assert again.state == "checked" and again.summary["unchanged"] == len(fresh)
    meant = {one["text"]: (one["field"], one["why"]) for one in again.columns}
    assert meant["排污企业"] == ("name", "remembered") and meant["主要产出"] == ("products", "remembered")
    theirs = await do(app, check_file, "sites", data, "台账.csv", who=keeper(app, OTHER))
    assert theirs.state == "columns"  # remembered for one bureau only


@pytest.fixture
def small(app, monkeypatch):
    monkeypatch.setattr(app, "settings", replace(app.settings, import_background=10))


async def worked(app):
    while any((await deliver(app, KD)).values()):
        pass


async def test_a_large_file_is_checked_and_taken_by_the_worker(app, fresh, small):
    who = await member(app)
    row = await checked(app, fresh, who=who)
    assert row.state == "waiting" and row.summary is None
    await worked(app)
    row = await do(app, get_check, row.id)
    assert row.state == "checked" and row.summary["added"] == len(fresh)
    ordered = await do(app, take_check, row.id, who=who)
    assert ordered.check.state == "ordered" and ordered.done is None
    assert (await do(app, take_check, row.id, who=who)).check.state == "ordered"
    await worked(app)
    row = await do(app, get_check, row.id)
    found = (await kept(app))[0]
    assert row.state == "taken" and row.batch and all(one["code"] in found for one in fresh)


async def test_what_was_ordered_can_be_dropped_until_it_begins_and_a_moved_roster_is_said(app, fresh, small):
    who = await member(app)
    one, two = await checked(app, fresh[:4], who=who), await checked(app, fresh[4:], who=who)
    gone = await checked(app, fresh, who=who)
    await do(app, drop_check, gone.id)
    await worked(app)
    assert (await do(app, get_check, gone.id)).state == "dropped"
    for row in (one, two):
        await do(app, take_check, row.id, who=who)
    await do(app, drop_check, one.id)
    late = fill_template(SITE_LAYOUT, [fresh[5] | {"products": "抢先"}])
    await do(app, import_sites, late, "抢先.xlsx")
    await worked(app)
    assert (await do(app, get_check, one.id)).state == "dropped"
    row = await do(app, get_check, two.id)
    assert row.state == "checked" and row.problem["zh"]["code"] == "RosterMoved"
    found = (await kept(app))[0]
    assert not any(one["code"] in found for one in [*fresh[:5], *fresh[6:]])


async def test_a_worker_that_was_killed_while_taking_leaves_nothing_and_begins_again(app, fresh, small):
    who = await member(app)
    row = await checked(app, fresh, who=who)
    await worked(app)
    await do(app, take_check, row.id, who=who)
    scope = Scope.own(KD, "system")
    async with app.database.unit(scope) as db:  # as it stands when the worker dies
        await import_checks.move(db, scope, row.id, "taking", before=("ordered",))
    found = (await kept(app))[0]
    assert not any(one["code"] in found for one in fresh)
    with pytest.raises(CheckClosed):
        await do(app, drop_check, row.id)
    await worked(app)
    assert (await do(app, get_check, row.id)).state == "taken"


async def member(app):
    """A registry keeper who stands in the table of members: the worker looks there."""
    who = Principal(subject="keeper-of-kd", name="名录员", bureau=KD, roles=frozenset({"registry_keeper"}))
    row = Membership(KD, who.subject, "registry_keeper", who.name, date(2025, 1, 1))
    scope = Scope.own(KD, "seed-admin")
    async with app.database.unit(scope) as db:
        await give(db, scope, row)
    return who
