"""A list of drawn sites comes in: sealed, compared by the dispatcher, taken over where the rules say so."""

from itertools import count

import pytest

from policies.errors import Forbidden
from services.drawing.external_errors import PlatformListRefused
from services.exchange.errors import BatchChanged
from services.usecases.decide_inbound import inbound_of, roster_file
from services.usecases.fetch_inbound import fetch_now
from services.usecases.use_inbound_list import compare_inbound, take_inbound
from services.views.workbench import workbench
from tenants.errors import WrongState
from tenants.stores import draws
from tests.flows import ceremony as c
from tests.flows.fieldwork import drawn
from tests.flows.platform import BATCH, PICKS, by_platform, certificate, code

from .conftest import XP, connect, platform, reaching
from .rosters import sent

LISTS = "neimenggu-draws"
_numbers = count(1)


@pytest.fixture
async def there(tmp_path):
    async with platform(tmp_path) as found:
        yield found


@pytest.fixture
async def app(pg_server, new_home, there):
    name = f"x_lists_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield reaching(opened, there)


def dispatcher(app):
    return c.acting(app, XP, "dispatcher")


def listed(picks=PICKS, batch=BATCH) -> bytes:
    rows = [
        {
            "code": code(n),
            "name": f"模拟企业{n}",
            "officers": "、".join(certificate(one) for one in team),
            "batch": batch,
        }
        for n, team in picks.items()
    ]
    return sent(rows, profile=LISTS)


async def came(app, there, data):
    connection = await connect(app, LISTS, target=there.url, format="csv")
    await there.offer(**{BATCH.replace("-", "_"): data})
    assert (await fetch_now(app, dispatcher(app), connection.id)).kept == 1
    async with app.work(dispatcher(app), read_only=True) as work:
        return connection, (await inbound_of(work)).files[0]


async def todos(app, who):
    async with app.work(who) as work:
        return [one.count for one in (await workbench(work)).todos if one.id == "inbound.draw"]


async def test_an_equal_list_is_compared_once(app, there) -> None:
    await drawn(app, XP, PICKS)
    _, row = await came(app, there, listed())
    assert await todos(app, dispatcher(app)) == [1]
    async with app.work(dispatcher(app)) as work:
        found = await compare_inbound(work, row.id, 1)
    assert (found.row.verdict, found.row.batch, found.row.size) == ("equal", BATCH, len(PICKS))
    assert await todos(app, dispatcher(app)) == []
    with pytest.raises(WrongState):
        async with app.work(dispatcher(app)) as work:
            await compare_inbound(work, row.id, 1)


async def test_what_differs_is_told_and_what_is_wrong_is_refused_and_waits(app, there) -> None:
    await drawn(app, XP, PICKS)
    _, row = await came(app, there, listed(batch="HN2026Q1-9999"))
    with pytest.raises(PlatformListRefused):
        async with app.work(dispatcher(app)) as work:
            await compare_inbound(work, row.id, 1)
    async with app.work(dispatcher(app), read_only=True) as work:
        assert [one.state for one in (await inbound_of(work)).files] == ["ready"]


async def test_a_list_is_sealed_and_recognised_without_a_plain_hash(app, there) -> None:
    from hashlib import sha256

    connection, row = await came(app, there, listed())
    assert code(5).encode() not in row.sealed and row.mark != sha256(listed()).hexdigest()
    with pytest.raises(Forbidden):
        async with app.work(c.acting(app, XP, "reviewer")) as work:
            await roster_file(work, row.id)
    with pytest.raises(WrongState):
        async with app.work(c.acting(app, XP, "registry_keeper")) as work:
            await roster_file(work, row.id)
    assert (await fetch_now(app, dispatcher(app), connection.id)).problem is None
    await there.offer(**{BATCH.replace("-", "_"): listed({0: (0, 3)})})
    again = await fetch_now(app, dispatcher(app), connection.id)
    assert (again.kept, again.problem) == (0, BatchChanged.__name__)


async def test_a_list_is_taken_over_where_the_platform_s_draw_counts(app, there) -> None:
    await by_platform(app)
    _, row = await came(app, there, listed())
    drawer = c.acting(app, XP, "drawer")
    with pytest.raises(Forbidden):
        async with app.work(dispatcher(app)) as work:
            await take_inbound(work, row.id, XP, "2026Q1")
    async with app.work(drawer) as work:
        taken = await take_inbound(work, row.id, XP, "2026Q1")
    assert (taken.batch, taken.drawn) == (BATCH, len(PICKS))
    async with app.work(drawer) as work:
        assert (await draws.get(work.db, work.scope, XP, taken.draw_no)).authority == "platform"
        assert (await inbound_of(work)).files[0].draw_no == taken.draw_no
