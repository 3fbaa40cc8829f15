"""Requests cut anywhere in a unit of two databases: a city's page that reads a district's, a write in both.

Nobody sees another bureau's row afterwards, what was written stands in both databases or in none, nothing is
left prepared and no session is left in a transaction.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import text

from services.embedded import PostgresServer
from services.web.state import SLOT
from services.work import App
from tenants.databases import Databases
from tenants.in_doubt import Settled
from tenants.roles import administer
from tenants.session import Database

from .apart import APART, database_of, databases
from .asking import Person, signed_in, unpaged
from .rows import FOREIGN, MARK, OWN
from .test_cancelled import AT_ONCE, scissors
from .worlds import World

CITY = "411700"
PEOPLE = (f"{CITY}-auditor", f"{OWN}-keeper", f"{FOREIGN}-keeper", f"{OWN}-admin", f"{FOREIGN}-admin")
READS = (
    (f"{CITY}-auditor", "/city"), (f"{CITY}-auditor", f"/desk/sites?bureau={OWN}"),
    (f"{OWN}-keeper", "/desk/sites"), (f"{FOREIGN}-keeper", "/desk/officers"),
)  # fmt: skip
ROLE = "section_supplier"  # one person gives it: a row among the members, and one in the bureau's journal
LATEST = 0.12  # seconds until a cut that falls wherever the request then is
STEPS = ("locked", "prepared 1", "written", "decided", "finished")
HONEST = ("暂缺不等于零", "数据库暂时不可用：响应超时")
HANGING = (
    "select count(*) from pg_stat_activity where datname = any(:names) and state like 'idle in transaction%'"
)
PREPARED = "select count(*) from pg_prepared_xacts where database = any(:names)"


@dataclass
class Shears:
    """Cuts a request when some unit reaches a step of its commit, most often the request's own."""

    armed: dict[asyncio.Task[Any], str] = field(default_factory=dict)
    cuts: int = 0

    def step(self, name: str) -> None:
        for task, wanted in [*self.armed.items()]:
            if name.startswith(wanted):
                del self.armed[task]
                self.cuts += 1
                asyncio.get_running_loop().call_soon(task.cancel)
                return


@dataclass
class Cutting:
    """The served world in this process, its people, and what is asked of it."""

    app: App
    people: dict[str, httpx.AsyncClient]
    tokens: dict[str, str]
    dice: random.Random
    run: str  # part of each subject: two runs may share a world
    granted: dict[str, str] = field(default_factory=dict)  # subject → bureau
    cuts: int = 0
    cuts_in_commit: int = 0
    answered: int = 0
    late: int = 0
    wrong: list[str] = field(default_factory=list)

    async def read(self, who: str, path: str) -> httpx.Response:
        return await self.people[who].get(path)

    async def write(self, bureau: str) -> httpx.Response:
        who, subject = f"{bureau}-admin", f"cut-{self.run}-{len(self.granted)}"
        self.granted[subject] = bureau
        form = {"subject": subject, "name": "模拟", "role": ROLE, "csrf_token": self.tokens[who]}
        return await self.people[who].post("/desk/people", data=form)

    async def many(self, count: int, right: dict[Any, str]) -> None:
        shears = Shears()
        databases_ = self.app.database
        assert isinstance(databases_, Databases)
        databases_.step = shears.step
        with scissors() as cutter:
            await asyncio.gather(
                *(self._worker(count // AT_ONCE, right, cutter, shears) for _ in range(AT_ONCE))
            )
        databases_.step = lambda _: None
        self.cuts += cutter.cuts + shears.cuts
        self.cuts_in_commit = shears.cuts

    async def _worker(self, count: int, right: dict[Any, str], cutter: Any, shears: Shears) -> None:
        for _ in range(count):
            asked, key = self._request()
            how = self.dice.choice(("statement", "moment", "step" if key is None else "moment", "none"))
            if how == "statement":
                cutter.arm(asked, self.dice.randint(1, 9))
            elif how == "step":
                shears.armed[asked] = self.dice.choice(STEPS)
            done, _ = await asyncio.wait(
                {asked}, timeout=self.dice.random() * LATEST if how == "moment" else None
            )
            if not done:
                asked.cancel()
                self.cuts += 1
                await asyncio.wait({asked})
            cutter.armed.pop(asked, None)
            shears.armed.pop(asked, None)
            if not asked.cancelled():
                self._judge(asked.result(), key, right)

    def _request(self) -> tuple[asyncio.Task[httpx.Response], Any]:
        """A task, and which answer is the right one; None for a write."""
        if self.dice.random() < 0.4:
            return asyncio.create_task(self.write(self.dice.choice((OWN, FOREIGN)))), None
        key = self.dice.choice(READS)
        return asyncio.create_task(self.read(*key)), key

    def _judge(self, answer: httpx.Response, key: Any, right: dict[Any, str]) -> None:
        self.answered += 1
        if any(word in answer.text for word in HONEST):
            self.late += 1  # a database asked by so many at once may be slow, and the page says so
            return
        if key is None:
            if answer.status_code != 303:
                self.wrong.append(f"write: {answer.status_code} {answer.text[:200]}")
        elif unpaged(answer.text) != right[key]:
            self.wrong.append(f"{key}: {answer.status_code} {answer.text[:200]}")


@asynccontextmanager
async def cutting(world: World, litestar: Litestar, run: str) -> AsyncIterator[Cutting]:
    """Everybody in this process: only there does a cut reach the running query."""
    async with signed_in(world, PEOPLE, forms="/desk") as people:
        clients = {name: _inside(world, litestar, person) for name, person in people.items()}
        tokens = {name: person.client.token or person.csrf for name, person in people.items()}
        yield Cutting(litestar.state[SLOT].app, clients, tokens, random.Random(20260106), run)
        for client in clients.values():
            await client.aclose()


def _inside(world: World, litestar: Litestar, person: Person) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=litestar),
        base_url=world.settings.public_url,
        cookies=person.client.cookies,
        headers={"accept": "text/html"},
        timeout=120,
    )


async def kept(world: World, superuser: str, made: Cutting) -> tuple[set[str], set[str]]:
    """Subjects of the cut writes among the members, and in the journals of the bureaus' own databases."""
    async with administer(superuser, database_of(world.servers.database)) as db:
        sql, mine = "select subject from membership where subject like :s", f"cut-{made.run}-%"
        members = await db.scalars(text(sql), {"s": mine})
        there = {*members}
    noted: set[str] = set()
    for name, bureau in APART.items():
        async with administer(superuser, database_of(world.servers.own[name])) as db:
            sql = "select target from journal where bureau = :b and target like :s"
            targets = await db.scalars(text(sql), {"b": bureau, "s": f"people/{mine}"})
            found = {one.removeprefix("people/") for one in targets}
            assert {made.granted[one] for one in found} <= {bureau}
            noted |= found
    return there, noted


async def counted(world: World, superuser: str, sql: str) -> int:
    names = [database_of(urls) for urls in databases(world).values()]
    async with administer(superuser) as db:
        return int(await db.scalar(text(sql), {"names": names}) or 0)


async def none_hangs(world: World, superuser: str) -> None:
    """The site's own worker is in a transaction now and then; one that a cut left behind stays in it."""
    for _ in range(100):
        if await counted(world, superuser, HANGING) == 0:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("a session is left in a transaction")


async def settled(app: App) -> None:
    """As the site itself does it again and again; what is still under way is waited for."""
    assert isinstance(app.database, Databases)
    for _ in range(100):
        found = (await app.database.look_after(at_once=True)).values()
        if all(isinstance(one, Settled) and not one.open for one in found):
            return
        await asyncio.sleep(0.1)
    raise AssertionError(found)


@contextmanager
def small_pools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setitem(Database.connect.__func__.__kwdefaults__, "pool", 2)
        patch.setattr("tenants.databases.POOL", 1)
        yield


async def proved(world: World, superuser: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_pools(monkeypatch):
        async with world.served() as litestar, cutting(world, litestar, str(count)) as made:
            right = {key: unpaged((await made.read(*key)).text) for key in READS}
            assert MARK not in "".join(right.values())
            assert all(text for text in right.values()) and right[READS[2]] != right[READS[3]]
            await made.many(count, right)
            assert made.wrong == []
            assert made.late < count / 10, made.late
            assert made.cuts > count / 3 and made.answered > count / 10, (made.cuts, made.answered)
            assert made.cuts_in_commit > count / 50, made.cuts_in_commit
            await settled(made.app)
            assert await counted(world, superuser, PREPARED) == 0
            await none_hangs(world, superuser)
            there, noted = await kept(world, superuser, made)
            assert there == noted and 0 < len(there) < len(made.granted), (len(there), len(made.granted))
            assert {key: unpaged((await made.read(*key)).text) for key in READS} == right
            assert (await made.write(OWN)).status_code == 303


@pytest.mark.timeout(300)
async def test_cut_units_of_two_databases(
    apart_world: World, pg_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await proved(apart_world, pg_server.superuser_dsn, 240, monkeypatch)


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.skipif("PROVE" not in os.environ, reason="make prove: ten thousand cut units of two databases")
async def test_ten_thousand_cut_units_of_two_databases(
    apart_world: World, pg_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await proved(apart_world, pg_server.superuser_dsn, 10_000, monkeypatch)
