"""Photos and signatures of a visit: taken under their own hash, named by the record, read with it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count

import pytest
from PIL import Image
from sqlalchemy import text

from policies.errors import Missing
from policies.visiting import files as limits
from policies.visiting.files import FileFacts
from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import Fix
from services.usecases import keep_file as usecase
from services.usecases.keep_file import keep_file, kept_files, pick, visit_file
from services.usecases.review_visit import read_visit, review_visit
from services.visiting.file_errors import FileForged, FilesMissing, FileTooLarge, NotAPicture
from services.visiting.visit_errors import AlreadyRecorded, NotYours
from services.work import App
from tenants import journal

from . import ceremony as c
from . import fieldwork as f

XP, KD = "411721", "150203"
_numbers = count(1)
HAND, DOOR = (200, 20, 20), (20, 200, 20)


def picture(colour: tuple[int, int, int], form: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"files_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def ready(app: App) -> tuple[int, tuple[str, str]]:
    """A visit of officers 2 and 4, today."""
    from services.usecases.dispatch_tasks import dispatch_tasks

    no = await f.drawn(app, XP, {5: (2, 4), 10: (4, 5)})
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        board = await dispatch_tasks(work, no)
    f.at(app, max(one.visit_on for one in board.placed))
    return no, (f.cert(XP, 2), f.cert(XP, 4))


async def sent(app: App, n: int, no: int, slot: int, data: bytes, **changes):
    given = await pick(data, sha256(data).hexdigest())
    facts = FileFacts(**({"kind": "photo", "taken_at": app.clock.now()} | changes))
    async with app.work(f.inspector(app, XP, n)) as work:
        return await keep_file(work, no, slot, given, facts)


async def test_a_record_names_what_arrived_and_says_when_and_where_it_was_taken(app: App) -> None:
    no, team = await ready(app)
    door, hand = picture(DOOR), picture(HAND, "PNG")
    fix = Fix(114.0201234, 33.38, 12.6, app.clock.now() - timedelta(minutes=20))
    first = await sent(app, 2, no, 0, door, words="总排口", fix=fix)
    again = await sent(app, 4, no, 0, door, words="别的话")
    name = await sent(app, 4, no, 0, hand, kind="signature", signed_by=team[1], words="签名人")
    assert (first.repeated, again.repeated, first.media, name.media) == (
        False, True, "image/jpeg", "image/png",
    )  # fmt: skip
    hashes = (first.sha256, name.sha256)
    with pytest.raises(FilesMissing, match="1 份"):
        await f.record(app, XP, 2, no, 0, f.form(app, *team, attachments=(*hashes, "ab" * 32)))
    done = await f.record(app, XP, 2, no, 0, f.form(app, *team, attachments=hashes))
    again_ = await f.record(app, XP, 2, no, 0, f.form(app, *team, attachments=hashes))
    assert again_.repeated and again_.sha256 == done.sha256
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        file = await read_visit(work, done.visit_id)
        said = file.visit.form["files"]
        assert [one["sha256"] for one in said] == list(hashes)
        assert said[0]["words"] == "总排口" and said[0]["lon"] == "114.020123" and said[0]["accuracy_m"] == 13
        assert said[1]["signed_by"] == team[1] and "lon" not in said[1]
        assert await kept_files(work, file) == {*hashes}
        row, data = await visit_file(work, done.visit_id, hashes[0])
        assert data == door and (row.width, row.height, row.certificate) == (64, 48, team[0])
        with pytest.raises(Missing):
            await visit_file(work, done.visit_id, "ab" * 32)
        notes = [
            one for one in await journal.entries(work.db, work.scope, XP) if one.target.endswith("/file")
        ]
    assert len(notes) == 2, "a file sent again is no second act"
    with pytest.raises(AlreadyRecorded):
        await sent(app, 2, no, 0, picture((1, 2, 3)))
    assert (await sent(app, 2, no, 0, door)).repeated, "the answer that was lost on its way"


async def test_a_returned_record_is_made_anew_with_the_same_files(app: App) -> None:
    no, team = await ready(app)
    one = await sent(app, 2, no, 0, picture(DOOR))
    first = await f.record(app, XP, 2, no, 0, f.form(app, *team, attachments=(one.sha256,)))
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        await review_visit(work, first.visit_id, accept=False, note="补拍排口")
    two = await sent(app, 4, no, 0, picture(HAND))
    form = f.form(app, *team, attachments=(one.sha256, two.sha256), narrative="补正后的记录。")
    second = await f.record(app, XP, 2, no, 0, form)
    async with app.work(c.acting(app, XP, "reviewer")) as work:
        assert len((await read_visit(work, second.visit_id)).visit.form["files"]) == 2
        assert len((await read_visit(work, first.visit_id)).visit.form["files"]) == 1


async def test_what_is_no_picture_forged_or_too_large_is_refused(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    no, _ = await ready(app)
    whole = picture(DOOR, size=(400, 300))
    html = b"<script>alert(1)</script>"
    gif = BytesIO()
    Image.new("P", (4, 4)).save(gif, "GIF")
    for data in (html, whole[:200], gif.getvalue(), whole[:3] + html):
        with pytest.raises(NotAPicture):
            await pick(data, sha256(data).hexdigest())
    with pytest.raises(FileForged):
        await pick(whole, "0" * 64)
    for data in (b"", b"\xff" * (limits.MOST_BYTES + 1)):
        with pytest.raises(FileTooLarge):
            await pick(data, sha256(data).hexdigest())
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(NotAPicture):
        await pick(bomb.getvalue(), sha256(bomb.getvalue()).hexdigest())
    ahead = app.clock.now() + timedelta(hours=1)
    for wrong in (
        {"kind": "video"}, {"taken_at": ahead}, {"words": "字" * 201}, {"signed_by": "x"},
        {"kind": "signature"},
    ):  # fmt: skip
        with pytest.raises(RecordRefused):
            await sent(app, 2, no, 0, whole, **wrong)
    monkeypatch.setattr(usecase, "MOST_FILES", 1)
    await sent(app, 2, no, 0, whole)
    with pytest.raises(FileTooLarge):
        await sent(app, 2, no, 0, picture(HAND))


async def test_only_the_team_sends_and_only_the_own_bureau_reads(app: App) -> None:
    no, team = await ready(app)
    with pytest.raises(NotYours):
        await sent(app, 5, no, 0, picture(DOOR))
    one = await sent(app, 2, no, 0, picture(DOOR))
    done = await f.record(app, XP, 2, no, 0, f.form(app, *team, attachments=(one.sha256,)))
    async with app.work(c.acting(app, KD, "reviewer")) as work:
        with pytest.raises(Missing):
            await visit_file(work, done.visit_id, one.sha256)
        assert await work.db.scalar(text("select count(*) from attachment")) == 0
