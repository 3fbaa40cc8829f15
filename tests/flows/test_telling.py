"""Public results reach another system once, again when they change, and are taken back when withdrawn."""

from datetime import date
from io import BytesIO
from itertools import count

import pytest
from python_calamine import CalamineWorkbook

from policies.errors import Forbidden
from policies.visiting.notice import MASK
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.follow_finding import link_case, note_corrected
from services.usecases.publish_notice import publish_results, withdraw_notice
from services.usecases.review_visit import review_visit
from services.usecases.tell_results import due_lines, make_telling
from services.usecases.upload_results import due_uploads, keep_receipt, make_upload
from services.visiting.visit_errors import BadProfile, NothingDue
from tenants.errors import Conflict
from tenants.stores import told_lines

from . import ceremony as c
from . import fieldwork as f

_numbers = count(1)
XP, CREDIT = "411721", "credit-results"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"telling_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def accepted(app):
    draw_no = await f.drawn(app, XP, {5: (2, 4)})
    async with acting(app, "dispatcher") as work:
        await dispatch_tasks(work, draw_no, days=[date(2026, 2, 11)])
    f.at(app, date(2026, 2, 11))
    given = f.faulty(app, f.cert(XP, 2), f.cert(XP, 4), due=date(2026, 3, 2))
    kept = await f.record(app, XP, 2, draw_no, 0, given)
    async with acting(app, "reviewer") as work:
        await review_visit(work, kept.visit_id, accept=True)
    return kept.visit_id


def acting(app, role="publisher"):
    return app.work(c.acting(app, XP, role))


def lines(file):
    rows = CalamineWorkbook.from_filelike(BytesIO(file.data)).get_sheet_by_index(0).to_python()
    start = next(n for n, row in enumerate(rows) if row[0] == "序号")
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


async def told(app, *changes):
    """The one line of the next file, which says this; and then nothing is due."""
    async with acting(app) as work:
        assert tuple(one.change for one in await due_lines(work, f.Q1, CREDIT)) == changes
        made = await make_telling(work, f.Q1, CREDIT)
        assert await due_lines(work, f.Q1, CREDIT) == ()
    (line,) = lines(made.file)
    return made, line


async def test_a_result_is_told_again_when_its_words_change_and_taken_back_with_its_notice(app):
    visit = await accepted(app)
    async with acting(app) as work:
        assert await due_lines(work, f.Q1, CREDIT) == ()  # accepted, and not public yet
        with pytest.raises(NothingDue):
            await make_telling(work, f.Q1, CREDIT)
        (notice,) = await publish_results(work, f.Q1)
    made, line = await told(app, "new")
    assert line["报送类别"] == "新增" and line["公示编号"] == str(notice.id) and line["立案文号"] == ""
    assert MASK in line["存在问题"] and "13812345678" not in line["存在问题"]
    async with acting(app) as work:
        assert (await keep_receipt(work, made.upload.id, "CR-2026-0001")).receipt == "CR-2026-0001"
        assert len(await due_uploads(work)) == 1  # the provincial platform has its own clock
    f.at(app, date(2026, 3, 1))
    async with acting(app, "reviewer") as work:
        await note_corrected(work, visit, 1, date(2026, 2, 28))
        await link_case(work, visit, 1, "西环立〔2026〕1号")
    _, line = await told(app, "changed")
    assert (line["整改完成日期"], line["立案文号"]) == ("2026-02-28", "西环立〔2026〕1号")
    async with acting(app) as work:
        await withdraw_notice(work, notice.id, "名称有误")
    _, line = await told(app, "withdrawn")
    assert line["公示编号"] == str(notice.id) and line["检查结果"] == ""
    async with acting(app) as work:
        (again,) = await publish_results(work, f.Q1)
    _, line = await told(app, "new")
    assert line["公示编号"] == str(again.id) != str(notice.id)


async def test_two_files_never_say_the_same_word(app):
    visit = await accepted(app)
    async with acting(app) as work:
        await publish_results(work, f.Q1)
        made = await make_telling(work, f.Q1, CREDIT)
        other = await make_upload(work, f.Q1)
        said = (await told_lines.said(work.db, work.scope, XP, CREDIT, [visit]))[visit]
    with pytest.raises(Conflict):
        async with acting(app) as work:
            await told_lines.keep(work.db, work.scope, other.upload.id, CREDIT, [said])
    assert made.upload.id != other.upload.id


async def test_only_who_hands_over_results_may_and_the_profile_serves_nothing_else(app):
    await accepted(app)
    for role in ("drawer", "inspector", "dispatcher"):
        with pytest.raises(Forbidden):
            async with acting(app, role) as work:
                await due_lines(work, f.Q1, CREDIT)
    with pytest.raises(BadProfile):
        async with acting(app) as work:
            await make_upload(work, f.Q1, profile=CREDIT)
