"""The code at the door: what it proves, and that nothing else passes for it; in both programs."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from policies.rd1.canonical import sha256
from policies.rd1.changes import cancel_event, replace_event, substitute_event
from policies.rd1.door import MOST_BYTES, Cosigned, DoorCode, Person, decode, encode, fragment, unfragment
from policies.rd1.door_errors import BadCode
from policies.rd1.logs_notes import LOG_KEY, Signer
from policies.verify.door import check_door
from services.field.codes import qr_svg
from tests.records.rd1_world import CITY, LOG, Made, trust

from .door_world import code, world
from .node import NODE, WHY, ask, packed

BY = ("p1", "p2")
node = pytest.mark.skipif(NODE is None, reason=WHY)


def both(codes: list[bytes], need: int = 1) -> list[dict[str, Any]]:
    """Reports of the two checkers, which must agree on everything but the words of a fault."""
    mine = [check_door(one, trust(need)).as_dict() for one in codes]
    if NODE is None:
        return mine
    theirs = ask([{"code": packed(one), "trust": trust(need).text()} for one in codes], "door.mjs")
    for one, other in zip(mine, theirs, strict=True):
        assert [(s["id"], s["status"]) for s in one["steps"]] == [
            (s["id"], s["status"]) for s in other["steps"]
        ]
        for name in other.keys() - {"steps"}:
            assert one[name] == other[name], name
    return mine


@pytest.fixture(scope="module")
def drawn() -> Made:
    return world()


def uid_of(one: Made, stratum: str = "general") -> str:
    return next(pick.uid for pick in one.drawn.picks if pick.stratum == stratum)


@pytest.mark.parametrize("suite", [1, 2])
def test_a_code_says_which_officers_which_site_fixed_when(suite: int) -> None:
    one = world(suite)
    uid = uid_of(one)
    given = code(one, uid)
    (got,) = both([encode(given)])
    assert got["genuine"] and [s["status"] for s in got["steps"]] == ["passed"] * 6
    team = {p.certificate for p in given.people}
    assert (got["uid"], got["drawn"], set(got["certificates"])) == (uid, uid, team)
    assert (got["fixed_at"], got["beacon_at"]) == ("2025-12-30T02:10:00Z", "2025-12-30T02:00:05Z")
    assert (got["seen"], got["need"], got["bureau"], got["log"]) == (2, 1, "150203", LOG.name)
    assert got["m"] == one.drawn.m.hex() and not got["simulated"] and not got["cancelled"]


def test_a_code_fits_the_densest_qr_code_with_room_for_the_address(drawn: Made) -> None:
    for uid in drawn.drawn.teams:
        assert len(f"https://draws.example.gov.cn/v/#{fragment(code(drawn, uid))}") < 2300
    picture = str(qr_svg(f"https://draws.example.gov.cn/v/#{fragment(code(drawn, uid_of(drawn)))}"))
    assert picture.startswith("<svg") and "<path" in picture and "style=" not in picture


def test_every_flipped_byte_is_noticed(drawn: Made) -> None:
    """The checksum notices damage; below, the checksum is made good and the proof itself notices."""
    whole = encode(code(drawn, uid_of(drawn)))
    altered = [whole[:i] + bytes([whole[i] ^ 1 << i % 8]) + whole[i + 1 :] for i in range(len(whole))]
    for one in altered:
        assert not check_door(one, trust()).genuine
    assert not any(got["genuine"] for got in both(altered[::37]))


def test_no_byte_can_be_altered_by_a_forger_who_mends_the_checksum(drawn: Made) -> None:
    body = encode(code(drawn, uid_of(drawn)))[:-8]
    altered = []
    for i in range(len(body)):
        bad = body[:i] + bytes([body[i] ^ 1 << i % 8]) + body[i + 1 :]
        altered.append(bad + sha256(bad)[:8])
    mine = [check_door(one, trust(2)) for one in altered]
    # A line whose key id is altered belongs to nobody known: then a witness is missing, and said to be.
    assert all(not got.genuine or (got.seen == 1 and got.steps[4][1] == "not_checked") for got in mine)
    assert sum(got.genuine for got in mine) <= 8
    both(altered[::29], need=2)


STRANGER = Person(certificate="豫Q999999", salt=b"s" * 16)
FORGED = {
    "another officer": lambda c: replace(c, people=(STRANGER, *c.people[1:])),
    "another salt": lambda c: replace(c, people=(replace(c.people[0], salt=b"s" * 16), *c.people[1:])),
    "another site": lambda c: replace(c, uid="911500000000000999X001P"),
    "another stratum": lambda c: replace(c, stratum="key"),
    "another rank": lambda c: replace(c, rank=c.rank + 1),
    "another draw": lambda c: replace(c, m=bytes(32)),
    "another place": lambda c: replace(c, index=c.index ^ 1),
    "another path": lambda c: replace(c, path=(bytes(32), *c.path[1:])),
    "a shorter path": lambda c: replace(c, path=c.path[:-1]),
    "another time": lambda c: replace(c, result=replace(c.result, at=c.result.at - 86400)),
    "another beacon time": lambda c: replace(c, beacon=(replace(c.beacon[0], at=0), c.beacon[1])),
    "another beacon": lambda c: replace(c, beacon=(c.beacon[0], bytes(32))),
    "another bureau": lambda c: replace(c, bureau="411721"),
    "another size": lambda c: replace(c, size=c.size + 1),
    "another signature": lambda c: replace(c, signature=bytes(64)),
    "another witness time": lambda c: replace(
        c, witnesses=tuple(replace(w, time=w.time + 1) for w in c.witnesses)
    ),
    "a witness who did not sign": lambda c: replace(c, witnesses=(Cosigned(CITY.verifier.id, 1, bytes(64)),)),
    "somebody nobody drew": lambda c: replace(
        c, people=(*c.people, Person(certificate="豫Q888888", salt=b"s" * 16))
    ),
    "a rank beyond 32 bits": lambda c: replace(c, rank=2**32),
    "a time beyond the calendar": lambda c: replace(c, result=replace(c.result, at=2**52)),
    "an unknown suite": lambda c: replace(c, suite=3),
}  # fmt: skip


def test_a_forged_code_is_shown_for_what_it_is(drawn: Made) -> None:
    given = code(drawn, uid_of(drawn))
    reports = both([encode(make(given)) for make in FORGED.values()])
    assert [name for name, got in zip(FORGED, reports, strict=True) if got["genuine"]] == []
    assert all("uid" not in got or not got["uid"] for got in reports)


def test_a_foreign_log_is_no_proof(drawn: Made) -> None:
    foreign = Signer(LOG.name, LOG_KEY, sha256(b"foreign"))
    (got,) = both([encode(code(drawn, uid_of(drawn), signer=foreign))])
    assert not got["genuine"] and got["steps"][-1] == got["steps"][3]
    impostor = replace(code(drawn, uid_of(drawn), signer=foreign), key=LOG.verifier.id)
    (got,) = both([encode(impostor)])
    assert not got["genuine"] and got["steps"][-1]["id"] == "D4"


def test_too_few_witnesses_is_said_and_is_no_forgery(drawn: Made) -> None:
    (got,) = both([encode(code(drawn, uid_of(drawn), seen=[CITY]))], need=2)
    assert got["genuine"] and (got["seen"], got["steps"][4]["status"]) == (1, "not_checked")


def changed() -> Made:
    """A site replaced twice, an officer of the last one substituted, and another visit called off."""
    one = world()
    uid = next(u for u in (p.uid for p in one.drawn.picks if p.stratum == "general"))
    first = replace_event(one.standing(), uid, "closed_down", BY, "2026-01-03T00:00:00Z")
    one.events.append(first)
    second = replace_event(one.standing(), first["by_uid"], "moved_away", BY, "2026-01-04T00:00:00Z")
    one.events.append(second)
    here, now = second["by_uid"], one.standing()
    ill = max(now.teams[here], key=lambda oid: len(now.eligible(here, oid)))
    leave = now.eligible(here, ill)[:-1]
    swap = substitute_event(now, here, ill, "生病", BY, "2026-01-05T00:00:00Z", on_leave=leave)
    one.events.append(swap)
    other = next(u for u in one.standing().teams if u != second["by_uid"])
    one.events.append(cancel_event(one.standing(), other, "force_majeure", BY, "2026-01-06T00:00:00Z"))
    return one


def test_a_code_after_changes_proves_each_of_them() -> None:
    one = changed()
    last, gone = one.events[2]["uid"], one.events[3]["uid"]
    given = code(one, last)
    got, void = both([encode(given), encode(code(one, gone))])
    assert got["genuine"] and (got["uid"], got["drawn"]) == (last, one.events[0]["uid"])
    assert [event["kind"] for event in got["changes"]] == ["replace", "replace", "substitute"]
    shown = {p.certificate for p in given.people if p.certificate}
    assert set(got["certificates"]) == shown and len(shown) == 2
    assert void["genuine"] and void["cancelled"]
    assert len(fragment(given)) < 2800  # three changes still fit one QR code


def test_a_change_cannot_be_left_out_reordered_or_altered() -> None:
    one = changed()
    given = code(one, one.events[2]["uid"])
    first, second, swap = given.events
    other = replace(second, event=second.event.replace(b"p1", b"p9"))
    blank = replace(first, event=first.event.replace(b"{", b"{ ", 1))
    forged = {
        "order": replace(given, events=(second, first, swap)),
        "text": replace(given, events=(first, other, swap)),
        "blank": replace(given, events=(blank, second, swap)),
        "salt": replace(given, events=(replace(first, salt=bytes(16)), second, swap)),
        "gap": replace(given, events=(first, swap)),
        "twice": replace(given, events=(first, first, second, swap)),
        "no json": replace(given, events=(replace(first, event=b"[" * 900), second, swap)),
        "team left out": replace(given, events=(first, second)),
    }  # fmt: skip
    reports = both([encode(code) for code in forged.values()])
    assert [name for name, got in zip(forged, reports, strict=True) if got["genuine"]] == []


@pytest.mark.parametrize("data", [b"", b"\x01", bytes(8), bytes(40), bytes(MOST_BYTES + 1), b"\xff" * 500])
def test_rubbish_is_unreadable(data: bytes) -> None:
    body = data + sha256(data)[:8]
    reports = both([data, body])
    assert [got["genuine"] for got in reports] == [False, False]
    assert [got["steps"][0]["status"] for got in reports] == ["failed", "failed"]


def test_random_bytes_with_a_good_checksum_end_quickly_and_alike(drawn: Made) -> None:
    dice, whole = random.Random(5), encode(code(drawn, uid_of(drawn)))[:-8]
    made = []
    for _ in range(300):
        cut = bytearray(whole[: dice.randrange(len(whole))])
        for _ in range(dice.randrange(4)):
            if cut:
                cut[dice.randrange(len(cut))] = dice.randrange(256)
        body = bytes(cut) + dice.randbytes(dice.randrange(40))
        made.append(body + sha256(body)[:8])
    assert not any(got["genuine"] for got in both(made))


def test_one_code_has_one_spelling(drawn: Made) -> None:
    given = code(drawn, uid_of(drawn))
    spelt = fragment(given)
    assert decode(unfragment(f"https://x.example/v/#{spelt}")) == given
    for bad in (spelt + "=", spelt[:-1] + "?", spelt + "A", spelt.replace(spelt[5], "/", 1)):
        with pytest.raises(BadCode):
            decode(unfragment(bad))


def test_everything_named_is_proven(drawn: Made) -> None:
    given: DoorCode = code(drawn, uid_of(drawn))
    stranger = replace(given, people=(*given.people, Person(oid="o-0000000000000000")))
    assert not check_door(encode(stranger), trust()).genuine
    unnamed = replace(given, people=tuple(Person(oid=_oid(p)) for p in given.people))
    assert not check_door(encode(unnamed), trust()).genuine  # a code must name whoever is to come


def _oid(person: Person) -> str:
    from policies.rd1.canonical import suite_of
    from policies.rd1.freeze import pseudonym

    return pseudonym(suite_of(1), person.salt, person.certificate)


def test_changes_stand_in_the_order_of_the_log() -> None:
    """Two officers exchanged one after the other: the other order gives the same team, and is refused."""
    one = world()
    uid = uid_of(one)
    for day in (3, 4):
        now = one.standing()
        ill = next(oid for oid in one.drawn.teams[uid] if oid in now.teams[uid] and now.eligible(uid, oid))
        event = substitute_event(now, uid, ill, "生病", BY, f"2026-01-0{day}T00:00:00Z")
        one.events.append(event)
    given = code(one, uid)
    turned = replace(given, events=tuple(reversed(given.events)))
    right, wrong = both([encode(given), encode(turned)])
    assert right["genuine"] and len(right["changes"]) == 2
    assert not wrong["genuine"] and wrong["steps"][-1]["id"] == "D6"
