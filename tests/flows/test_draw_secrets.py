"""Who tells what, and when: the beacon first, then each role its own secret, by its own hand."""

from itertools import count

import pytest

from policies.access_errors import StepUpNeeded
from policies.errors import Forbidden
from policies.rd1.form_errors import BadField
from policies.rd1.logs_trust import parse_trust
from policies.rd1.record import read_bundle
from policies.verify import verify
from services.drawing.draw_errors import BeaconMissing, SecretsMissing
from services.drawing.spoken_errors import DigitsDiffer, DigitsUnconfirmed
from services.outside.errors import NotTheDigits
from services.outside.secret import confirm_spoken
from services.usecases.enter_beacon import enter_beacon
from services.usecases.open_draw import publish_bundle
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from tenants.stores import commits, draws, journal_pages, log, tasks

from . import ceremony as c

_numbers = count(1)
XP, CITY = "411721", "411700"


@pytest.fixture
async def app(pg_server, new_home):
    """A frozen draw with a commitment of each role, escrowed and witnessed; the beacon is due."""
    name = f"secrets_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        await c.plan(opened, XP)
        await c.prepare(opened, XP)
        await c.freeze(opened, XP, 1)
        await c.escrow(opened, XP, 1)
        await c.cosign(opened, CITY)
        c.at_beacon(opened)
        yield opened


def of_witness(app):
    return c.secret(app, XP, 1)["witness"]


async def kept(app):
    """What stands in the log, and whose secret is here."""
    async with app.work(c.drawer(app, XP)) as work:
        draw = await draws.get(work.db, work.scope, XP, 1)
        entries = [e.entry["t"] for e in await log.of_draw(work.control, draw.m)]
        told = [one.role for one in await commits.of_draw(work.db, work.scope, XP, 1) if one.revealed]
    return entries, told, draw.beacon_by


async def tell(app, who, role, key, digits=c.DIGITS["digits"]):
    async with app.work(who, bureau=XP) as work:
        return await reveal_secret(work, 1, role, key, digits)


async def test_other_digits_than_the_witness_called_never_become_a_draw(app):
    """Who types the digits knows every other input, so the last word on them is the witness's."""
    async with app.work(c.drawer(app, XP)) as work:
        entered = await enter_beacon(work, 1, {"digits": "2" * 20})
    await tell(app, c.drawer(app, XP), "bureau", c.secret(app, XP, 1)["bureau"])
    own = c.witness(app, XP)
    with pytest.raises(NotTheDigits):  # on its own device, before anything is told
        confirm_spoken(c.DIGITS["digits"], entered.r)
    with pytest.raises(DigitsDiffer) as caught:
        await tell(app, own, "witness", of_witness(app))
    assert entered.r in caught.value.wording().expected
    with pytest.raises(DigitsUnconfirmed):
        await tell(app, own, "witness", of_witness(app), None)
    with pytest.raises(BadField):
        await tell(app, own, "witness", of_witness(app), "2")
    with pytest.raises(Forbidden):  # not even with the secret in hand, and the digits typed
        await tell(app, c.drawer(app, XP), "witness", of_witness(app), "2" * 20)
    with pytest.raises(SecretsMissing):
        await finish_draw(app, c.drawer(app, XP), 1)
    assert (await kept(app))[1] == ["platform", "bureau"]
    confirm_spoken("2" * 20, entered.r)
    assert await tell(app, own, "witness", of_witness(app), "2" * 20) == ()
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        (row, *_) = await journal_pages.newest(work.db, work.scope, XP, action="draw.reveal")
    assert row.after == {"role": "witness", "digits": "confirmed", "r": entered.r}


async def test_no_secret_is_taken_before_the_beacon_stands_in_the_log(app):
    key = c.secret(app, XP, 1)["bureau"]
    for who, role, secret in (
        (c.drawer(app, XP), "bureau", key),
        (c.witness(app, XP), "witness", of_witness(app)),
    ):
        with pytest.raises(BeaconMissing):
            await tell(app, who, role, secret)
    assert await kept(app) == (["manifest", "escrow"], ["platform"], None)
    async with app.work(c.witness(app, XP), bureau=XP) as work:
        entered = await enter_beacon(work, 1, c.DIGITS)
    assert await kept(app) == (["manifest", "escrow", "beacon"], ["platform"], c.person(CITY, "witness"))
    async with app.work(c.drawer(app, XP)) as work:
        assert await enter_beacon(work, 1, c.DIGITS) == entered  # the same again changes nothing
    assert await tell(app, c.drawer(app, XP), "bureau", key) == ("witness",)
    with pytest.raises(SecretsMissing):
        await finish_draw(app, c.drawer(app, XP), 1)
    assert await tell(app, c.witness(app, XP), "witness", of_witness(app)) == ()
    assert await tell(app, c.witness(app, XP), "witness", of_witness(app)) == ()
    assert (await finish_draw(app, c.drawer(app, XP), 1)).drawn
    assert (await kept(app))[0] == ["manifest", "escrow", "beacon", "result"]


async def test_the_beacon_asks_for_a_second_factor_and_a_role(app):
    plain = c.drawer(app, XP)
    weak = type(plain)(plain.subject, plain.name, XP, plain.roles, acr=1, auth_time=plain.auth_time)
    with pytest.raises(StepUpNeeded):
        async with app.work(weak) as work:
            await enter_beacon(work, 1, c.DIGITS)
    with pytest.raises(Forbidden):
        await tell(app, c.acting(app, XP, "dispatcher"), "bureau", bytes(32))


async def test_a_draw_void_between_beacon_and_secrets_still_opens(app):
    async with app.work(c.drawer(app, XP)) as work:
        await enter_beacon(work, 1, c.DIGITS)
    await c.void(app, XP, 1, "演练")
    await c.cosign(app, CITY)
    files = await publish_bundle(app, c.drawer(app, XP), 1)
    bundle = read_bundle(files.bundle.read_bytes())
    assert "beacon" in bundle and "keys" not in bundle
    verdict = verify(bundle, parse_trust(files.trust.read_text()))
    assert verdict.verdict == "CONSISTENT", verdict.as_dict()


async def test_a_void_draw_calls_off_its_visits(app):
    async with app.work(c.drawer(app, XP)) as work:
        await enter_beacon(work, 1, c.DIGITS)
    await tell(app, c.drawer(app, XP), "bureau", c.secret(app, XP, 1)["bureau"])
    await tell(app, c.witness(app, XP), "witness", of_witness(app))
    await finish_draw(app, c.drawer(app, XP), 1)
    await c.void(app, XP, 1)
    async with app.work(c.drawer(app, XP)) as work:
        assert {t.state for t in await tasks.of_draw(work.db, work.scope, XP, 1)} == {"cancelled"}
        assert await tasks.outstanding(work.db, work.scope, 1) == 0
