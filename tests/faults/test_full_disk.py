"""A full disk under the home folder, or under the database: said plainly, nothing half kept, well again."""

import re
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import text

from policies.room import NoRoom
from services.cli.output import guarded
from services.drawing import pseudonyms
from services.home import Home, write_private
from services.usecases.archive_journal import archive_journal
from services.usecases.rewrap_keys import operator, rotate_bureau
from services.work import App
from tenants import sealed
from tenants.errors import DatabaseFull
from tenants.roles import administer
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, key_checks, sites
from tests.deployed import Deployed, deployed
from tests.flows import ceremony as c
from tests.flows.census import by_hand

from .small_disk import SmallDisk, is_full

XP = "411721"
PAGE = "/desk/import"
_numbers = count(1)


@pytest.fixture(scope="module")
def disk(new_home: Any) -> Iterator[SmallDisk]:
    with SmallDisk.mounted(new_home("small_disk").root, 4) as mounted:
        yield mounted


@pytest.fixture(scope="module")
async def site(disk: SmallDisk, pg_server: Any, valkey_server: Any) -> AsyncIterator[Deployed]:
    """A running site whose home lies on the small disk."""
    home = Home.at(disk.root)
    async with deployed(home, pg_server.superuser_dsn, valkey_server.url) as opened:
        yield opened


@pytest.fixture
def full(disk: SmallDisk, site: Deployed) -> Iterator[SmallDisk]:
    disk.fill()
    assert is_full(disk.root)
    yield disk
    disk.clear()


def roster(good: str) -> bytes:
    """Two officers, of whom one cannot be taken: the refused row comes back as a file."""
    head = "姓名,执法证号,单位,有效期至,主办,在编在岗\n"
    rows = f"甲,{good},中队,2027-12-31,是,是\n乙,,中队,2026-13-01,是,是\n"
    return (head + rows).encode("utf-8-sig")


async def test_an_import_whose_refused_rows_find_no_room_is_undone(site: Deployed, full: SmallDisk) -> None:
    before = full.names()
    async with site.browser(f"{XP}-admin") as admin:
        form = await admin.get(PAGE)
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
        assert form.status_code == 200 and token, "what needs no room goes on"

        async def send() -> Any:
            given = {"csrf_token": token[1], "kind": "officers"}
            return await admin.post(PAGE, data=given, files={"file": ("a.csv", roster("16000001"))})

        told = await send()
        assert told.status_code == 503 and "服务器磁盘已满，本次未保存" in told.text, told.text[:3000]
        assert str(full.root) not in told.text and "Errno" not in told.text
        assert full.names() == before and not await officers(site)
        full.clear()
        again = await send()
        assert again.status_code == 303
        told = await admin.get(check := again.headers["location"])
        assert told.status_code == 200 and "/desk/import/refused/officers/" in told.text
        assert not await officers(site), "checked, not taken"
        taken = await admin.post(f"{check}/take", data={"csrf_token": token[1]})
        assert taken.status_code == 303 and len(await officers(site)) == 1


async def officers(site: Deployed) -> list[Any]:
    async with site.app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        return list(await db.execute(text("select certificate from officer where bureau = '411721'")))


async def seals(app: App) -> int:
    n = next(_numbers)
    intent = DrawIntent(XP, "routine-source", "routine", f"20{40 + n}Q1")
    async with app.work(operator(XP)) as work:
        with by_hand():
            number = await draws.prepare(work.db, work.scope, intent, work.now, "x")
            await pseudonyms.of_bureau(work, XP)
            await sealed.keep_part(work.db, work.scope, app.keys, number, "lists", b"names")
    return number


async def kept(app: App) -> int:
    scope = Scope.own(XP, "x")
    async with app.database.unit(scope) as db:
        return len(await key_checks.kept(db, scope, XP, "local"))


async def test_a_first_key_without_room_is_no_key(site: Deployed, full: SmallDisk) -> None:
    before = full.names()
    with pytest.raises(NoRoom, match="有空间后直接重试即可"):
        await seals(site.app)
    assert full.names() == before and await kept(site.app) == 0
    full.clear()
    await seals(site.app)
    assert full.names() - before == {f"keys/{XP}.key", f"keys/pseudonyms-{XP}.wrapped"}


async def test_a_rotation_without_room_leaves_the_key_as_it_is(site: Deployed, disk: SmallDisk) -> None:
    await seals(site.app)
    key = disk.root / "keys" / f"{XP}.key"
    before, names, rows = key.read_bytes(), disk.names(), await kept(site.app)
    disk.fill()
    with pytest.raises(NoRoom):
        await rotate_bureau(site.app, XP)
    assert (key.read_bytes(), disk.names(), await kept(site.app)) == (before, names, rows)
    await seals(site.app)  # by the key that is there: that needs no file
    disk.clear()
    assert await rotate_bureau(site.app, XP) and key.read_bytes() != before
    await seals(site.app)


async def test_an_archive_without_room_leaves_no_half_and_takes_nothing_away(
    site: Deployed, full: SmallDisk
) -> None:
    until = site.app.clock.now() + timedelta(days=1)
    with pytest.raises(NoRoom):
        await archive_journal(site.app, XP, until, full.root / "archive", "op")
    assert not any("archive" in name for name in full.names())
    full.clear()
    done = await archive_journal(site.app, XP, until, full.root / "archive", "op")
    assert done.file.is_file()
    shutil.rmtree(full.root / "archive")


def test_a_file_is_replaced_whole_or_stays(full: SmallDisk, capsys: pytest.CaptureFixture[str]) -> None:
    path = full.root / "note"
    full.clear()
    write_private(path, "before")
    full.fill()
    for longer in (lambda: write_private(path, "x" * 8192), lambda: raw(full.root / "raw")):
        with pytest.raises(typer.Exit) as left:  # as a command tells it
            guarded(longer)()
        assert left.value.exit_code == 1 and "服务器磁盘已满" in capsys.readouterr().err
    assert path.read_text("utf-8") == "before\n"
    path.unlink()


def raw(path: Path) -> None:
    """A writer that knows nothing of room."""
    try:
        path.write_bytes(b"x" * 8192)
    finally:
        path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
async def tight(new_home: Any, pg_server: Any) -> AsyncIterator[tuple[App, str, str]]:
    """A deployment whose database lies on a small disk of its own: the app, the server and the database."""
    place = new_home("small_disk_db").root
    with SmallDisk.mounted(place, 64) as disk:
        async with administer(pg_server.superuser_dsn) as db:
            folder = await db.scalar(text("show data_directory"))
            give_to_owner_of(Path(str(folder)), disk.root)
            await db.exec_driver_sql(f"create tablespace tight location '{disk.root}'")
        try:
            async with c.small_deployment(pg_server.superuser_dsn, new_home("tight"), "tight_1") as app:
                name = "tight_1"
                yield app, pg_server.superuser_dsn, name
        finally:
            async with administer(pg_server.superuser_dsn) as db:
                await db.exec_driver_sql("drop database if exists tight_1 with (force)")
                await db.exec_driver_sql("drop tablespace if exists tight")


def give_to_owner_of(folder: Path, place: Path) -> None:
    """The server's own user writes there."""
    owner = folder.stat()
    shutil.chown(place, owner.st_uid, owner.st_gid)
    place.chmod(0o700)


async def test_a_database_without_room_says_so_reads_on_and_works_again(
    tight: tuple[App, str, str],
) -> None:
    app, dsn, name = tight
    scope = Scope.own(XP, "keeper")
    async with administer(dsn, name) as db:
        await db.exec_driver_sql("alter table site set tablespace tight")
        await db.exec_driver_sql("create table filler (t text) tablespace tight")
        fill = "insert into filler select repeat(md5(n::text), 200) from generate_series(1, 200) n"
        with pytest.raises(Exception, match="No space left"):
            while True:
                await db.exec_driver_sql("alter table filler alter t set storage plain")
                await db.exec_driver_sql(fill)
    rows = [c.site(XP, n) for n in range(1000, 3000)]

    async def write() -> None:
        async with app.database.unit(scope) as db:
            with by_hand():
                await sites.upsert(db, scope, rows, at=app.clock.now(), by="keeper", reason="x")

    async def there() -> int:
        async with app.database.unit(scope, read_only=True) as db:
            return len(await sites.all_of(db, scope, XP))

    before = await there()
    for _ in range(2):
        with pytest.raises(DatabaseFull, match="数据库磁盘已满，本次未保存"):
            await write()
        assert await there() == before, "it reads on, and kept nothing by halves"
    async with administer(dsn, name) as db:
        await db.exec_driver_sql("drop table filler")
    await write()
    assert await there() == before + len(rows)
