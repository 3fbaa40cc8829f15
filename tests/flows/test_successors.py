"""A closed site and where it went on, linked both ways; what cannot be is refused and keeps nothing."""

from dataclasses import replace
from datetime import date

import pytest

from policies.access_errors import Stranger
from policies.errors import Forbidden, Missing
from policies.roster.ends import BadEnd
from policies.terms import SiteStatus
from services.usecases.site_successor import End, link_successor, successors_of
from tenants.stores import sites

from . import census
from . import ceremony as c

XP, KD = "411721", "150203"
OLD, NEW = f"{XP}S0003", f"{XP}S0004"
DAY = date(2025, 12, 1)


@pytest.fixture(scope="module")
async def app(pg_server, new_home):
    async with c.small_deployment(pg_server.superuser_dsn, new_home("successors"), "successors") as opened:
        async with opened.work(c.acting(opened, XP, "registry_keeper")) as work:
            old = await sites.one(work.db, work.scope, XP, OLD)
            ended = [replace(old, status=SiteStatus.MOVED)]
            with census.by_hand():
                await sites.upsert(work.db, work.scope, ended, at=work.now, by="x", reason="搬迁")
        yield opened


async def say(app, code=OLD, *, role="registry_keeper", **end):
    given = {"to": "", "elsewhere": "", "day": DAY, "document": "搬迁公告"} | end
    async with app.work(c.acting(app, XP, role)) as work:
        return await link_successor(work, code, End(**given))


async def around(app, code, bureau=XP):
    async with app.work(c.acting(app, bureau, "registry_keeper"), read_only=True) as work:
        return [(one.code, one.successor, one.elsewhere) for one in await successors_of(work, XP, code)]


async def test_both_sites_lead_to_each_other_and_the_last_word_holds(app):
    await say(app, to=NEW)
    assert await around(app, OLD) == await around(app, NEW) == [(OLD, NEW, "")]
    assert (await say(app, elsewhere="遂平县")).n == 2
    assert await around(app, OLD) == [(OLD, None, "遂平县")] and await around(app, NEW) == []
    async with app.work(c.acting(app, XP, "registry_keeper"), read_only=True) as work:
        assert (await sites.one(work.db, work.scope, XP, OLD)).status == SiteStatus.MOVED


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (NEW, {"to": OLD}),  # it goes on
        (OLD, {}),
        (OLD, {"to": NEW, "elsewhere": "遂平县"}),
        (OLD, {"to": OLD}),
        (OLD, {"to": NEW, "day": date(2031, 1, 1)}),
        (OLD, {"to": NEW, "document": " "}),
    ],
)
async def test_what_cannot_be_is_refused(app, code, end):
    before = await around(app, OLD)
    with pytest.raises(BadEnd):
        await say(app, code, **end)
    assert await around(app, OLD) == before


async def test_strangers_and_other_hands_say_nothing(app):
    with pytest.raises(Missing):
        await say(app, to="nobody")
    with pytest.raises(Forbidden):
        await say(app, to=NEW, role="inspector")
    with pytest.raises(Stranger):
        await around(app, OLD, KD)
