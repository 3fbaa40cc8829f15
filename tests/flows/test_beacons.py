"""Each kind of beacon and each suite, from preparation to a bundle that two verifiers call VALID."""

import json
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from policies.planning.freeze_errors import BeaconWeaker, CrewsNotByRule, WitnessMustCommit
from policies.rd1.beacon import rule_of
from policies.rd1.draw_errors import BeaconFalse, BeaconNotByRule
from policies.rd1.form_errors import BadField, MissingField, UnknownField
from policies.rd1.logs_trust import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify
from services.clock import CHINA
from services.demo.ceremony import freeze_seen
from services.drawing.draw_errors import BeaconTooEarly
from services.drawing.suite_errors import WrongSuite
from services.outside.folder import Device
from services.outside.secret import make_secret
from services.usecases.commit_secret import commit_secret
from services.usecases.enter_beacon import enter_beacon
from services.usecases.open_draw import open_draw, publish_bundle
from tenants.stores import draws, journal_pages, tasks
from tests.independent.checker import check

from . import ceremony as c

QUICKNET = json.loads((Path(__file__).parents[1] / "records/vectors/quicknet.json").read_text())["example"]
ROUND_AT = datetime(2023, 9, 15, 19, 0, 1, tzinfo=CHINA)
LOTTERIES = (("双色球", "2025150"), ("大乐透", "25150"), ("七乐彩", "2025150"))
NUMBERS = {"numbers": [[3, 9, 11, 17, 25, 30, 8], [1, 12, 20, 33, 35, 2, 7], [4, 6, 10, 13, 22, 29, 30, 17]]}
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"beacons_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def frozen(app, bureau, **order):
    await c.plan(app, bureau)
    prepared = await c.prepare(app, bureau)
    async with app.work(c.drawer(app, bureau)) as work:
        made = await freeze_seen(work, prepared.draw_no, **order)
    await c.escrow(app, bureau, prepared.draw_no)
    await c.cosign(app, str(c.PARENT[bureau]))
    return made


async def finished(app, bureau, evidence):
    """Run with the evidence, call every visit off, open, and let both verifiers judge the bundle."""
    await c.run_draw(app, c.drawer(app, bureau), 1, evidence, c.secret(app, bureau, 1))
    scope = await app.scope_of(c.drawer(app, bureau))
    async with app.database.unit(scope) as db:
        for task in await tasks.of_draw(db, scope, bureau, 1):
            await tasks.set_state(db, scope, 1, task.slot, "cancelled")
    async with app.work(c.drawer(app, bureau)) as work:
        await open_draw(work, 1)
    await c.cosign(app, str(c.PARENT[bureau]))
    files = await publish_bundle(app, c.drawer(app, bureau), 1)
    trust = files.trust.read_text()
    ours = verify(read_bundle(files.bundle.read_bytes()), parse_trust(trust))
    theirs = check(json.loads(files.bundle.read_bytes()), trust)
    assert ours.verdict == theirs["verdict"] == "VALID", ours.as_dict()
    return ours


async def test_lottery_issues_are_fixed_at_the_freeze_and_their_numbers_come_after(app):
    made = await frozen(app, "411721", beacon="lottery", sources=LOTTERIES)
    assert made.manifest["beacon"] == rule_of("lottery", made.manifest["beacon_at"], LOTTERIES)
    with pytest.raises(BeaconTooEarly):
        async with app.work(c.drawer(app, "411721")) as work:
            await enter_beacon(work, 1, NUMBERS)
    c.at_beacon(app)
    for wrong in ({"digits": "1" * 20}, {"numbers": NUMBERS["numbers"][:2]}, {"numbers": [[], [], []]}):
        with pytest.raises((BadField, MissingField, UnknownField)):
            async with app.work(c.drawer(app, "411721")) as work:
                await enter_beacon(work, 1, wrong)
    verdict = await finished(app, "411721", NUMBERS)
    assert "numbers" in verdict.as_dict()["assumes"]


@pytest.mark.parametrize("sources", [(), LOTTERIES[:2], (LOTTERIES[0],) * 3, (("双\n色", "1"), *LOTTERIES)])
def test_fewer_than_three_lotteries_or_impossible_names_are_refused(sources):
    with pytest.raises((BeaconNotByRule, BadField)):
        rule_of("lottery", "2025-12-30T10:00:00+08:00", sources)


def test_another_kind_or_lotteries_for_another_kind_are_refused():
    for kind, sources in (("dice", ()), ("drand", LOTTERIES), ("spoken", LOTTERIES)):
        with pytest.raises(BeaconNotByRule):
            rule_of(kind, "2025-12-30T10:00:00+08:00", sources)


async def test_a_bureau_may_choose_sm3_and_everything_hashes_by_it(app):
    await c.choose(app, "411721", "draw.suite", "sm3", date(2025, 12, 1))
    made = await frozen(app, "411721")
    assert (made.manifest["suite"], made.manifest["beacon"]["kind"]) == (2, "spoken")
    c.at_beacon(app)
    await finished(app, "411721", c.DIGITS)


async def test_a_device_that_hashed_by_another_suite_is_told_at_once(app):
    await c.choose(app, "411721", "draw.suite", "sm3", date(2025, 12, 1))
    await c.plan(app, "411721")
    made = await c.prepare(app, "411721")
    wrong = make_secret(
        Device(app.home.outside / "other"),
        bureau="411721",
        draw_no=made.draw_no,
        role="bureau",
        escrow_public=made.escrow_public,
    )
    with pytest.raises(WrongSuite):
        async with app.work(c.drawer(app, "411721")) as work:
            await commit_secret(work, 1, "bureau", wrong.c, wrong.escrow_copy, wrong.suite)


async def test_a_suite_chosen_after_the_number_does_not_touch_its_commitments(app):
    await c.plan(app, "411721")
    assert (await c.prepare(app, "411721")).suite == 1
    await c.choose(app, "411721", "draw.suite", "sm3", date(2025, 12, 1))
    assert (await c.freeze(app, "411721", 1)).manifest["suite"] == 1


async def test_a_drand_round_is_computed_at_the_freeze_and_its_signature_checked(app):
    """Early in quicknet's life, before the county's own text, since a signature cannot be made up."""
    app.clock._moment = datetime(2023, 9, 10, 9, 0, tzinfo=CHINA)
    await c.choose(app, "411721", "draw.window", {"rule": "last_working_days", "days": 15})
    await c.choose(app, "411721", "draw.beacon", "drand")
    await c.plan(app, "411721", 2023)
    app.clock.set(ROUND_AT - timedelta(hours=5))
    prepared = await c.prepare(app, "411721", period="2023Q4", beacon_at=ROUND_AT)
    made = await c.freeze(app, "411721", prepared.draw_no)
    assert made.manifest["beacon"]["round"] == QUICKNET["round"]
    await c.escrow(app, "411721", 1)
    await c.cosign(app, "411700")
    app.clock.set(ROUND_AT + timedelta(seconds=2))
    other = {"signature": QUICKNET["signature"].replace("b7", "b6", 1)}
    with pytest.raises(BeaconFalse):
        async with app.work(c.drawer(app, "411721")) as work:
            await enter_beacon(work, 1, other)
    verdict = await finished(app, "411721", {"signature": QUICKNET["signature"]})
    assert "numbers" not in verdict.as_dict()["assumes"] and verdict.late is False


async def test_digits_are_not_called_without_a_witness_who_committed(app):
    await c.plan(app, "411721")
    await c.prepare(app, "411721", witnessed=False)
    with pytest.raises(WitnessMustCommit) as caught:
        await c.freeze(app, "411721", 1)
    assert "secret make --role witness" in caught.value.line("zh")
    async with app.work(c.drawer(app, "411721")) as work:
        assert (await draws.get(work.db, work.scope, "411721", 1)).state == "prepared"
    assert (await c.freeze(app, "411721", 1, beacon="drand")).manifest["beacon"]["kind"] == "drand"


async def test_the_drawer_may_choose_a_stronger_beacon_than_the_rule_and_none_weaker(app):
    await c.choose(app, "411721", "draw.beacon", "lottery", date(2025, 12, 1))
    await c.plan(app, "411721")
    await c.prepare(app, "411721")
    with pytest.raises(BeaconWeaker) as caught:
        await c.freeze(app, "411721", 1, beacon="spoken")
    assert caught.value.basis == "试验用 一"
    with pytest.raises(CrewsNotByRule):
        await c.freeze(app, "411721", 1, beacon="drand", crews=2)
    await c.freeze(app, "411721", 1, beacon="drand")
    async with app.work(c.acting(app, "411721", "bureau_head")) as work:
        (row,) = await journal_pages.newest(work.db, work.scope, "411721", action="draw.freeze")
    assert (row.after["beacon"], row.after["beacon_rule"]) == ("drand", "lottery")
    assert row.after["chosen"] == {"beacon": "drand", "crews": None} and row.after["crews"] == 0
