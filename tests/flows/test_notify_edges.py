"""Messages at the edges: good-byes that fail, answers that are none, forbidden addresses, shut seals."""

from ipaddress import ip_address

import pytest
from sqlalchemy import text

from services.jobs.backoff import MOST_TRIES
from services.notify.errors import ChannelRefused
from services.notify.reach import Reach
from services.notify.robots import _judge
from tenants.roles import administer

from .notifying import XP, admin, choose, log_of, mail_channel, rounds, try_out


@pytest.mark.parametrize("bye", ["421 too busy to say good-bye", "500 what?"])
async def test_a_letter_that_was_taken_is_not_sent_again_for_a_bad_good_bye(notified, box, bye) -> None:
    channel = await mail_channel(notified, box)
    await choose(notified, admin(notified), mail="admin@xiping.example")
    box.say["QUIT"] = bye
    made = await try_out(notified, channel.id)
    await rounds(notified, times=3)
    assert len(box.letters) == 1
    sent = next(one for one in await log_of(notified) if one.message.id == made.id)
    assert sent.message.state == "sent"


@pytest.mark.parametrize("code", [[], {}, "0", None, False, 1.0, 93000])
def test_an_answer_that_says_nothing_is_a_refusal(code) -> None:
    with pytest.raises(ChannelRefused):
        _judge({"errcode": code})
    _judge({"errcode": 0})


@pytest.mark.parametrize(
    "address",
    ["fec0::1", "3fff::1", "192.88.99.1", "192.0.0.8", "::ffff:10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1",
     "127.0.0.1", "::1", "169.254.1.1", "100.64.0.1", "0.0.0.0", "fe80::1", "fd00::1",
     "ff02::1", "224.0.0.1"],
)  # fmt: skip
def test_addresses_that_are_not_the_worlds_are_refused(address) -> None:
    assert not Reach()._allowed(ip_address(address))
    assert Reach()._allowed(ip_address("203.208.40.1")) and Reach()._allowed(ip_address("2400:3200::1"))


async def test_a_message_whose_seal_does_not_open_is_tried_noted_and_given_up(
    notified, box, pg_server
) -> None:
    """It does not hang for ever: it can be sent anew once the key is right."""
    channel = await mail_channel(notified, box)
    await choose(notified, admin(notified), mail="admin@xiping.example")
    made = await try_out(notified, channel.id)
    async with administer(pg_server.superuser_dsn, "notify_edges") as db:
        await db.execute(
            text("update notify_channel set sealed = decode('00', 'hex') where bureau = :b"), {"b": XP}
        )
    await rounds(notified, times=MOST_TRIES + 1)
    sent = next(one for one in await log_of(notified) if one.message.id == made.id)
    assert sent.message.state == "dead" and {a.outcome for a in sent.attempts} == {"ChannelShut"}
    assert box.letters == []
