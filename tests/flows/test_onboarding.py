"""A third county: opened by its city, its published text entered by itself; the plan it gives is right."""

from datetime import date
from itertools import count

import pytest

from policies.access_errors import StepUpNeeded, Stranger
from policies.errors import Forbidden
from policies.rulebook.law_errors import BadQuote, MissingBasis
from policies.rulebook.onboarding import ready
from policies.rulebook.rule_errors import BelowOwnText
from policies.terms import Mark
from services.ruling.onboarding_errors import BadBureau, BureauTaken
from services.ruling.ruleset import rules_for
from services.usecases.make_plan import approve_plan, make_plan
from services.usecases.onboard_bureau import NewBureau, Person, bureau_checklist, open_bureau
from services.usecases.state_rules import approve_stated, state_rules
from tenants import journal
from tenants.errors import SameHand
from tenants.rows import RuleChoice
from tenants.scope import Scope
from tenants.stores import choices, members, officers, sites

from . import ceremony as c

_numbers = count(1)
NEW, CITY = "411799", "411700"
ORDER = NewBureau(NEW, "示例县分局（演示）", Person("p-admin", "甲"), Person("p-head", "乙"))
# The shape of a published rule set: key 25 % a quarter, general 1:5, special 15 %. The sentences are made up.
TEXT = """source:
  text: 示环〔2025〕1号（演示）
  clause: 五
  effective: 2025-01-01
  mark: stated
  checked_on: 2025-12-10
rate.key:
  - value: {base: share, value: 25%, per: quarter}
    quote: 每季度抽查重点排污单位不少于25%
rate.general:
  - value: {base: staff, times: 5, per: year}
    quote: 执法人员与一般排污单位按1:5抽查
rate.special:
  - value: {base: share, value: 15%, per: quarter}
    quote: 特殊监管对象每季度抽查15%
plan.deadline:
  - value: 12-20
    quote: 每年12月20日前制定下一年度计划
"""


@pytest.fixture
async def app(pg_server, new_home):
    name = f"onboarding_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def someone(app, *roles, bureau=NEW, post=""):
    return c.acting(app, bureau, *roles, post=post)


async def opened(app, order=ORDER, by=CITY):
    async with app.work(c.acting(app, by, "bureau_admin")) as work:
        return await open_bureau(work, order)


async def stated(app, text=TEXT):
    async with app.work(someone(app, "bureau_admin")) as work:
        return await state_rules(work, text)


async def approved(app):
    async with app.work(someone(app, "bureau_head")) as work:
        return await approve_stated(work)


async def furnish(app, people=8):
    scope = Scope.own(NEW, "keeper")
    async with app.database.unit(scope) as db:
        how = {"at": app.clock.now(), "by": "keeper", "reason": "test"}
        await sites.upsert(db, scope, [c.site(NEW, n) for n in range(60)], **how)
        await officers.upsert(db, scope, [c.officer(NEW, n) for n in range(people)], **how)


async def points(app, who):
    async with app.work(who) as work:  # a superior's read is told below
        found = await bureau_checklist(work, NEW, 2026)
    return {point.id: point.done for point in found}, found


async def test_a_third_county_from_its_text_to_its_plan(app):
    made = await opened(app)
    assert (made.entry.path, made.entry.parent) == (("410000", CITY, NEW), CITY)
    assert {"labels", "filing.plan", "filing.list"} <= set(made.proposed)
    done, _ = await points(app, c.acting(app, CITY, "bureau_admin"))
    assert not any(done[name] for name in ("text", "approved", "duties", "sites", "officers", "plan"))
    assert done["witness"] and done["calendar"]
    kept = await stated(app)
    assert (len(kept.rows), kept.unchanged) == (4, ())
    assert len(await approved(app)) == 7
    await furnish(app)
    async with app.work(someone(app, "registry_keeper")) as work:
        row = await make_plan(work, 2026)
    numbers = {}
    for line in row.body["lines"]:
        numbers.setdefault(line["stratum"], []).append(line["number"])
    # 11 key and 1 key among 5 special; 8 on post; a special site is never drawn more seldom than a key one
    assert numbers == {"special": [2, 2, 2, 2], "key": [3, 3, 3, 3], "general": [10, 10, 10, 10]}
    (warning,) = [w for w in row.body["warnings"] if w["code"] == "below_parent_floor"]
    assert [b["text"] for b in warning["basis"]] == ["环办〔2015〕88号", "示环〔2025〕1号（演示）"]
    async with app.work(someone(app, "bureau_head")) as work:
        await approve_plan(work, 2026)
    async with app.work(someone(app, "bureau_admin"), read_only=True) as work:
        rules = await rules_for(work, NEW)
        assert rules.value("rate.key").basis.mark is Mark.STATED
        assert rules.value("rate.key").basis.sentence == "每季度抽查重点排污单位不少于25%"
        assert rules.text("plan.deadline") == "12-20"
        assert rules.pairs("labels")["bureau"] == ORDER.name
        assert rules.pairs("filing.plan") == {CITY: "驻马店市生态环境局"}
    done, _ = await points(app, someone(app, "bureau_head"))
    assert all(done[name] for name in ("text", "rates", "approved", "sites", "key_list", "officers", "plan"))


async def test_its_own_text_binds_its_choices_and_a_new_text_replaces_it(app):
    await opened(app)
    await stated(app)
    await approved(app)
    choice = TEXT.split("rate.key")[0].replace("stated", "default").replace("2025-01-01", "2025-12-01")
    lower = choice + "plan.deadline:\n  - value: 12-25\n"
    with pytest.raises(BelowOwnText) as caught:
        await stated(app, lower)
    assert "示环" in (caught.value.basis or "")
    newer = TEXT.replace("2025-01-01", "2025-12-05").replace("25%", "1/5").replace("12-20", "12-28")
    await stated(app, newer.replace("1号", "9号"))
    await approved(app)
    async with app.work(someone(app, "bureau_admin"), read_only=True) as work:
        rules = await rules_for(work, NEW)
    assert rules.text("plan.deadline") == "12-28"
    assert "below_parent_floor" in [w.code for w in rules.warnings]


async def test_its_whole_draw_runs_without_a_restart(app):
    await opened(app)
    await stated(app)
    await approved(app)
    await furnish(app, 12)
    c.PARENT[NEW] = CITY  # the helpers' own table
    await c.plan(app, NEW)
    prepared = await c.prepare(app, NEW)
    frozen = await c.freeze(app, NEW, prepared.draw_no)
    assert {s["id"]: s["take"] for s in frozen.manifest["strata"]} == {
        "special": 2, "key": 3, "general": 11
    }  # fmt: skip


async def test_the_citys_choices_come_as_proposals(app):
    scope = Scope.own(CITY, "a")
    basis = {"text": "市局决定", "clause": "一", "mark": "default", "checked_on": "2025-12-01"}
    factors = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "演示")
    async with app.database.unit(scope) as db:
        for key, value in (
            ("cap.visits", 3),
            ("rate.key", {"base": "share", "value": "1/10", "per": "quarter"}),
            ("overlay.handling", "avoid"),
        ):
            given = factors if key == "rate.key" else {}
            row = RuleChoice(CITY, key, date(2025, 12, 1), value, basis, given, "a", "b", app.clock.now())
            await choices.put(db, scope, row)
    assert set((await opened(app)).proposed) == {"cap.visits", "labels", "filing.plan", "filing.list"}
    async with app.work(someone(app, "bureau_admin"), read_only=True) as work:
        assert (await rules_for(work, NEW)).integer("cap.visits") == 2
    await approved(app)
    async with app.work(someone(app, "bureau_admin"), read_only=True) as work:
        assert (await rules_for(work, NEW)).integer("cap.visits") == 3


async def test_people_and_journals(app):
    await opened(app)
    async with app.database.unit(Scope.login("p-head"), read_only=True) as db:
        (held,) = await members.of_subject(db, "p-head", date(2025, 12, 15))
    assert (held.bureau, held.role) == (NEW, "bureau_head")
    for code in (CITY, NEW):
        scope = Scope.own(code, "x")
        async with app.database.unit(scope, read_only=True) as db:
            assert [e.action for e in await journal.entries(db, scope, code)][-1] == "bureau.open"
            await journal.verify_chain(db, scope, code)


@pytest.mark.parametrize(
    "order",
    [
        NewBureau("150299", "别处", ORDER.admin, ORDER.head),
        NewBureau("41179", "短码", ORDER.admin, ORDER.head),
        NewBureau(CITY, "自己", ORDER.admin, ORDER.head),
        NewBureau(NEW, " ", ORDER.admin, ORDER.head),
        NewBureau(NEW, "同一人", ORDER.admin, ORDER.admin),
        NewBureau(NEW, "级别", ORDER.admin, ORDER.head, level="city"),
    ],
)
async def test_orders_refused(app, order):
    with pytest.raises(BadBureau):
        await opened(app, order)


async def test_who_may(app):
    with pytest.raises(BadBureau):
        await opened(app, by="411721")
    async with app.work(c.acting(app, CITY, "drawer")) as work:
        with pytest.raises(Forbidden):
            await open_bureau(work, ORDER)
    weak = c.acting(app, CITY, "bureau_admin")
    async with app.work(type(weak)(**{**_fields(weak), "acr": 1})) as work:
        with pytest.raises(StepUpNeeded):
            await open_bureau(work, ORDER)
    await opened(app)
    with pytest.raises(BureauTaken):
        await opened(app)
    async with app.work(c.acting(app, "150200", "bureau_admin")) as work:
        with pytest.raises(Stranger):
            await bureau_checklist(work, NEW)


async def test_the_proposer_does_not_approve(app):
    await opened(app)
    await stated(app)
    async with app.work(someone(app, "bureau_head", post="bureau_admin")) as work:
        with pytest.raises(SameHand):
            await approve_stated(work)


async def test_faults_of_the_text_are_told_with_their_line(app):
    await opened(app)
    with pytest.raises(BadQuote):
        await stated(app, TEXT.replace("mark: stated", "mark: quoted"))
    with pytest.raises(BadQuote):
        await stated(app, TEXT.replace("    quote: 每季度抽查重点排污单位不少于25%\n", ""))
    with pytest.raises(MissingBasis) as caught:
        await stated(app, TEXT.replace("  clause: 五\n", ""))
    assert caught.value.where is not None and caught.value.where.line == 7
    _, found = await points(app, c.acting(app, CITY, "bureau_admin"))
    assert not ready(found)


def _fields(principal):
    return {name: getattr(principal, name) for name in type(principal).__dataclass_fields__}
