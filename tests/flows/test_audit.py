"""An audit from its frame to the last finding: sampled in public steps, two hands, both sides' journals."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest

from policies.access_errors import Stranger
from policies.errors import Forbidden, Missing
from policies.planning.caps import cap_of
from policies.visiting.recheck import sample, verify
from services.auditing.errors import (
    AuditedAlready,
    AuditHand,
    AuditLetter,
    AuditSample,
    AuditUnready,
    AuditVerdict,
)
from services.auditing.material import material_of
from services.clock import today
from services.drawing.draw_errors import BeaconTooEarly
from services.usecases.answer_audit import Answer, answer_finding, finish_measure
from services.usecases.check_record import Verdict, check_record
from services.usecases.draw_audit import draw_audit
from services.usecases.find_audit import NewFinding, add_finding, drop_finding
from services.usecases.open_audit import LEAD, AuditOrder, open_audit
from services.usecases.send_audit import propose_letter, return_letter, send_letter
from services.usecases.settle_audit import settle_finding
from services.usecases.show_audit import audits_of, audits_told, read_audit, read_told
from services.views.comparison import comparison
from services.views.figure_rows import figure_rows
from services.work import App
from tenants import journal
from tenants.errors import WrongState
from tenants.records import Visit
from tenants.scope import Scope
from tenants.stores import visits

from . import ceremony as c
from .fieldwork import drawn

XP, ZMD, KD, BT = "411721", "411700", "150203", "150200"
Q1 = "2026Q1"
_numbers = count(1)
DIGITS = {"digits": "31415926535897932384"}


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    n = next(_numbers)
    async with c.small_deployment(pg_server.superuser_dsn, new_home(f"audits{n}"), f"audits_{n}") as app:
        app.clock.set(datetime(2026, 4, 8, 2, 0, tzinfo=UTC))
        for bureau in (XP, KD):
            await plant(app, bureau)
        yield app


async def plant(app: App, bureau: str, kind: str = "complaint", site: int | None = None) -> None:
    """Nine records of a quarter, as if they had been sealed; of one site, if it is named."""
    scope = Scope.own(bureau, "tests")
    async with app.database.unit(scope) as db:
        for n in range(9):
            began = datetime(2026, 2, 2 + n, 1 + len(kind), 0, tzinfo=UTC)
            code, seal = f"{bureau}S{n if site is None else site:04d}", f"{n}{kind}".encode().hex()
            row = Visit(
                bureau, uuid4(), None, None, code, kind, bureau, began, began + timedelta(minutes=30), [],
                {}, "none_found", "正常", seal.rjust(64, "0"), "x", began, "recorded", *[None] * 6,
            )  # fmt: skip
            await visits.keep(db, scope, row)


def auditor(app, bureau=ZMD):
    return c.acting(app, bureau, "city_auditor")


def head(app, bureau=ZMD):
    return c.acting(app, bureau, "bureau_head")


async def opened(app, size=3, period=Q1, **more):
    async with app.work(auditor(app)) as work:
        return await open_audit(work, AuditOrder(XP, period, size, **more))


async def act(app, who, made, *given, **more):
    async with app.work(who) as work:
        return await made(work, *given, **more)


async def written(app, bureau, id):
    async with app.work(head(app, bureau)) as work:
        every = await journal.entries(work.db, work.scope, bureau, limit=500)
        return [one.action for one in every if str(id) in one.target]


async def test_from_the_frame_to_the_last_finding(app):
    with pytest.raises(AuditSample):
        await opened(app, 10)
    case = await opened(app)
    with pytest.raises(AuditedAlready):
        await opened(app, 1)
    with pytest.raises(BeaconTooEarly):
        await act(app, auditor(app), draw_audit, case.id, DIGITS)
    app.clock.advance(LEAD)
    with pytest.raises(AuditUnready):
        await act(app, auditor(app), propose_letter, case.id, "通报", date(2026, 5, 8))
    drawn = await act(app, auditor(app), draw_audit, case.id, DIGITS)
    assert [one.k for one in drawn] == [1, 2, 3] and {one.key for one in drawn} <= {k for k, _ in case.frame}
    with pytest.raises(WrongState):  # never twice
        await act(app, auditor(app), draw_audit, case.id, {"digits": "1" * 20})
    for rank, verdict in ((1, "confirmed"), (2, "contradicted"), (3, "unclear"), (3, "partly")):
        await act(app, auditor(app), check_record, case.id, rank, Verdict("site", verdict, "看过"))
    with pytest.raises(AuditVerdict):  # who read it before the first word does not overwrite the second
        await act(app, auditor(app), check_record, case.id, 3, Verdict("site", "confirmed", "看过", ""))
    with pytest.raises(AuditUnready):  # a contradicted record, and no finding
        await act(app, auditor(app), propose_letter, case.id, "通报", date(2026, 5, 8))
    first = await act(app, auditor(app), add_finding, case.id, NewFinding("record", "记录不实", 2))
    second = await act(app, auditor(app), add_finding, case.id, NewFinding("late", "迟报"))
    await act(app, auditor(app), drop_finding, case.id, second.n, "核实后不成立")
    assert await act(app, head(app, XP), audits_told) == ()  # not before it is sent
    with pytest.raises(Missing):
        await act(app, head(app, XP), read_told, case.id)
    await act(app, auditor(app), propose_letter, case.id, "现将稽查情况通报如下。", date(2026, 5, 8))
    both = replace(auditor(app), roles=frozenset({"city_auditor", "bureau_head"}))
    with pytest.raises(AuditHand):
        await act(app, both, send_letter, case.id)
    await act(app, head(app), return_letter, case.id, "补充依据")
    await act(app, auditor(app), propose_letter, case.id, "现将稽查情况通报如下（二稿）。", date(2026, 5, 8))
    file = await act(app, auditor(app), read_audit, case.id)
    with pytest.raises(AuditLetter):
        await act(app, head(app), send_letter, case.id, "0" * 64)
    sent = await act(app, head(app), send_letter, case.id, file.digest)
    assert (sent.state, sent.number) == ("sent", 1)
    with pytest.raises(WrongState):
        await act(app, auditor(app), check_record, case.id, 1, Verdict("site", "unclear", "再看"))
    await answered(app, case, first.n)
    told = await act(app, head(app, XP), read_told, case.id)
    assert [one.n for one in told.findings] == [first.n] and told.case.state == "closed"
    acts = [one.act for one in told.steps]
    assert acts == ["open", "draw", "send", "answer", "done", "return", "answer", "done", "settle", "close"]
    assert "二稿" in (told.case.letter or "") and all(step.ok for step in told.proof)
    inside = {"audit.check", "audit.find", "audit.propose", "audit.return"}
    assert not inside & set(await written(app, XP, case.id))
    shared = {"audit.open", "audit.draw", "audit.approve", "audit.answer", "audit.done", "audit.settle"}
    assert shared == set(await written(app, XP, case.id))
    assert shared | inside == set(await written(app, ZMD, case.id))
    proved((await act(app, auditor(app), audits_of))[0])
    await strangers(app)
    await without_findings(app)


async def answered(app, case, n):
    given = Answer("张某", "执法大队副大队长", "talk", "已约谈", today(app.clock) + timedelta(20))
    for who in (c.acting(app, XP, "bureau_admin"), auditor(app, XP)):
        with pytest.raises(Forbidden):
            await act(app, who, answer_finding, case.id, n, given)
    with pytest.raises(Missing):  # another district
        await act(app, head(app, KD), answer_finding, case.id, n, given)
    with pytest.raises(WrongState):  # nothing is answered yet
        await act(app, head(app, XP), finish_measure, case.id, n, "已落实")
    for again in (True, False):
        made = await act(app, head(app, XP), answer_finding, case.id, n, given)
        assert (made.state, made.responsible, made.due) == ("answered", "张某", given.due)
        with pytest.raises(WrongState):
            await act(app, auditor(app), settle_finding, case.id, n, accept=True, words="核实")
        await act(app, head(app, XP), finish_measure, case.id, n, "已落实")
        left = await act(app, auditor(app), settle_finding, case.id, n, accept=not again, words="看过")
        assert (left.state, left.rounds) == (("sent", 1) if again else ("closed", 1))


def proved(case):
    """By anybody; a changed one is not."""
    material = material_of(case)
    keys = sample(material)
    assert len(keys) == case.size and all(one.ok for one in verify(material, case.root, keys))
    other = tuple(k for k, _ in material.frame if k not in keys)[:1]
    assert [s.ok for s in verify(material, case.root, (*keys[1:], *other))] == [True, True, True, False]
    swapped = replace(material, frame=(*material.frame[1:], ("x", "0" * 64)))
    assert not verify(swapped, case.root, keys)[0].ok
    assert not verify(replace(material, secret="00" * 32), case.root, keys)[1].ok
    assert not verify(replace(material, evidence={"digits": "x"}), case.root, keys)[2].ok
    assert [s.ok for s in verify(replace(material, secret=""), case.root, keys)] == [True, None, None, None]


async def strangers(app):
    """Whoever does not stand above is told nothing."""
    for bureau in (KD, BT):
        with pytest.raises(Stranger):
            await act(app, auditor(app, BT), open_audit, AuditOrder(XP, "2026Q2", 0))
        (case,) = await act(app, auditor(app), audits_of)
        assert await act(app, auditor(app, BT), audits_of) == ()
        with pytest.raises(Missing):
            await act(app, auditor(app, BT), read_audit, case.id)
        with pytest.raises(Missing):
            await act(app, head(app, bureau), read_told, case.id)
    with pytest.raises(Stranger):
        await act(app, auditor(app), open_audit, AuditOrder(KD, "2026Q2", 0))


async def without_findings(app):
    """The letter ends the case."""
    case = await opened(app, 0, "2026Q2")
    await act(app, auditor(app), propose_letter, case.id, "未发现问题。", date(2026, 5, 8))
    done = await act(app, head(app), send_letter, case.id)
    assert (done.state, done.number) == ("closed", 2)
    told = await act(app, head(app, XP), audits_told)
    assert {one.period for one in told} == {Q1, "2026Q2"}


async def test_repeats_beyond_the_cap_and_the_share_of_random_visits_are_counted(app):
    await drawn(app, XP, {0: (0, 1)})
    before = await act(app, auditor(app), comparison, Q1)
    line = next(one for one in before.lines if one.code == XP)
    assert (line.visits, line.random, line.over_caps, line.changes) == (9, 0, 0, 0)
    await plant(app, XP, "random", site=3)
    line = next(one for one in (await act(app, auditor(app), comparison, Q1)).lines if one.code == XP)
    assert (line.visits, line.random) == (18, 9)
    rows = await act(app, auditor(app), figure_rows, XP, "over_caps", Q1)
    cap = cap_of(rows.rules)
    assert line.over_caps == (None if cap is None else 1)
    assert [one.code for one in rows.rows] == ([f"{XP}S0003"] if cap else [])
    shares = await act(app, auditor(app), figure_rows, XP, "random_share", Q1)
    assert len(shares.rows) == 9
