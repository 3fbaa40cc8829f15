"""Special sites and what shows it: entered, withdrawn, undone, named where it is lacking."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import count

import pytest

from policies.access_errors import Stranger
from policies.errors import Missing
from policies.roster.batch import BatchChange
from policies.roster.evidence import NewEvidence
from policies.roster.evidence_errors import (
    CriterionUnknown,
    EvidenceIncomplete,
    EvidenceLater,
    EvidenceOver,
    EvidenceReasonMissing,
    EvidenceWithdrawn,
    NotSpecial,
    TooManySites,
)
from services.clock import today
from services.usecases.change_sites import change_sites, preview_batch
from services.usecases.rehearse_freeze import rehearse_freeze
from services.usecases.site_evidence import (
    criteria_of,
    end_special,
    enter_evidence,
    evidence_of,
    withdraw_evidence,
)
from services.usecases.undo_import import undo_import
from services.views.evidence import special_sites
from services.views.readiness import readiness_of
from services.views.site_quality import site_quality
from services.work import App
from tenants.stores import evidence, sites

from . import ceremony as c

COUNTY, OTHER = "411721", "150203"
SPECIAL, PLAIN = "411721S0012", "411721S0001"  # of ceremony.site: every twelfth is special
CASES = {"violation": "环境违法问题", "management": "环境管理问题"}  # of the county's own text
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"evidence_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def keeper(app: App, bureau: str = COUNTY):
    return app.work(c.acting(app, bureau, "registry_keeper"))


def document(app: App, **more) -> NewEvidence:
    day = today(app.clock)
    return NewEvidence(**{"criterion": "violation", "document": "西环罚〔2025〕3号", "dated": day} | more)


async def test_the_criteria_are_those_of_the_rules_with_their_clause(app: App) -> None:
    async with keeper(app) as work:
        found = await criteria_of(work, COUNTY)
        assert [one.key for one in found] == ["violation", "management"]
        assert {one.mark for one in found} == {"quoted"} and "最低抽查比例 3" in found[0].cite
        assert found[0].quote.startswith("对存在环境违法问题和环境管理问题的污染源")
        await enter_evidence(work, [SPECIAL], document(app))
    await c.choose(app, COUNTY, "class.special", CASES | {"risk": "风险等级高"})
    async with keeper(app) as work:
        found = {one.key: one for one in await criteria_of(work, COUNTY)}
        assert found["violation"].quote and found["violation"].mark == "quoted"  # the text still says so
        risk = found["risk"]
        assert risk.mark != "quoted" and risk.quote == ""  # the bureau's own choice is no quotation
        made = await enter_evidence(work, [SPECIAL], document(app, criterion="risk"))
        assert made.records[0].mark == risk.mark and made.records[0].quote == ""
        kept = await evidence_of(work, COUNTY, SPECIAL)
        assert [one.mark for one in kept if one.criterion == "violation"] == ["quoted"]  # as it stood then


async def test_a_document_makes_sites_special_and_undo_takes_it_back_whole(app: App) -> None:
    async with keeper(app) as work:
        lacking = (await special_sites(work)).lacking
        made = await enter_evidence(work, [SPECIAL, PLAIN], document(app, until=date(2026, 3, 31)))
        assert made.made == (PLAIN,) and made.batch is not None and len(made.records) == 2
        site = await sites.one(work.db, work.scope, COUNTY, PLAIN)
        assert site.special and site.special_cases == ("violation",) and "西环罚" in site.special_evidence
        found = await special_sites(work, only=True)
        assert found.lacking == lacking - 1 and SPECIAL not in {one.site.code for one in found.faces}
        assert (await evidence.counts(work.db, work.scope, COUNTY, date(2026, 3, 31)))[1] == lacking - 1
        assert (await evidence.counts(work.db, work.scope, COUNTY, date(2026, 4, 1)))[1] == lacking + 1
        with pytest.raises(Missing):
            await enter_evidence(work, [PLAIN, "nobody"], document(app))
    async with keeper(app) as work:
        await undo_import(work, made.batch, "列错了")
        assert not (await sites.one(work.db, work.scope, COUNTY, PLAIN)).special
        (row,) = await evidence_of(work, COUNTY, PLAIN)
        assert row.withdrawn_why is not None and "列错了" in row.withdrawn_why


async def test_a_withdrawn_record_stays_and_counts_no_more(app: App) -> None:
    async with keeper(app) as work:
        first = (await enter_evidence(work, [SPECIAL], document(app))).records[0]
        with pytest.raises(EvidenceReasonMissing):
            await withdraw_evidence(work, first.id, " ")
        gone = await withdraw_evidence(work, first.id, "文号有误")
        assert (gone.withdrawn_why, gone.withdrawn_by) == ("文号有误", work.principal.subject)
        with pytest.raises(EvidenceWithdrawn):
            await withdraw_evidence(work, first.id, "再撤")
        assert (await sites.one(work.db, work.scope, COUNTY, SPECIAL)).special
        assert SPECIAL in {one.site.code for one in (await special_sites(work, only=True)).faces}
    async with keeper(app, OTHER) as work:
        with pytest.raises(Missing):
            await withdraw_evidence(work, first.id, "别家的")
        with pytest.raises(Stranger):
            await evidence_of(work, COUNTY, SPECIAL)


async def test_a_site_stops_being_special_with_a_reason_and_its_records_with_it(app: App) -> None:
    async with keeper(app) as work:
        await enter_evidence(work, [SPECIAL], document(app))
        with pytest.raises(EvidenceReasonMissing):
            await end_special(work, SPECIAL, "")
        batch = await end_special(work, SPECIAL, "整改完成")
        site = await sites.one(work.db, work.scope, COUNTY, SPECIAL)
        assert (site.special, site.special_cases, site.special_evidence) == (False, (), "")
        history = await sites.history(work.db, work.scope, COUNTY, SPECIAL)
        assert history[-1].reason == "不再列为特殊监管对象：整改完成"
        with pytest.raises(NotSpecial):
            await end_special(work, SPECIAL, "再来一次")
    async with keeper(app) as work:
        await undo_import(work, batch, "还没有整改完")
        assert (await sites.one(work.db, work.scope, COUNTY, SPECIAL)).special
        found = await special_sites(work, only=True)  # withdrawn stays withdrawn: the gap is named again
        assert SPECIAL in {one.site.code for one in found.faces}


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"criterion": "nothing"}, CriterionUnknown),
        ({"document": " "}, EvidenceIncomplete),
        ({"dated": None}, EvidenceIncomplete),
        ({"dated": date(2031, 1, 1)}, EvidenceLater),
        ({"until": date(2020, 1, 1)}, EvidenceOver),
    ],
)
async def test_what_is_no_evidence_is_refused_and_leaves_nothing(app: App, more, error) -> None:
    async with keeper(app) as work:
        with pytest.raises(error):
            await enter_evidence(work, [PLAIN], document(app, **more))
        with pytest.raises(TooManySites):
            await enter_evidence(work, [], document(app))
        assert await evidence_of(work, COUNTY, PLAIN) == ()
        assert not (await sites.one(work.db, work.scope, COUNTY, PLAIN)).special


async def test_a_batch_with_a_dated_document_is_evidence_and_without_one_a_gap(app: App) -> None:
    one, two = "411721S0002", "411721S0003"
    wish = BatchChange("special", "yes", "信访集中", "信访件 12 号", "violation")
    async with keeper(app) as work:
        plan = await preview_batch(work, [one], wish)
        await change_sites(work, plan.marks, wish)
        dated = BatchChange("special", "yes", "信访集中", "信访件 12 号", "violation", "2025-11-30")
        plan = await preview_batch(work, [two], dated)
        done = await change_sites(work, plan.marks, dated)
        lacks = {face.site.code for face in (await special_sites(work, only=True)).faces}
        assert one in lacks and two not in lacks
        (row,) = await evidence_of(work, COUNTY, two)
        assert (row.dated, row.batch) == (date(2025, 11, 30), done.batch)
        no = BatchChange("special", "no", "已经整改")
        plan = await preview_batch(work, [two], no)
        await change_sites(work, plan.marks, no)
        (row,) = await evidence_of(work, COUNTY, two)
        assert row.withdrawn_why == "已经整改"


async def test_the_gap_is_named_in_quality_and_before_a_freeze_and_hinders_nothing(app: App) -> None:
    async with keeper(app) as work:
        lacking = (await special_sites(work)).lacking
        assert lacking > 1
        assert {gap.key: gap.count for gap in (await site_quality(work)).gaps}["evidence"] == lacking
        found = await sites.listing(work.db, work.scope, COUNTY, lacking="evidence", on=work.today)
        assert len(found) == lacking and all(one.special for one in found)
    await c.plan(app, COUNTY)
    prepared = await c.prepare(app, COUNTY)
    point = await evidence_point(app, prepared.draw_no)
    assert (point.state, point.why, point.facts["lacking"]) == ("warn", "lacking", lacking)
    async with keeper(app) as work:
        until = work.today + timedelta(days=90)
        await enter_evidence(work, [one.code for one in found], document(app, until=until))
        assert "evidence" not in {gap.key for gap in (await site_quality(work)).gaps}
    assert (await evidence_point(app, prepared.draw_no)).state == "good"


async def evidence_point(app: App, draw_no: int):
    async with app.work(c.drawer(app, COUNTY)) as work:
        ready = await readiness_of(work, draw_no)
        await rehearse_freeze(work, draw_no)
    return next(one for one in ready.points if one.id == "evidence")
