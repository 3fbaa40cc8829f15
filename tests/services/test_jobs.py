"""Jobs: orders with a bureau and ids only, leased and tried again; the clock's once a stamp, one runner."""

import asyncio
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest

from services.clock import SimulatedClock
from services.jobs import handlers, worker
from services.jobs.backoff import FIRST, LONGEST, MOST_TRIES, given_up, retry_at
from services.jobs.catalogue import OF_BUREAU, OF_DEPLOYMENT, by_day
from services.jobs.checking import JOB, check_journal
from services.jobs.clockwork import ClockJob, run_if_due
from services.jobs.deliver import LEASE, deliver
from services.jobs.errors import BadPayload, NoBureau, UnknownKind
from services.jobs.kinds import KINDS, check_order
from services.jobs.orders import enqueue, order, system_of
from services.jobs.status import job_board
from services.jobs.worker import beside, run_round, worker_of
from services.settings import BadSetting, Settings
from services.usecases.import_files import given_path
from tenants.scope import Scope
from tenants.stores import idempotency, job_runs, outbox
from tests.flows import ceremony as c

_numbers = count(1)
XP, KDL = "411721", "150203"
SCOPE = Scope.own(XP, "system")
CHANGED = {"draw_no": 1, "slot": 4, "kind": "cancel"}


@pytest.fixture(scope="module")
async def deployment(pg_server, new_home):
    name = f"jobs_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture
async def app(deployment):
    """The deployment with a wall clock of the test's own; nothing open on any outbox."""
    async with deployment.database.unit(SCOPE) as db:
        now = datetime(2100, 1, 1, tzinfo=UTC)
        for item in await outbox.lease(db, SCOPE, now, now, 1000):
            await outbox.done(db, SCOPE, item.id, now)
        await outbox.clear(db, SCOPE, now + timedelta(days=1))
    wall = SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC))
    return replace(deployment, wall=wall)


@pytest.fixture
def consumer(monkeypatch):
    """A consumer of visit.changed that fails as often as it is told to."""
    seen: list = []

    class Consumer:
        fails, told = 0, False

    async def run(app, item):
        seen.append(item.payload)
        if Consumer.fails:
            Consumer.fails -= 1
            raise RuntimeError("某企业 is not reachable")

    async def told(app, item):
        return Consumer.told

    table = {**handlers.HANDLERS, "visit.changed": handlers.Handler(run, told)}
    monkeypatch.setattr("services.jobs.deliver.HANDLERS", table)
    Consumer.seen = seen
    return Consumer


async def open_orders(app):
    async with app.database.unit(SCOPE) as db:
        return {one.topic: one for one in await outbox.counts(db, SCOPE, XP)}


class TestOrders:
    @pytest.mark.parametrize("bureau", ["", "_", "41172", "999999", "411721 ", "*"])
    async def test_a_job_without_a_known_bureau_is_refused(self, app, bureau):
        with pytest.raises(NoBureau) as caught:
            await enqueue(app, bureau, "journal.verify", {})
        assert "单位" in caught.value.line("zh")
        with pytest.raises(NoBureau):
            await deliver(app, bureau)
        assert await open_orders(app) == {}

    async def test_nobodys_unit_orders_nothing(self, app):
        async with app.work(system_of(XP)) as work:
            with pytest.raises(NoBureau):
                await order(replace(work, scope=Scope.for_system()), "journal.verify", {})

    @pytest.mark.parametrize(
        ("kind", "payload", "error"),
        [
            ("visit.changed", CHANGED | {"name": "某企业"}, BadPayload),
            ("visit.changed", CHANGED | {"slot": "某企业"}, BadPayload),
            ("visit.changed", CHANGED | {"slot": True}, BadPayload),
            ("visit.changed", CHANGED | {"slot": -1}, BadPayload),
            ("visit.changed", CHANGED | {"kind": "某企业"}, BadPayload),
            ("visit.changed", CHANGED | {"kind": ["cancel"]}, BadPayload),
            ("visit.changed", {"draw_no": 1, "slot": 1}, BadPayload),
            ("visit.partner_changed", CHANGED | {"by": "４１１７２１"}, BadPayload),
            ("journal.verify", {"n": 1}, BadPayload),
            ("journal.forget", {}, UnknownKind),
        ],
    )
    async def test_a_payload_carries_ids_alone(self, app, kind, payload, error):
        with pytest.raises(error) as caught:
            await enqueue(app, XP, kind, payload)
        assert "某企业" not in caught.value.line("zh")
        assert await open_orders(app) == {}

    def test_every_kind_takes_a_right_payload(self):
        given = {"journal.verify": {}, "import.check": {"check": str(uuid4())},
                 "import.take": {"check": str(uuid4())}, "visit.changed": CHANGED | {"new_slot": 9},
                 "visit.partner_changed": CHANGED | {"by": KDL}, "notify.send": {"message": str(uuid4())},
                 "notify.tell": {"event": "draw.today", "day": "2026-01-05", "time": "09:00", "daily": 1,
                                 "act": "plan.approve", "by": "0" * 16},
                 "exchange.send": {"upload": str(uuid4())}, "hook.send": {"delivery": str(uuid4())},
                 "notify.pass": {"to": KDL, "event": "filing.received"}}  # fmt: skip
        assert set(given) == set(KINDS)
        for kind, payload in given.items():
            assert check_order(kind, payload).name == kind

    async def test_the_same_order_stands_once(self, app):
        assert await enqueue(app, XP, JOB, {}, dedup=JOB) is not None
        assert await enqueue(app, XP, JOB, {}, dedup=JOB) is None
        assert (await open_orders(app))[JOB].open == 1
        assert (await deliver(app, XP))["done"] == 1
        assert await enqueue(app, XP, JOB, {}, dedup=JOB) is not None

    async def test_orders_of_versions_before_are_settled(self, app):
        await enqueue(app, XP, "visit.changed", CHANGED)
        await enqueue(app, XP, "visit.partner_changed", CHANGED | {"by": KDL})
        assert await deliver(app, XP) == {"done": 2, "failed": 0, "stuck": 0}
        assert await open_orders(app) == {}

    async def test_what_has_no_consumer_stays_untried(self, app, monkeypatch):
        for module in ("deliver", "status"):
            monkeypatch.setattr(f"services.jobs.{module}.HANDLERS", {JOB: handlers.HANDLERS[JOB]})
        await enqueue(app, XP, "visit.changed", CHANGED)
        assert await deliver(app, XP) == {"done": 0, "failed": 0, "stuck": 0}
        assert (await open_orders(app))["visit.changed"].open == 1
        async with app.work(system_of(XP), read_only=True) as work:
            (line,) = (await job_board(work)).orders
        assert (line.consumed, line.count.failed) == (False, 0)

    async def test_a_failure_is_put_off_longer_each_time_and_given_up(self, app, consumer):
        await enqueue(app, XP, "visit.changed", CHANGED)
        consumer.fails = 99
        for n in range(1, MOST_TRIES + 1):
            assert (await deliver(app, XP))["failed" if n < MOST_TRIES else "stuck"] == 1
            assert sum((await deliver(app, XP)).values()) == 0  # not before its time
            app.wall.advance(min(FIRST * 4**n, LONGEST))  # the longest it may wait
        assert len(consumer.seen) == MOST_TRIES
        assert (await open_orders(app))["visit.changed"].stuck == 1
        app.wall.advance(timedelta(days=9))
        assert sum((await deliver(app, XP)).values()) == 0
        async with app.database.unit(SCOPE) as db:
            assert await outbox.free(db, SCOPE) == 1
        consumer.fails = 0
        assert (await deliver(app, XP))["done"] == 1 and await open_orders(app) == {}

    async def test_the_error_kept_names_its_kind_and_no_value(self, app, consumer, caplog):
        await enqueue(app, XP, "visit.changed", CHANGED)
        consumer.fails = 1
        await deliver(app, XP)
        async with app.database.unit(SCOPE) as db:
            (item,) = await outbox.lease(db, SCOPE, app.wall.now() + timedelta(days=1), app.wall.now())
        assert item.last_error == "RuntimeError" and "某企业" not in caplog.text
        assert '"bureau": "411721"' in caplog.text and "order.failed" in caplog.text

    async def test_a_try_cut_off_is_asked_about_before_it_is_repeated(self, app, consumer):
        await enqueue(app, XP, "visit.changed", CHANGED)
        now = app.wall.now()
        async with app.database.unit(SCOPE) as db:  # a worker that dies after its lease
            await outbox.lease(db, SCOPE, now, now + LEASE)
        assert sum((await deliver(app, XP)).values()) == 0
        app.wall.advance(LEASE + timedelta(seconds=1))
        consumer.told = True
        assert (await deliver(app, XP))["done"] == 1 and consumer.seen == []

    async def test_two_workers_never_carry_out_the_same_order(self, app, consumer):
        for n in range(12):
            await enqueue(app, XP, "visit.changed", CHANGED | {"slot": n})
        found = await asyncio.gather(*(deliver(app, XP, 5) for _ in range(4)))
        while (more := await deliver(app, XP))["done"]:
            found.append(more)
        assert sorted(p["slot"] for p in consumer.seen) == list(range(12))
        assert sum(one["done"] for one in found) == 12

    async def test_a_forged_row_is_never_run(self, app, consumer):
        async with app.database.unit(SCOPE) as db:
            await outbox.add(db, SCOPE, "visit.changed", {"name": "某企业"}, app.clock.now())
        assert (await deliver(app, XP))["stuck"] == 1 and consumer.seen == []


def test_backoff_grows_and_ends():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    waits = [retry_at(now, n, "order 1") - now for n in range(1, 7)]
    assert FIRST / 2 <= waits[0] <= FIRST and waits == sorted(waits)
    assert all(LONGEST / 2 <= retry_at(now, n, "order 1") - now <= LONGEST for n in range(8, 40))
    assert retry_at(now, 3, "order 1") == retry_at(now, 3, "order 1"), "whichever worker reckons"
    assert [given_up(n) for n in (1, MOST_TRIES - 1, MOST_TRIES)] == [False, False, True]


def test_what_failed_together_does_not_come_back_together():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    for tries in (1, 4, 9):
        step = min(FIRST * 4 ** (tries - 1), LONGEST)
        again = [(retry_at(now, tries, str(uuid4())) - now) / step for _ in range(1000)]
        counts = [sum(0.5 + n / 20 <= one < 0.55 + n / 20 for one in again) for n in range(10)]
        assert sum(counts) == 1000 and min(counts) >= 50 and max(counts) <= 160, counts


def job(run, name="test.job", stamp=by_day):
    return ClockJob(name, "试验", "test", stamp, run)


class TestClock:
    async def test_once_a_stamp_and_again_after_a_failure_when_its_time_has_come(self, app):
        runs, name = [], f"job-{uuid4().hex[:8]}"

        async def run(app, bureau):
            runs.append(bureau)
            if len(runs) == 2:
                raise RuntimeError
            return {"n": len(runs)}

        one = job(run, name)
        assert [await run_if_due(app, one, XP) for _ in range(3)] == ["done", "rests", "rests"]
        app.clock.advance(timedelta(days=1))
        assert [await run_if_due(app, one, XP) for _ in range(2)] == ["failed", "rests"]
        async with app.database.unit(SCOPE) as db:
            kept = await job_runs.last(db, SCOPE, name)
        assert (kept.error, kept.tries, kept.result) == ("RuntimeError", 1, {"n": 1})
        app.wall.advance(FIRST)
        assert [await run_if_due(app, one, XP) for _ in range(2)] == ["done", "rests"]
        assert runs == [XP] * 3
        assert await run_if_due(app, one, KDL) == "done"  # every bureau has runs of its own
        assert await run_if_due(app, one, XP, force=True) == "done"

    async def test_a_killed_run_is_done_again(self, app):
        name = f"job-{uuid4().hex[:8]}"

        async def dies(app, bureau):
            raise asyncio.CancelledError

        async def runs(app, bureau):
            return {}

        with pytest.raises(asyncio.CancelledError):
            await run_if_due(app, job(dies, name), XP)
        assert await run_if_due(app, job(runs, name), XP) == "done"

    async def test_one_runner_at_a_time(self, app):
        inside, most = 0, 0
        name = f"job-{uuid4().hex[:8]}"

        async def run(app, bureau):
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.2)
            inside -= 1
            return {}

        for bureau in (XP, ""):
            found = await asyncio.gather(*(run_if_due(app, job(run, name), bureau) for _ in range(4)))
            assert sorted(found)[-1] in ("done", "rests") and found.count("done") == 1 and most == 1

    async def test_a_round_does_everything_once_and_a_broken_job_stops_no_other(self, app, monkeypatch):
        async def breaks(app, bureau):
            raise ValueError

        jobs = (job(breaks, "test.broken"), *OF_BUREAU)
        monkeypatch.setattr(worker, "OF_BUREAU", jobs)
        app.clock.advance(timedelta(days=1))
        app.wall.advance(timedelta(minutes=20))
        first = await run_round(app)
        bureaus = len(c.BUREAUS)
        assert first.jobs["failed"] == bureaus and not first.unreached
        assert first.jobs["done"] == bureaus * len(OF_BUREAU) + len(OF_DEPLOYMENT)
        second = await run_round(app)
        assert second.jobs == {} and second.orders == {}
        async with app.work(system_of(XP), read_only=True) as work:
            board = await job_board(work)
        assert {line.state for line in (*board.jobs, *board.deployment)} == {"done"}

    async def test_a_bureau_out_of_reach_keeps_no_other_from_its_work(self, app, monkeypatch):
        real = worker.deliver

        async def deliver_but(app, bureau):
            if bureau == KDL:
                raise OSError
            return await real(app, bureau)

        monkeypatch.setattr(worker, "deliver", deliver_but)
        app.clock.advance(timedelta(days=1))
        done = await run_round(app)
        assert done.unreached == [KDL] and done.jobs["done"] >= len(OF_BUREAU) * (len(c.BUREAUS) - 1)

    async def test_a_journal_that_does_not_fit_is_an_alarm_and_kept(self, app, monkeypatch, caplog):
        from tenants.errors import BrokenChain

        async def broken(work, bureau, archives=(), step=None):
            await step(25_000)
            raise BrokenChain(f"{bureau}/7", n=7)

        monkeypatch.setattr("services.jobs.checking.verify_journal", broken)
        assert await check_journal(app, XP) == {"ok": False, "problem": "BrokenChain", "n": 7}
        assert "journal.misfit" in caplog.text
        async with app.work(system_of(XP), read_only=True) as work:
            line = next(one for one in (await job_board(work)).jobs if one.name == JOB)
        assert line.state == "alarm" and line.run.progress is None

    async def test_beside_the_site_it_works_and_ends_with_it(self, app, monkeypatch):
        rounds = asyncio.Event()

        async def told(app):
            rounds.set()

        monkeypatch.setattr(worker, "run_round", told)
        async with beside(app):
            await asyncio.wait_for(rounds.wait(), 10)
        assert worker_of(replace(app.settings, worker=False)) is None


class TestTidy:
    async def test_what_is_too_old_goes_and_the_rest_stays_bureau_by_bureau(self, app):
        tidy = next(one for one in OF_BUREAU if one.name == "tidy")
        now, name = app.clock.now(), uuid4().hex
        for bureau in (XP, KDL):
            scope = Scope.own(bureau, "x")
            async with app.database.unit(scope) as db:
                for age in (1, 47, 49):
                    made = now - timedelta(hours=age)
                    await idempotency.keep(db, scope, "x", f"{name}-{age}", "0" * 64, made)
        app.home.make()
        old, new = (app.home.of_bureau(XP, "uploads", f"sites-{n}-refused.xlsx") for n in ("old", "new"))
        other = app.home.of_bureau(KDL, "uploads", "sites-old-refused.xlsx")
        for file in (old, new, other):
            file.write_bytes(b"x")
        month = (app.wall.now() - timedelta(days=31)).timestamp()
        os.utime(new, (app.wall.now().timestamp(),) * 2)
        for file in (old, other):
            os.utime(file, (month, month))
        given, week = given_path(app.home, XP, uuid4()), (app.wall.now() - timedelta(days=9)).timestamp()
        given.write_bytes(b"x")
        late = app.home.of_bureau(XP, "uploads", "sites-week-refused.xlsx")
        late.write_bytes(b"x")
        for file in (given, late):  # a roster as handed in names persons: it goes sooner
            os.utime(file, (week, week))
        assert await tidy.run(app, XP) == {"requests": 1, "orders": 0, "files": 2}
        assert (old.exists(), new.exists(), other.exists()) == (False, True, True)
        assert (given.exists(), late.exists()) == (False, True)
        scope = Scope.own(KDL, "x")
        async with app.database.unit(scope) as db:
            assert await idempotency.find(db, scope, "x", f"{name}-49") is not None


@pytest.mark.parametrize("value", ["189", "0", "-1", "x", "１９０", "36501", "1e3"])
def test_a_keeping_period_below_the_floor_is_refused(value):
    with pytest.raises(BadSetting, match="JOURNAL_KEEP_DAYS"):
        Settings.from_env({"JOURNAL_KEEP_DAYS": value})


def test_three_years_unless_the_operator_decides():
    assert Settings.from_env({}).journal_keep_days == 1096
    assert Settings.from_env({"JOURNAL_KEEP_DAYS": "190"}).journal_keep_days == 190
    assert Settings.from_env({}).worker and not Settings.from_env({"WORKER": "off"}).worker
