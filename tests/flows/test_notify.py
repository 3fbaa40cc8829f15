"""Channels, choices, messages on their way: ordered, delivered by the worker, over sockets."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from policies.access_errors import Forbidden
from policies.errors import Missing
from policies.notifying.errors import BadAddress, BadChannel, UnknownEvent
from services.jobs.backoff import MOST_TRIES
from services.notify.errors import HostRefused, NoGateway
from services.notify.robots import signed
from services.usecases.keep_channel import NewChannel, channels, end_channel, keep_channel
from services.usecases.message_log import message_log, send_again, send_test
from services.usecases.my_notices import my_notices
from tenants.errors import WrongState
from tenants.scope import Scope

from . import ceremony as c
from .notifying import (
    KDL,
    MAIL,
    XP,
    admin,
    choose,
    log_of,
    mail_channel,
    robot,
    rounds,
    try_out,
)


@pytest.fixture
def app(notified):
    return notified


async def test_a_mail_arrives_with_its_id_and_names_nobody(app, box) -> None:
    channel = await mail_channel(app, box)
    await choose(app, admin(app), mail="admin@xiping.example")
    made = await try_out(app, channel.id)
    assert (await rounds(app))["done"] == 1
    (letter,) = box.letters
    assert letter["To"] == "admin@xiping.example" and letter["From"] == MAIL["sender"]
    assert letter["Message-ID"] == f"<{made.id}@xiping.example>"
    assert letter.get_content().strip().startswith("【演示】【驻马店市生态环境局西平分局】这是一条测试消息")
    assert any(line.startswith("AUTH PLAIN") for line in box.heard)
    (sent,) = [one for one in await log_of(app) if one.message.id == made.id]
    assert sent.message.state == "sent" and [a.outcome for a in sent.attempts] == ["sent"]


async def test_a_server_that_fails_is_tried_again_with_the_same_id_and_given_up_in_the_end(app, box) -> None:
    channel = await mail_channel(app, box)
    await choose(app, admin(app), mail="admin@xiping.example")
    box.say["END"] = "451 later"
    made = await try_out(app, channel.id)
    await rounds(app, times=2)
    assert len({letter["Message-ID"] for letter in box.letters}) == 1 and len(box.letters) == 2
    await rounds(app, times=MOST_TRIES)
    sent = next(one for one in await log_of(app) if one.message.id == made.id)
    assert sent.message.state == "dead" and len(sent.attempts) == MOST_TRIES == sent.message.tries
    assert {a.outcome for a in sent.attempts} == {"ChannelBusy"}
    box.say.clear()
    async with app.work(admin(app)) as work:
        await send_again(work, made.id)
    await rounds(app)
    sent = next(one for one in await log_of(app) if one.message.id == made.id)
    assert sent.message.state == "sent" and box.letters[-1]["Message-ID"] == box.letters[0]["Message-ID"]
    with pytest.raises(WrongState):
        async with app.work(admin(app)) as work:
            await send_again(work, made.id)


async def test_what_is_refused_for_good_is_not_tried_again(app, box) -> None:
    channel = await mail_channel(app, box)
    await choose(app, admin(app), mail="admin@xiping.example")
    box.say["RCPT"] = "550 nobody here"
    made = await try_out(app, channel.id)
    await rounds(app, times=4)
    sent = next(one for one in await log_of(app) if one.message.id == made.id)
    assert sent.message.state == "dead" and [a.outcome for a in sent.attempts] == ["ChannelRefused"]


async def test_a_message_sent_before_a_crash_is_sent_again_and_settled_once(app, box, monkeypatch) -> None:
    channel = await mail_channel(app, box)
    await choose(app, admin(app), mail="admin@xiping.example")
    made = await try_out(app, channel.id)

    async def killed(*_, **__):
        raise ConnectionResetError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("services.notify.delivering._note", killed)
        await rounds(app, times=1)
    await rounds(app)
    assert [letter["Message-ID"] for letter in box.letters] == [f"<{made.id}@xiping.example>"] * 2
    sent = next(one for one in await log_of(app) if one.message.id == made.id)
    assert sent.message.state == "sent" and len(sent.attempts) == 1


async def test_a_group_is_told_without_numbers_and_signed(app, hook) -> None:
    channel = await robot(app, hook, "dingtalk", "task.waiting", secret="SEC1")
    await try_out(app, channel.id)
    await rounds(app)
    ((path, headers, body),) = hook.asked
    said = parse_qs(urlsplit(path).query)
    at = int(said["timestamp"][0])
    assert signed("u", "SEC1", at) == "u&timestamp={}&sign={}".format(at, path.rpartition("sign=")[2])
    assert body["msgtype"] == "text" and "测试消息" in body["text"]["content"]
    assert headers["host"] == f"localhost:{hook.port}"


async def test_the_signature_is_the_published_one() -> None:
    """HMAC-SHA256 of "timestamp\\nsecret" by the secret, computed here apart from the product."""
    import base64
    import hmac
    from urllib.parse import quote_plus

    mac = hmac.new(b"this is secret", b"1577262236757\nthis is secret", "sha256").digest()
    wanted = quote_plus(base64.b64encode(mac))
    assert signed("https://x", "this is secret", 1577262236757).endswith(f"&sign={wanted}")


@pytest.mark.parametrize(
    ("status", "answer", "outcome"),
    [
        ("200 OK", {"errcode": 93000}, "ChannelRefused"),
        ("200 OK", {"errcode": 45009}, "ChannelBusy"),
        ("200 OK", b"<html>login</html>", "ChannelRefused"),
        ("302 Found", {}, "ChannelRefused"),
        ("500 Oops", {}, "ChannelUnreachable"),
        ("200 OK", b"x" * 70_000, "ChannelUnreachable"),
    ],
)
async def test_only_a_yes_counts(app, hook, status, answer, outcome) -> None:
    channel = await robot(app, hook, "wecom")
    hook.status, hook.answer, hook.headers = status, answer, "Location: http://localhost:1/x\r\n"
    made = await try_out(app, channel.id)
    await rounds(app, times=1)
    sent = next(one for one in await log_of(app) if one.message.id == made.id)
    assert [a.outcome for a in sent.attempts] == [outcome] and len(hook.asked) == 1


async def test_a_short_message_takes_the_operators_form(app, hook) -> None:
    hook.answer = {"code": "OK"}
    async with app.work(admin(app)) as work:
        form = NewChannel("sms", {"account": "ak", "signature": "西平{to}"}, {"secret": "s1"})
        channel = await keep_channel(work, form)
    await choose(app, admin(app), mobile="+86 138-0013-8000")
    made = await try_out(app, channel.id)
    await rounds(app)
    ((path, headers, body),) = hook.asked
    assert path == "/sms" and headers["authorization"] == "Bearer s1"
    assert (body["phone"], body["user"], body["id"]) == ("13800138000", "ak", str(made.id))
    assert body["sign"] == "西平{to}"  # what is filled in is not filled again


async def test_an_address_of_the_own_network_is_never_connected(app, box, hook) -> None:
    """The list of servers is not enough: the name leads to this machine, whose network is not allowed."""
    channel = await robot(app, hook, "wecom")
    bare = replace(app.settings, notify_reach=replace(app.settings.notify_reach, networks=()))
    made = await try_out(app, channel.id)
    await rounds(replace(app, settings=bare), times=1)
    sent = next(one for one in await log_of(app) if one.message.id == made.id)
    assert sent.message.state == "dead" and sent.message.last_error == "HostRefused" and not hook.asked


async def test_a_channel_is_refused_where_it_leads_elsewhere(app, box, hook) -> None:
    async def keep(kind, settings=None, secrets=None):
        async with app.work(admin(app)) as work:
            return await keep_channel(work, NewChannel(kind, settings or {}, secrets or {}))

    good = MAIL | {"host": "localhost", "port": str(box.port)}
    for wrong in ({"host": "mail.example"}, {"port": "1"}, {"security": "tls", "host": "other.example"}):
        with pytest.raises(HostRefused):
            await keep("mail", good | wrong, {"password": "x"})
    for wrong in ({"port": "x"}, {"host": ""}, {"security": "ssl"}, {"sender": "a\nb@c.example"}):
        with pytest.raises(BadChannel):
            await keep("mail", good | wrong, {"password": "x"})
    base = f"http://localhost:{hook.port}"
    for url in (f"{base}/admin?key=1", f"{base}/cgi-bin/webhook/send", "ftp://x/cgi-bin/webhook/send?key=1",
                f"http://u:p@localhost:{hook.port}/cgi-bin/webhook/send?key=1", "//", ""):  # fmt: skip
        with pytest.raises(BadChannel):
            await keep("wecom", None, {"url": url})
    with pytest.raises(HostRefused):
        await keep("wecom", None, {"url": "http://localhost:1/cgi-bin/webhook/send?key=1"})
    with pytest.raises(NoGateway):
        bare = replace(app, settings=replace(app.settings, notify_sms=None))
        async with bare.work(admin(app)) as work:
            await keep_channel(work, NewChannel("sms", {"account": "a"}, {"secret": "s"}))


async def test_a_secret_is_kept_while_it_goes_where_it_went_and_never_shown(app, box) -> None:
    first = await mail_channel(app, box)
    settings = MAIL | {"host": "localhost", "port": str(box.port), "sender": "other@xiping.example"}
    async with app.work(admin(app)) as work:
        second = await keep_channel(work, NewChannel("mail", settings))  # the password left blank
    with pytest.raises(BadChannel):
        async with app.work(admin(app)) as work:
            await keep_channel(work, NewChannel("mail", settings | {"account": "somebody"}))
    assert b"geheim" not in first.sealed + second.sealed and "geheim" not in repr((first.settings, second))
    async with app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        said = (await db.scalars(text("select coalesce(before::text,'')||after::text from journal"))).all()
        kept = (await db.scalars(text("select encode(sealed, 'escape') from notify_channel"))).all()
    assert "other@xiping.example" in str(said) and "geheim" not in str(said) + str(kept)


async def test_an_address_is_personal(app, box) -> None:
    await mail_channel(app, box)
    shown = await choose(app, admin(app), mail="zhang.san@xiping.example", mobile="13800138000")
    assert (shown.mail, shown.mobile) == ("z***@xiping.example", "138****8000")
    async with app.work(c.drawer(app, XP), read_only=True) as work:
        assert (await my_notices(work)).mail == ""
    async with app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        rows = (await db.execute(text("select n::text, j::text from notify_choice n, journal j"))).all()
    assert rows and "zhang.san" not in str(rows) and b"zhang.san".hex() not in str(rows)
    for wrong in ("x", "a@b", "a@b.c\nBcc: d@e.fg", "名@x.example", "a" * 65 + "@x.example"):
        with pytest.raises(BadAddress):
            await choose(app, admin(app), mail=wrong)
    with pytest.raises(BadAddress):
        await choose(app, admin(app), forget=("mail",), events={"certificate.staff": "mail"})
    with pytest.raises(UnknownEvent):
        await choose(app, admin(app), events={"draw.prepared": "mail"})  # the administrator draws nothing
    assert (await choose(app, admin(app), forget=("mail", "sms"))).mail == ""


async def test_one_bureau_knows_nothing_of_the_channels_of_another(app, box) -> None:
    channel = await mail_channel(app, box)
    await choose(app, admin(app), mail="admin@xiping.example")
    made = await try_out(app, channel.id)
    other = admin(app, KDL)
    async with app.work(other) as work:
        assert not await channels(work) and not (await message_log(work)).sent
        for act in (end_channel(work, channel.id), send_again(work, made.id), send_test(work, channel.id)):
            with pytest.raises(Missing):
                await act
    with pytest.raises(Forbidden):
        async with app.work(c.drawer(app, XP)) as work:
            await channels(work)
    await rounds(app)
