"""Random histories of waivers as raw SQL against the independent model, see `test_duty_histories`."""

from collections import Counter
from datetime import timedelta

import pytest

from services.embedded import PostgresServer
from tenants.roles import administer
from tenants.session import Database

from .duty_waivers import DAY, EDITS, use, waive
from .test_duty_histories import (
    HISTORIES,
    History,
    Move,
    database,  # noqa: F401 - the fixture
    draw,
    edit,
    leave,
    prepare,
    role,
    step,
    told,
)


async def under(h: History) -> None:
    """Somebody with a waiver in force changes the roster, and freezes; the draw names it, or does not."""
    held = [one for one in h.model.waivers.all_ if EDITS in one.pairs and one.copied]
    if not held:
        return await waive(h)
    one = h.dice.choice(held)
    await edit(h, one.bureau, one.who)
    await prepare(h, one.bureau)
    no = max(n for bureau, n in h.model.draws if bureau == one.bureau)
    if h.dice.random() < 0.8:
        await use(h, no, one, "freeze")
    await step(h, one.bureau, no, "freeze", one.who, h.at())
    return None


async def waived_role(h: History) -> None:
    """Both roles of a pair a waiver names, on its days or a day too long."""
    held = [(one, pair) for one in h.model.waivers.all_ for pair in sorted(one.pairs) if pair != EDITS]
    if not held:
        return await waive(h)
    one, pair = h.dice.choice(held)
    first = max(one.first, DAY)
    days = (first, max(first, one.until + timedelta(h.dice.choice((0, 0, 0, 1)))))
    for name in h.dice.sample(pair.split("+"), 2):
        await role(h, one.bureau, one.who, name, days)
    return None


OF_WAIVERS: tuple[Move, ...] = (
    waive, waive, waived_role, waived_role, role, leave, edit, use, under, under, draw,
)  # fmt: skip


@pytest.mark.timeout(1800)
async def test_no_history_breaks_a_waiver(database: Database) -> None:  # noqa: F811
    """What a waiver names is let through, and nothing beside it."""
    counted: Counter[str] = Counter()
    for seed in range(HISTORIES // 3):
        counted += await told(database, seed, OF_WAIVERS)
    for act in ("update public.waiver", "insert into", "update public.draw"):
        for outcome in ("True", "False"):
            assert counted[f"{act} {outcome}"] > HISTORIES // 30, counted
    assert min(counted["under a waiver"], counted["two roles under a waiver"]) > HISTORIES // 30, counted
    assert counted["update public.waiver_copy True"] > 0, counted


@pytest.mark.parametrize(
    "mutation",
    [
        "drop trigger waiver_steps on waiver",
        "drop trigger waiver_ends_roles on waiver",
        "drop trigger waiver_copied on waiver_copy",
        "drop trigger draw_waiver_holds on draw_waiver",
        "alter table waiver drop constraint waiver_two_hands",
        "alter table waiver drop constraint waiver_not_own",
        "alter table waiver drop constraint waiver_pairs",
        "alter table waiver drop constraint waiver_days",
    ],
)
async def test_a_missing_guard_of_waivers_is_found(
    database: Database,  # noqa: F811
    pg_server: PostgresServer,
    mutation: str,
) -> None:
    async with administer(pg_server.superuser_dsn, "prove_duties") as db:
        await db.exec_driver_sql(mutation)
    with pytest.raises(AssertionError, match="allowed False, done True"):
        for seed in range(HISTORIES):
            await told(database, seed, OF_WAIVERS)
