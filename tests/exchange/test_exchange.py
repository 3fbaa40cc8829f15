"""What the other side may answer, what a person may set, and what then stands in the bureau's own books."""

import json

import pytest

from policies.errors import Forbidden, Missing
from services.connectors import profiles
from services.exchange.carrying import SEND, key_of
from services.exchange.comparing import compare_all
from services.exchange.errors import BadConnection, SystemSilent
from services.jobs.deliver import deliver
from services.notify.errors import HostRefused
from services.usecases.exchange_files import compare_now, exchange_of, fitted_profile, send_again
from services.usecases.keep_connection import NewConnection, end_connection, keep_connection, list_connections
from services.usecases.upload_results import keep_receipt
from tenants import journal
from tenants.errors import WrongState
from tenants.stores import deliveries
from tests.flows import ceremony as c

from .conftest import XP, admin, connect, made, platform, reaching, rounds, sender, states


@pytest.fixture
async def there(tmp_path):
    async with platform(tmp_path) as found:
        yield found


@pytest.fixture
def app(deployment, there):
    return reaching(deployment, there)


async def of(app, upload):
    async with app.work(sender(app), read_only=True) as work:
        return await deliveries.get(work.db, work.scope, upload.id)


async def told(app):
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        return await journal.entries(work.db, work.scope, XP)


async def test_a_receipt_is_noted_once_and_stands_in_the_journal(app, there) -> None:
    await connect(app, target=there.url)
    file = await made(app, 1)
    await rounds(app)
    assert (await of(app, file)).state == "received"
    (entry,) = [one for one in await told(app) if one.action == SEND and str(file.id) in one.target]
    assert entry.actor == "system" and entry.after["receipt"].startswith("P-")
    with pytest.raises(WrongState):  # nobody types another one over it
        async with app.work(sender(app)) as work:
            await keep_receipt(work, file.id, "HN-1234")


@pytest.mark.parametrize(
    ("lie", "error"),
    [
        ({"sha256": "0" * 64}, "SystemDiffers"),
        ({"count": 77}, "SystemDiffers"),
        ({"receipt": "x"}, "ReceiptUnknown"),
        ({"refused": True}, "SystemRefused"),
        ({"receipt": 5}, "SystemSilent"),
        ({"receipt": "1" * 81}, "SystemSilent"),
    ],
)
async def test_what_is_not_as_agreed_waits_for_a_person(app, there, lie, error) -> None:
    await connect(app, target=there.url)
    file = await made(app, 3)
    key = key_of(file)
    await there.control(faults=0.0)
    # the platform holds the file already, and says something else of it
    async with app.work(sender(app)) as work:
        loaded = await deliveries.get(work.db, work.scope, file.id)
    assert loaded.state == "waiting"
    await _held(app, there, file)
    await there.control(lie={key: lie | {"ready": 0}})
    await _asked_again(app, file)
    found = await of(app, file)
    assert found.last_error == error
    assert found.state == ("sent" if error == "SystemSilent" else "refused")
    if found.state == "refused":
        async with app.work(sender(app)) as work:
            assert (await send_again(work, file.id)).state == "waiting"
            with pytest.raises(WrongState):
                await send_again(work, file.id)


async def test_what_was_given_up_is_asked_after_before_it_goes_again(app, there) -> None:
    await connect(app, target=there.url)
    file = await made(app, 4)
    await _held(app, there, file)  # it was taken, and no answer came through
    async with app.database.unit(await app.scope_of(admin(app))) as db:
        await deliveries.tried(db, await app.scope_of(admin(app)), file.id, "dead", app.clock.now())
    async with app.work(sender(app)) as work:
        await send_again(work, file.id)
    await rounds(app)
    assert (await of(app, file)).state == "received"
    assert (await there.control())["given"] == [key_of(file)], "accepted once, handed over once"


async def _held(app, there, file) -> None:
    """The file is handed over, and its receipt is late."""
    import httpx

    headers = {"x-row-count": str(file.count), "x-content-sha256": file.sha256}
    from tenants.stores import uploads

    async with app.work(sender(app), read_only=True) as work:
        data = await uploads.file_of(work.db, work.scope, XP, file.id)
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.put(f"{there.url}/batches/{key_of(file)}", content=data, headers=headers)
    assert answer.status_code in (200, 202)
    scope = await app.scope_of(admin(app))
    async with app.database.unit(scope) as db:
        await deliveries.tried(db, scope, file.id, "sent", app.clock.now())


async def _asked_again(app, file) -> None:
    for _ in range(2):
        while any((await deliver(app, XP, 50)).values()):
            pass


async def test_a_file_that_is_refused_waits_and_goes_again_as_it_is(app, there) -> None:
    await connect(app, target=there.url)
    file = await made(app, 1, data=b"REFUSE me")
    await rounds(app)
    found = await of(app, file)
    assert (found.state, found.last_error, found.tries) == ("refused", "SystemRefused", 1)
    with pytest.raises(Forbidden):
        async with app.work(admin(app)) as work:
            await send_again(work, file.id)


async def test_a_silent_platform_is_given_up_and_nothing_of_it_is_lost(app, there) -> None:
    await connect(app, target=there.url)
    there.process.kill()
    await there.process.wait()
    file = await made(app, 1)
    await rounds(app)
    found = await of(app, file)
    assert (found.state, found.last_error) == ("dead", "SystemSilent")
    async with app.work(sender(app), read_only=True) as work:
        (connection,) = await list_connections(work)
        board = await exchange_of(work)
    assert file.id in {upload.id for _, upload in board.sent}
    with pytest.raises(SystemSilent):
        await compare_now(app, sender(app), connection.id)
    assert (await compare_all(app, XP))["silent"] == 1


async def test_an_ended_connection_sends_nothing_and_by_hand_goes_on(app, there) -> None:
    connection = await connect(app, target=there.url)
    file = await made(app, 1)
    async with app.work(admin(app)) as work:
        await end_connection(work, connection.id)
    await rounds(app)
    assert (await of(app, file)).last_error == "ConnectionOver"
    assert (await there.control())["given"] == []
    async with app.work(sender(app)) as work:
        assert (await keep_receipt(work, file.id, "HN-1234")).receipt == "HN-1234"
    other = await made(app, 2)
    assert other.id not in await states(app), "no connection, no delivery: a person uploads it"
    with pytest.raises(Missing):
        await compare_now(app, sender(app), connection.id)


async def test_the_token_stays_with_the_address_and_is_never_shown(app, there) -> None:
    first = await connect(app, target=there.url, token="geheim-42")
    second = await connect(app, target=there.url)
    assert b"geheim" not in second.sealed and "geheim" not in repr(second)
    moved = await connect(app, target=f"{there.url}/other")
    from services.exchange.opening import remote_of

    scope = await app.scope_of(admin(app))
    async with app.database.unit(scope) as db:
        assert (await remote_of(app, db, scope, second)).token == "geheim-42"
        assert (await remote_of(app, db, scope, moved)).token == "", "another address gets no old token"
    assert "geheim" not in json.dumps([one.after for one in await told(app)], ensure_ascii=False)
    async with app.work(admin(app), read_only=True) as work:
        assert [one.id for one in await list_connections(work)] == [moved.id] and first.id != moved.id


GOOD = {"columns": "代码 = site_code\n结论 = result", "codes": "result: 未发现问题 = 1", "format": "json"}


async def test_headings_words_and_format_are_the_bureaus_own(app) -> None:
    await connect(app, "credit-results", "manual", receipt="[0-9]{3}", **GOOD)
    async with app.work(sender(app), read_only=True) as work:
        profile = await fitted_profile(work, profiles()["credit-results"])
    assert [(one.heading, one.field) for one in profile.columns] == [
        ("代码", "site_code"),
        ("结论", "result"),
    ]
    assert profile.format == "json" and profile.receipt == "[0-9]{3}"
    assert profile.cell(profile.columns[1], {"result": "未发现问题"}) == "1"


@pytest.mark.parametrize(
    ("odd", "field"),
    [
        ({"profile": "nobody"}, "profile"),
        ({"mode": "ftp"}, "mode"),
        ({"target": "ftp://localhost/x"}, "target"),
        ({"target": "http://user:x@localhost/"}, "target"),
        ({"target": "http://localhost:99999/"}, "target"),
        ({"mode": "folder", "target": "../../etc"}, "target"),
        ({"columns": "代码 = nothing"}, "columns 1"),
        ({"columns": "甲 = result\n甲 = site_code"}, "columns"),
        ({"codes": "result 1"}, "codes 1"),
        ({"codes": "\nresult: = 1"}, "codes 2"),
        ({"receipt": "["}, "receipt"),
        ({"receipt": "(a+)+b"}, "receipt"),
        ({"receipt": "a*a*a*a*b"}, "receipt"),
        ({"format": "pdf"}, "format"),
    ],
)
async def test_a_field_of_another_shape_is_named_and_nothing_is_kept(app, there, odd, field) -> None:
    async with app.work(admin(app), read_only=True) as work:
        before = await list_connections(work)
    given = {"profile": "credit-results", "mode": "http", "target": there.url} | odd
    with pytest.raises(BadConnection) as refused:
        async with app.work(admin(app)) as work:
            await keep_connection(work, NewConnection(**given))
    assert f"：{field}" in refused.value.line()
    async with app.work(admin(app), read_only=True) as work:
        assert await list_connections(work) == before


async def test_only_servers_the_operator_names(app) -> None:
    for target in ("https://example.org/x", "http://127.0.0.1:22/", "https://169.254.169.254/latest"):
        with pytest.raises(HostRefused):
            await connect(app, target=target)
    with pytest.raises(Forbidden):
        async with app.work(sender(app)) as work:
            await keep_connection(work, NewConnection("credit-results", "http", "https://example.org"))
