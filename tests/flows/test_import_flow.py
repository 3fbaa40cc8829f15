"""Roster files into the database: all valid rows or nothing, the same file twice, errors by cell."""

from itertools import count

import pytest

from policies.errors import Forbidden
from policies.roster.columns import OFFICER_LAYOUT, SITE_LAYOUT
from services.demo.rosters import make_rosters
from services.sheets import fill_template, read_table
from services.sheets.errors import DamagedFile, MissingColumns, WrongFileType
from services.usecases.import_roster import import_officers, import_sites
from services.visiting.visit_errors import RosterRefused
from tenants import journal
from tenants.stores import imports, officers, sites

from . import ceremony as c

_numbers = count(1)
KD = "150203"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return make_rosters(tmp_path_factory.mktemp("rosters"))


@pytest.fixture
async def app(pg_server, new_home):
    name = f"import_flow_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def keeper(app):
    return c.acting(app, KD, "registry_keeper")


async def take(app, data, name="名录.xlsx", **options):
    async with app.work(keeper(app)) as work:
        return await import_sites(work, data, name, **options)


async def state(app):
    async with app.work(keeper(app), read_only=True) as work:
        rows = await sites.all_of(work.db, work.scope, KD)
        notes = await journal.entries(work.db, work.scope, KD)
        return rows, await imports.recent(work.db, work.scope), notes


def rows_of(data):
    return [dict(row.cells) for row in read_table(data, "名录.xlsx", SITE_LAYOUT).rows]


async def test_demonstration_rosters_come_in_and_the_second_time_changes_nothing(app, files):
    data = files[KD].sites.read_bytes()
    first = await take(app, data, key_list=files[KD].key_list, strict=True)
    assert (first.counts.added, first.counts.changed, first.repeated) == (700, 0, False)
    assert first.report["missing"]["count"] == 60  # what was there before is told, never removed
    before = await state(app)
    second = await take(app, data, key_list=files[KD].key_list)
    assert second.repeated and second.batch == first.batch and second.counts.unchanged == 700
    assert await state(app) == before
    assert sum(site.stratum == "special" for site in before[0] if site.code.startswith("9")) > 5

    async with app.work(keeper(app)) as work:
        people = files[KD].officers.read_bytes()
        done = await import_officers(work, people, "人员.xlsx")
        assert done.counts.added == 30 and done.report["report"]["warnings"] >= 2  # expired, kept and said
        again = await import_officers(work, people, "人员.xlsx")
        assert again.repeated and len(await officers.all_of(work.db, work.scope, KD)) == 42


async def test_bad_rows_are_named_by_cell_and_the_rest_is_kept_or_nothing(app, files):
    rows = rows_of(files[KD].sites.read_bytes())[:20]
    rows[3]["credit_code"] = rows[3]["credit_code"][:-1] + "0"
    rows[4]["lon"], rows[4]["lat"] = "116.40", "39.90"
    rows[5]["code"] = rows[6]["code"]
    data = fill_template(SITE_LAYOUT, rows)
    before = await state(app)
    with pytest.raises(RosterRefused) as refused:
        await take(app, data, strict=True)
    assert await state(app) == before and len(refused.value.check.refused) == 4
    done = await take(app, data)
    assert (
        done.counts.added == 16 and done.report["report"]["duplicates"] + done.report["report"]["errors"] == 4
    )
    assert all(error["where"] for error in done.report["errors"])
    back = read_table(done.refused_file(), "退回.xlsx", SITE_LAYOUT)
    assert len(back.rows) == 4


async def test_changed_rows_are_counted_and_kept_with_history(app, files):
    rows = rows_of(files[KD].sites.read_bytes())[:5]
    await take(app, fill_template(SITE_LAYOUT, rows))
    rows[0]["contact"] = "模拟新联系人"
    done = await take(app, fill_template(SITE_LAYOUT, rows))
    assert (done.counts.added, done.counts.changed, done.counts.unchanged) == (0, 1, 4)
    async with app.work(keeper(app), read_only=True) as work:
        history = await sites.history(work.db, work.scope, KD, rows[0]["code"])
    assert [change.after["contact"] for change in history][-1] == "模拟新联系人"


@pytest.mark.parametrize(
    ("cut", "name", "problem"),
    [
        (lambda data: data[: len(data) // 2], "名录.xlsx", DamagedFile),
        (lambda _: b"%PDF-1.7 no table", "名录.pdf", WrongFileType),
        (lambda _: "企业名称,电话\r\n甲,1\r\n".encode(), "名录.csv", MissingColumns),
        (lambda _: fill_template(OFFICER_LAYOUT), "名录.xlsx", MissingColumns),
    ],
    ids=["truncated", "pdf", "columns", "another template"],
)
async def test_unreadable_files_change_nothing(app, files, cut, name, problem):
    before = await state(app)
    with pytest.raises(problem):
        await take(app, cut(files[KD].sites.read_bytes()), name)
    assert await state(app) == before


async def test_only_the_registry_keeper_imports(app, files):
    with pytest.raises(Forbidden):
        async with app.work(c.acting(app, KD, "drawer")) as work:
            await import_sites(work, files[KD].sites.read_bytes(), "名录.xlsx")
