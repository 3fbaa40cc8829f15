"""A flood of made-up key ids while the identity service turns its keys: who waits, and how long at most."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import jwt
import pytest

from services.identity.errors import IdentityUnavailable, TokenRefused
from services.identity.keyset import REFETCH_SECONDS, RENEW_SECONDS, KeySet
from services.identity.tokens import Verifier

from .test_identity_tokens import ISSUER, Hand, Service, claims, new_key


def verifier_of(service: Service, hand: Hand) -> Verifier:
    return Verifier(
        issuer=ISSUER, audience="shuangsui", clients=frozenset({"shuangsui"}),
        keys=KeySet(service.certs, hand), clock=hand,
    )  # fmt: skip


def token(service: Service, kid: str, key: Any = None, *, now: int = 0) -> str:
    """Signed by the service's key of that id, or by another one that claims the id."""
    stated = claims() if not now else claims(iat=now, exp=now + 300, auth_time=now)
    return jwt.encode(stated, key or service.keys[kid], "RS256", headers={"kid": kid})


async def outcome(asked: Awaitable[Any]) -> str:
    try:
        await asked
    except (TokenRefused, IdentityUnavailable) as refused:
        return type(refused).__name__
    return "believed"


def made_up(service: Service) -> str:
    return token(service, secrets.token_hex(4), STRANGER)


STRANGER = new_key()


async def test_a_flood_fetches_once_in_thirty_seconds_however_large() -> None:
    """Ten minutes of strangers, a second at a time: the service is asked at its own pace, not at theirs."""
    service, hand = Service(), Hand()
    verifier = verifier_of(service, hand)
    await verifier._keys.key("a")
    strange = [made_up(service) for _ in range(8)]
    for _ in range(600):
        hand.moment += timedelta(seconds=1)
        told = await asyncio.gather(*(outcome(verifier.check(one, "Bearer")) for one in strange))
        assert set(told) == {"TokenRefused"}
    # once a minute for age, and at most once in thirty seconds for an id nobody knows
    assert service.fetched <= 1 + 600 / RENEW_SECONDS + 600 / REFETCH_SECONDS
    assert service.fetched >= 600 / RENEW_SECONDS


async def test_a_new_key_waits_for_the_bound_and_not_a_second_longer() -> None:
    """The strangers have spent the turn just before the key turns: within thirty seconds it is believed."""
    service, hand = Service(), Hand()
    verifier = verifier_of(service, hand)
    await verifier._keys.key("a")
    assert await outcome(verifier.check(made_up(service), "Bearer")) == "TokenRefused"
    service.keys["b"] = new_key()
    new, old = token(service, "b"), token(service, "a")
    waited = []
    for _ in range(REFETCH_SECONDS + 1):
        flood = [outcome(verifier.check(made_up(service), "Bearer")) for _ in range(4)]
        told = await asyncio.gather(
            *flood, outcome(verifier.check(new, "Bearer")), outcome(verifier.check(old, "Bearer"))
        )
        assert set(told[:4]) == {"TokenRefused"} and told[5] == "believed"  # the old key never suffers
        waited.append(told[4])
        hand.moment += timedelta(seconds=1)
    assert waited.index("believed") <= REFETCH_SECONDS
    assert set(waited[waited.index("believed") :]) == {"believed"}
    assert service.fetched == 3  # at the start, for the first stranger, at the bound


async def test_without_a_flood_a_new_key_is_believed_at_once() -> None:
    service, hand = Service(), Hand()
    verifier = verifier_of(service, hand)
    await verifier._keys.key("a")
    service.keys["b"] = new_key()
    new = token(service, "b")
    told = await asyncio.gather(*(outcome(verifier.check(new, "Bearer")) for _ in range(50)))
    assert Counter(told) == {"believed": 50} and service.fetched == 2


async def test_a_removed_key_is_not_believed_for_the_flood() -> None:
    """The flood's own fetch already forgets it; nothing brings it back, not the flood and not its age."""
    service, hand = Service(), Hand()
    verifier = verifier_of(service, hand)
    old = token(service, "a")
    assert await outcome(verifier.check(old, "Bearer")) == "believed"
    leaked = service.keys.pop("a")
    service.keys["b"] = new_key()
    assert await outcome(verifier.check(made_up(service), "Bearer")) == "TokenRefused"  # fetches
    for second in range(3 * RENEW_SECONDS):
        hand.moment += timedelta(seconds=1)
        now = int(hand.moment.timestamp())
        told = await asyncio.gather(
            outcome(verifier.check(token(service, "a", leaked, now=now), "Bearer")),
            outcome(verifier.check(made_up(service), "Bearer")),
        )
        assert told == ["TokenRefused", "TokenRefused"], second


async def test_a_key_id_taken_over_by_a_stranger_is_worth_nothing() -> None:
    """Same id, another key: the signature decides; and a new key under an old id is taken at the renewal."""
    service, hand = Service(), Hand()
    verifier = verifier_of(service, hand)
    assert await outcome(verifier.check(token(service, "a", STRANGER), "Bearer")) == "TokenRefused"
    service.keys["a"] = new_key()
    hand.moment += timedelta(seconds=RENEW_SECONDS)
    now = int(hand.moment.timestamp())
    assert await outcome(verifier.check(token(service, "a", now=now), "Bearer")) == "believed"


@pytest.mark.parametrize("slow", [3, 20])
async def test_a_slow_fetch_amid_a_flood_turns_nobody_away_falsely(slow: int) -> None:
    """Everybody who comes while the answer is under way waits for it: one fetch, no false refusal."""
    service, hand = Service(), Hand()
    fetch = service.certs

    async def late() -> Any:
        answer = await fetch()
        for _ in range(slow):
            await asyncio.sleep(0)
        return answer

    keys = KeySet(late, hand)
    verifier = Verifier(
        issuer=ISSUER, audience="shuangsui", clients=frozenset({"shuangsui"}), keys=keys, clock=hand
    )
    await keys.key("a")
    hand.moment += timedelta(seconds=REFETCH_SECONDS)
    service.keys["b"] = new_key()
    flood = [outcome(verifier.check(made_up(service), "Bearer")) for _ in range(20)]
    mine = [outcome(verifier.check(token(service, "b"), "Bearer")) for _ in range(20)]
    told = await asyncio.gather(*(one for pair in zip(flood, mine, strict=True) for one in pair))
    assert Counter(told) == {"TokenRefused": 20, "believed": 20} and service.fetched == 2
