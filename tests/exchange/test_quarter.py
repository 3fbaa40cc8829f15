"""A whole quarter with every system at once, each failing three times in ten, days and nights by the clock.

Out: four kinds of results, one by a folder. In: two rosters, lists of drawn sites. Nothing is lost, nothing
is handed over twice that was accepted, every planted drift is found by the night after, and only that.
CI: three days. PROVE=1: ninety.
"""

import asyncio
import os
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

from services.clock import SimulatedClock
from services.connectors.profiles import incoming, profiles
from services.exchange.carrying import key_of
from services.exchange.comparing import ask_again, compare_all
from services.jobs.deliver import deliver
from services.jobs.fetching import fetch_all
from services.notify.reach import Reach, Target
from services.usecases.decide_inbound import drop_inbound, inbound_of
from services.usecases.exchange_files import send_again
from services.usecases.inbound_files import bytes_of
from services.work import App
from tenants.stores import connections, deliveries, inbound, uploads
from tests.flows import ceremony as c
from tests.flows.platform import PICKS, certificate, code

from .conftest import LOOPBACK, XP, Standing, connect, made, platform, reaching, sender
from .rosters import sent, site_rows

FULL = "PROVE" in os.environ
DAYS, A_DAY = (90, 3) if FULL else (3, 1)
FOLDER = "market-results"
DRIFT = ("missing", "digest", "count", "receipt", "doubled")
OUT = [id for id in profiles() if id not in incoming()]


@dataclass
class Quarter:
    """What is known beside the product of what happened.

    Attributes:
        made: system → key → made file. given: system → key → bytes as first offered.
        planted: system → key → drift.
    """

    app: App
    there: dict[str, Standing]
    rows: list[dict[str, str]]
    dice: Random = field(default_factory=lambda: Random(8))
    made: dict[str, dict[str, Any]] = field(default_factory=lambda: {id: {} for id in OUT})
    given: dict[str, dict[str, bytes]] = field(default_factory=lambda: {id: {} for id in incoming()})
    planted: dict[str, dict[str, str]] = field(default_factory=lambda: {id: {} for id in OUT})

    async def day(self, n: int) -> None:
        """Files are made, the worker goes round, drift comes up; at night both sides are asked."""
        for id in OUT:
            for i in range(A_DAY):
                bad = self.dice.random() < 0.02
                data = b"REFUSE %d %d" % (n, i) if bad else None
                file = await made(self.app, n * 10 + i, profile=id, data=data)
                self.made[id][key_of(file)] = file
        for id in incoming():
            await self._offer(id, n)
        for _ in range(3):
            while any((await deliver(self.app, XP, 50)).values()):
                pass
            await asyncio.sleep(0.1)  # the folder is looked into
            self.later(8)
            await ask_again(self.app, XP)
        await self._once_more()
        if n % 2:
            await self._plant()
        await fetch_all(self.app, XP)
        await compare_all(self.app, XP)

    def later(self, hours: int) -> None:
        """Both clocks go on: waits are by the machine's, what is kept bears the product's."""
        for clock in (self.app.wall, self.app.clock):
            assert isinstance(clock, SimulatedClock)
            clock.advance(timedelta(hours=hours))

    async def settle(self) -> None:
        """The rest of it, still with every fault."""
        for _ in range(40):
            while any((await deliver(self.app, XP, 50)).values()):
                pass
            await asyncio.sleep(0.1)
            self.later(7)
            await self._once_more()
            await ask_again(self.app, XP)
            found = await self.states()
            if not {"waiting", "sent", "dead"} & {*found.values()}:
                return

    async def states(self) -> dict[str, str]:
        async with self.app.work(sender(self.app), read_only=True) as work:
            found = await deliveries.recent(work.db, work.scope, XP, 100_000)
        return {f"{XP}-{one.upload_id}": one.state for one in found}

    async def _once_more(self) -> None:
        """A person lets go once more what was given up."""
        for key, state in (await self.states()).items():
            if state == "dead":
                file = next(files[key] for files in self.made.values() if key in files)
                async with self.app.work(sender(self.app)) as work:
                    await send_again(work, file.id)

    async def _offer(self, id: str, n: int) -> None:
        key = f"{id[:3].upper()}-{n:04}"
        if incoming()[id].takes == "draw":
            team = "、".join(certificate(one) for one in PICKS[0])
            rows = [{"code": code(n % 30), "name": "甲", "officers": team, "batch": key}]
        else:
            rows = [one | {"code": f"DJ{XP}{n:03}{i:03}"} for i, one in enumerate(self.rows)]
        without = ("code",) if self.dice.random() < 0.1 else ()
        data = sent(rows, "csv", id, without)
        await self.there[id].offer(**{key: data})
        self.given[id][key] = data
        if n > 2 and self.dice.random() < 0.1:  # an older one is changed behind its number, perhaps too late
            older = self.dice.choice([*self.given[id]][:-1])
            if older in await self.kept(id):
                await self.there[id].offer(**{older: data + b"\r\n"})

    async def kept(self, id: str) -> dict[str, str]:
        async with self.app.work(sender(self.app), read_only=True) as work:
            return await inbound.marks(work.db, work.scope, id)

    async def _plant(self) -> None:
        known = await self.states()
        for id in OUT:
            free = [k for k in self.made[id] if known[k] == "received" and k not in self.planted[id]]
            if free and id != FOLDER:
                one = {self.dice.choice(free): self.dice.choice(DRIFT)}
                await self.there[id].control(drift=one)
                self.planted[id] |= one


async def test_nothing_is_lost_and_every_drift_is_found(deployment, tmp_path) -> None:
    async with AsyncExitStack() as stack:
        there = {}
        place = tmp_path / "shared" / XP / "market"
        place.mkdir(parents=True)
        for n, id in enumerate(profiles()):
            more = ("--folder", str(place)) if id == FOLDER else ("--token", "geheim")
            running = platform(tmp_path, "--faults", "0.3", "--seed", str(n + 3), *more)
            there[id] = await stack.enter_async_context(running)
        quarter = Quarter(_reaching(deployment, there), there, site_rows(tmp_path, 2))
        linked = {}
        for id, one in there.items():
            how = {"target": "market"} if id == FOLDER else {"target": one.url, "token": "geheim"}
            format = {"format": "csv"} if id in incoming() else {}
            mode = "folder" if id == FOLDER else "http"
            linked[id] = await connect(quarter.app, id, mode, **how, **format)
        for n in range(1, DAYS + 1):
            await quarter.day(n)
        await quarter.settle()
        await _nights(quarter)
        for id in OUT:
            await _arrived(quarter, id)
            await _found(quarter, id, linked[id])
        for id in incoming():
            await _came(quarter, id)


def _reaching(deployment: App, there: dict[str, Standing]) -> App:
    app = reaching(deployment, next(iter(there.values())))
    targets = tuple(Target("localhost", one.port, True) for one in there.values())
    settings = replace(app.settings, notify_reach=Reach(targets, LOOPBACK))
    return replace(app, settings=settings, clock=SimulatedClock(app.clock.now()))


async def _nights(quarter: Quarter) -> None:
    """Nights until each side has answered once after the last day."""
    for _ in range(12 if FULL else 6):
        await fetch_all(quarter.app, XP)
        await compare_all(quarter.app, XP)
        quarter.later(24)


async def _arrived(quarter: Quarter, id: str) -> None:
    """What is held there is what was made here, once, byte for byte."""
    truth, files, states = await quarter.there[id].control(), quarter.made[id], await quarter.states()
    refused = {key for key in files if states[key] == "refused"}
    assert {states[key] for key in files} <= {"received", "refused"}
    held = {key for key, rows in truth["held"].items() if not rows[0]["refused"]}
    assert held == files.keys() - refused, "nothing lost, nothing of others"
    assert max(Counter(key for key in truth["given"] if key in held).values()) == 1
    async with quarter.app.work(sender(quarter.app), read_only=True) as work:
        for key, file in files.items():
            data = await uploads.file_of(work.db, work.scope, XP, file.id)
            assert (b"REFUSE" in data) == (key in refused)
            if key in held:
                row = await uploads.get(work.db, work.scope, XP, file.id)
                (there,) = truth["held"][key]
                assert (row.receipt, sha256(data).hexdigest()) == (there["receipt"], there["sha256"])


async def _found(quarter: Quarter, id: str, connection: Any) -> None:
    """The last comparison names every planted drift and nothing else; none before named anything else."""
    async with quarter.app.work(sender(quarter.app), read_only=True) as work:
        every = await deliveries.comparisons(work.db, work.scope, XP, 100_000)
    mine = [one for one in every if one.connection_id == connection.id]
    planted = quarter.planted[id]
    assert {one["key"]: one["what"] for one in mine[0].found} == planted
    assert len(mine[0].found) == len(planted)
    for night in mine:
        assert {(one["key"], one["what"]) for one in night.found} <= {*planted.items()}


async def _came(quarter: Quarter, id: str) -> None:
    """Every batch came in once, as it was first offered, and the other side was told one number for it."""
    truth, app = await quarter.there[id].control(), quarter.app
    keeper = c.acting(app, XP, "registry_keeper")
    assert (await quarter.kept(id)).keys() == quarter.given[id].keys()
    async with app.work(keeper) as work:
        (connection,) = await connections.of_profile(work.db, work.scope, id)
        rows = [
            one
            for one in await inbound.recent(work.db, work.scope, XP, 100_000)
            if one.connection_id == connection.id
        ]
        checks = (await inbound_of(work)).checks
        for row in rows:
            data = quarter.given[id][row.key]
            assert await bytes_of(work, row) == data
            assert {*truth["acks"][row.key]} == {str(row.id)} and row.acknowledged_at
            whole = len(data.splitlines()[0].split(b",")) == len(incoming()[id].columns)
            assert row.state == ("ready" if whole else "refused")
            assert (row.id in checks) == (whole and incoming()[id].takes == "sites")
    for row in rows:
        if id != "neimenggu-draws":
            async with app.work(keeper) as work:
                await drop_inbound(work, row.id)
    assert min(truth["failed"].get(one, 0) for one in ("lose", "broken", "garbled")) > 0 or not FULL
