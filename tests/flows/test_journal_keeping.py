"""The journal kept for years: verified, archived, shortened behind an anchor, its heads in the public log."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import urlsplit

import asyncpg
import pytest

from policies.errors import Forbidden
from policies.journal_errors import ArchiveMisfit, HeadMissing
from policies.journals import check_archive, check_heads, content_hash, in_sequence
from services.jobs.errors import NoBureau
from services.jobs.heads import publish_head
from services.jobs.orders import system_of
from services.usecases.archive_journal import anchor_archive, archive_journal, read_archive
from services.usecases.journal_errors import KeptStill, NothingToArchive
from services.usecases.verify_journal import verify_journal
from tenants import journal
from tenants.errors import BrokenChain, OutOfScope, WrongState
from tenants.job_rows import Anchor
from tenants.journal import content_of
from tenants.removal import remove_entries
from tenants.scope import Scope
from tenants.stores import anchors, log
from tenants.urls import DatabaseUrls

from . import ceremony as c

_numbers = count(1)
XP, KDL = "411721", "150203"
SCOPE = Scope.own(XP, "keeper")
YEARS = timedelta(days=1200)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"keeping_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture
def urls(pg_server, app):
    name = app.home.root.name
    return DatabaseUrls.beside(pg_server.superuser_dsn, name, c.PASSWORDS, "shuangsui-tests")


@pytest.fixture
def forged(pg_server, app):
    """Runs statements as somebody with the database in their hands, whom no guard stops."""
    dsn = urlsplit(pg_server.superuser_dsn)._replace(path=f"/{app.home.root.name}").geturl()

    async def run(statement):
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            await connection.execute("set session_replication_role = replica")
            return await connection.fetch(statement)
        finally:
            await connection.close()

    return run


async def acts(app, number=3, bureau=XP):
    async with app.work(c.drawer(app, bureau)) as work:
        for n in range(number):
            await journal.note(
                work.db,
                work.scope,
                actor=work.principal,
                action="draw.prepare",
                target=f"draw/{bureau}/{n}",
                before={"state": "甲", "x": 0.5},
                after={"state": "乙", "x": 114.02},
                why='=cmd|" /C calc"!A0',
                at=work.now,
            )


async def later(app, step=YEARS):
    app.clock.set(app.clock.now() + step)


async def verified(app, *archives, bureau=XP):
    async with app.work(system_of(bureau), read_only=True) as work:
        return await verify_journal(work, bureau, archives)


async def archived(app, folder, bureau=XP):
    return await archive_journal(app, bureau, app.clock.now() - timedelta(days=1100), folder, "张三")


async def shortened(app, urls, folder):
    """Three entries, a head, years, two more; the old ones archived and removed."""
    await acts(app)
    await publish_head(app, XP)
    await later(app)
    await acts(app, 2)
    made = await archived(app, folder)
    anchor = await anchor_archive(app, made, "张三")
    return made, anchor, await remove_entries(urls, XP, anchor.upto)


async def test_an_archive_stands_for_what_is_removed(app, urls, tmp_path):
    made, anchor, gone = await shortened(app, urls, tmp_path)
    start = made.archive.head.since
    assert (start, gone) == (1, anchor.upto) and made.file.name == f"journal-{XP}-00000001-{gone:08d}.jsonl"
    assert made.file.stat().st_mode & 0o077 == 0
    seal = made.file.with_name(made.file.name + ".sha256").read_text()
    assert seal == f"{hashlib.sha256(made.file.read_bytes()).hexdigest()}  {made.file.name}\n"
    alone = await verified(app)
    assert (alone.first, alone.archived, alone.heads, alone.older) == (gone + 1, gone, 2, 1)
    assert not alone.whole
    whole = await verified(app, made.archive)
    assert (whole.first, whole.whole, whole.heads, whole.older) == (1, True, 3, 0)
    assert whole.entries == alone.entries > gone
    async with app.database.unit(SCOPE) as db:
        rows = await journal.entries(db, SCOPE, XP, limit=1000)
    assert [(r.action, r.actor) for r in rows][-2:] == [
        ("journal.archive", "operator:张三"), ("journal.remove", "operator:张三"),
    ]  # fmt: skip
    assert rows[-1].before == {"since": 1, "upto": gone} and rows[-1].after["archive"] == made.archive.sha256
    async with app.database.several(SCOPE) as unit:
        heads = {one.index: one.entry["h"] for one in await log.journal_heads(unit.control, XP)}
    witnessed = next(r.n for r in rows if r.hash.hex() == heads[rows[-1].after["log_index"]])
    assert witnessed == rows[-2].n > gone, "the log knows the journal with all that goes"
    await acts(app, 1)  # the chain goes on
    await publish_head(app, XP)
    assert (await verified(app)).heads == 3
    assert await remove_entries(urls, XP, gone) == 0  # the same again: nothing is left to remove


async def test_what_was_cut_off_between_anchor_and_removal_is_done_by_the_same_command(app, urls, tmp_path):
    await acts(app)
    await later(app)
    await acts(app, 1)
    made = await archived(app, tmp_path)
    first = await anchor_archive(app, made, "张三")
    assert (await verified(app)).whole  # the entries are still there, and fit the anchor
    assert await anchor_archive(app, made, "张三") == first
    assert await remove_entries(urls, XP, first.upto) == first.upto
    assert (await verified(app, made.archive)).whole


async def test_a_second_archive_continues_the_first(app, urls, tmp_path):
    made, anchor, _ = await shortened(app, urls, tmp_path)
    await later(app)
    await acts(app, 1)
    second = await archived(app, tmp_path)
    assert second.archive.head.since == anchor.upto + 1
    await remove_entries(urls, XP, (await anchor_archive(app, second, "李四")).upto)
    assert (await verified(app, second.archive, made.archive)).whole
    assert (await verified(app)).heads == 2
    with pytest.raises(ArchiveMisfit):
        await verified(app, made.archive)  # the second is missing between
    with pytest.raises(ArchiveMisfit):
        in_sequence([made.archive, made.archive])


async def test_what_is_not_old_enough_stays(app, urls, tmp_path):
    await acts(app)
    with pytest.raises(NothingToArchive):
        await archived(app, tmp_path)
    made = await archive_journal(app, XP, app.clock.now() + timedelta(days=1), tmp_path, "张三")
    with pytest.raises(KeptStill) as caught:
        await anchor_archive(app, made, "张三")
    assert "JOURNAL_KEEP_DAYS" in caught.value.line("zh")
    with pytest.raises(NoBureau):
        await archive_journal(app, "999999", app.clock.now(), tmp_path, "张三")


async def test_nobody_but_the_migrator_behind_an_anchor_removes(app, urls, tmp_path):
    await acts(app)
    await acts(app, 1, KDL)
    for url in (urls.app, urls.auditor, urls.portal):
        db = await asyncpg.connect(url)
        try:
            for statement in ("delete from journal", "truncate journal", "update journal set why = ''",
                              "delete from journal_anchor", "truncate journal_anchor"):  # fmt: skip
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await db.execute(statement)
        finally:
            await db.close()
    db = await asyncpg.connect(urls.migrator)
    try:
        for statement in ("truncate journal", "truncate journal_anchor", "update journal set why = ''"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await db.execute(statement)
        assert await db.execute("delete from journal") == "DELETE 0"  # no scope, no rows
        await db.execute("select set_config('app.bureau', $1, false)", XP)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no anchor"):
            await db.execute("delete from journal")
    finally:
        await db.close()
    assert (await verified(app)).whole and (await verified(app, bureau=KDL)).whole


async def test_the_database_refuses_a_wrong_anchor(app):
    await acts(app)
    now = app.clock.now()
    async with app.database.unit(SCOPE) as db:
        third = (await journal.entries(db, SCOPE, XP))[-1]
    right = {"bureau": XP, "upto": third.n, "since": 1, "hash": third.hash, "archive": "0" * 64,
             "keep_days": 190, "at": now + timedelta(days=191), "by": "x"}  # fmt: skip
    wrong = {"hash": bytes(32), "upto": third.n + 1, "keep_days": 189, "at": now + timedelta(days=189),
             "bureau": KDL}  # fmt: skip
    for field, value in wrong.items():
        with pytest.raises((WrongState, OutOfScope)):
            async with app.database.unit(SCOPE) as db:
                await anchors.put(db, SCOPE, Anchor(**right | {field: value}))
    async with app.database.unit(SCOPE) as db:
        await anchors.put(db, SCOPE, Anchor(**right))


MISFITS = (
    ("update journal set why = 'y' where n = 2", BrokenChain),
    ("update journal set before = null where n = 2", BrokenChain),
    ("delete from journal where n = 1", BrokenChain),
    ("delete from journal where n = 2", BrokenChain),
    ("delete from journal where n = (select max(n) from journal)", HeadMissing),
    ("delete from journal", HeadMissing),
    ("insert into journal_anchor select bureau, n, 1, hash, repeat('0', 64), 190, now(), 'x' from journal"
     " where n = 2", BrokenChain),
    ("with gone as (delete from journal where n < 3 returning n) insert into journal_anchor"
     " select bureau, n, 1, hash, repeat('0', 64), 190, now(), 'x' from journal where n = 2", BrokenChain),
)  # fmt: skip


async def test_every_misfit_is_named(app, forged):
    await acts(app)
    await publish_head(app, XP)
    await forged("create table kept as table journal")
    for fault, problem in MISFITS:
        assert (await verified(app)).heads == 1
        await forged(fault)
        with pytest.raises(problem) as caught:
            await verified(app)
        assert caught.value.line("zh")
        await forged("delete from journal")
        await forged("delete from journal_anchor")
        await forged("insert into journal table kept")


async def test_an_anchor_must_be_told_of_by_the_journal_and_fit_its_archive(app, urls, forged, tmp_path):
    made, _, _ = await shortened(app, urls, tmp_path)
    await forged("update journal_anchor set archive = repeat('1', 64)")
    with pytest.raises(BrokenChain):
        await verified(app)
    await forged(f"update journal_anchor set archive = '{made.archive.sha256}', hash = sha256('x')")
    with pytest.raises(BrokenChain):
        await verified(app)


async def test_behind_an_anchor_a_published_head_is_still_missed(app, urls, forged, tmp_path):
    """Everything after the anchor is dropped and the note of the removal put right behind it, well hashed."""
    _, anchor, gone = await shortened(app, urls, tmp_path)
    await acts(app, 2)
    await publish_head(app, XP)
    async with app.database.unit(SCOPE) as db:
        rows = await journal.entries(db, SCOPE, XP, limit=1000)
    note = next(row for row in rows if row.action == "journal.remove")
    made = content_hash({**content_of(note), "n": gone + 1, "prev": anchor.hash.hex()})
    await forged(f"delete from journal where n <> {note.n}")
    await forged(
        f"update journal set n = {gone + 1}, prev = '\\x{anchor.hash.hex()}', hash = '\\x{made.hex()}'"
    )
    for step in (timedelta(0), YEARS):
        await later(app, step)
        with pytest.raises(HeadMissing):
            await verified(app)


def test_an_unknown_head_is_old_only_when_it_was_logged_long_ago_and_a_newer_one_is_there():
    now = datetime(2026, 1, 8, tzinfo=UTC)
    old, new = now - timedelta(days=200), now - timedelta(days=100)
    heads = [(1, b"1", old), (2, b"2", new)]
    assert check_heads(XP, heads, {b"2": 421}, first=421, now=now) == (1, 1)
    for given, places in ((heads, {}), ([*heads, (3, b"3", now)], {b"3": 422}), (heads[:1], {})):
        with pytest.raises(HeadMissing):
            check_heads(XP, given, places, first=421, now=now)


def mangled(kind, lines):
    if kind == "byte":
        lines[2] = lines[2].replace(b"draw.prepare", b"draw.prepars")
    elif kind == "line gone":
        del lines[2]
    elif kind == "end gone":
        del lines[-1]
    elif kind == "line twice":
        lines.insert(2, lines[2])
    elif kind == "swapped":
        lines[2], lines[3] = lines[3], lines[2]
    elif kind == "not json":
        lines[1] = b"{\n"
    elif kind == "member twice":
        lines[1] = lines[1].replace(b'{"action"', b'{"action":"x","action"')
    elif kind == "another bureau":
        lines[1] = lines[1].replace(XP.encode(), KDL.encode())
    elif kind == "further member":
        lines[1] = lines[1].replace(b'{"action"', b'{"a":1,"action"')
    elif kind == "other form":
        lines[0] = lines[0].replace(b"journal/1", b"journal/2")
    elif kind == "rehashed":  # a whole forged archive still does not lead to the database's chain
        told = json.loads(lines[-1])
        lines[-1] = lines[-1].replace(told["hash"].encode(), b"0" * 64)
    else:
        lines.clear()
    return lines


KINDS = ("byte", "line gone", "end gone", "line twice", "swapped", "not json", "member twice",
         "another bureau", "further member", "other form", "rehashed", "empty")  # fmt: skip


async def test_a_changed_archive_shows(app, tmp_path):
    await acts(app)
    made = await archive_journal(app, XP, app.clock.now() + timedelta(days=1), tmp_path, "张三")
    lines = made.file.read_bytes().splitlines(keepends=True)
    assert check_archive(lines) == made.archive == read_archive(made.file)
    for kind in KINDS:
        with pytest.raises(ArchiveMisfit):
            check_archive(mangled(kind, list(lines)))


async def test_another_bureaus_archive_is_none_of_ours(app, tmp_path):
    await acts(app)
    await acts(app, 2, KDL)
    made = await archive_journal(app, KDL, app.clock.now() + timedelta(days=1), tmp_path, "张三")
    with pytest.raises(ArchiveMisfit):
        await verified(app, made.archive)


async def test_no_role_of_a_bureau_archives_or_removes(app):
    from policies.access_matrix import ROLES

    for role in sorted(set(ROLES) - {"system", "support"}):  # a lent role opens nothing without its request
        async with app.work(c.acting(app, XP, role)) as work:
            for action in ("journal.archive", "journal.remove", "journal.head"):
                with pytest.raises(Forbidden):
                    work.require(action)


async def test_heads_tell_nothing_but_a_hash_and_only_when_there_is_something_new(app):
    await acts(app)
    first = await publish_head(app, XP)
    assert (await publish_head(app, XP))["log"] is None  # nothing new
    assert (await publish_head(app, KDL))["n"] == 0  # no entry yet
    entry = (await app.log.entries(first["log"]))[0]
    assert set(entry) == {"t", "at", "bureau", "h"} and (entry["t"], entry["bureau"]) == ("journal", XP)
    await acts(app, 1)
    results = await asyncio.gather(*(publish_head(app, XP) for _ in range(3)))
    assert len({one["log"] for one in results if one["log"] is not None}) >= 1
    report = await verified(app)
    assert report.heads >= 2 and report.head_at is not None
