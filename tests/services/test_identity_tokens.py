"""Forged, foreign and stale tokens; keys that come and go."""

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from services.identity.errors import ClockSkewed, IdentityUnavailable, TokenRefused
from services.identity.keyset import REFETCH_SECONDS, RENEW_SECONDS, RETRY_SECONDS, STALE_SECONDS, KeySet
from services.identity.tokens import LOGOUT_EVENT, Verifier

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ISSUER = "http://127.0.0.1:8000/realms/shuangsui"


class Hand:
    simulated = False

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        return self.moment


class Service:
    """An identity service with keys that can be changed; counts how often they are fetched."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"a": new_key()}
        self.fetched = 0
        self.down = False

    async def certs(self) -> dict[str, Any]:
        self.fetched += 1
        await asyncio.sleep(0)
        if self.down:
            raise IdentityUnavailable
        return {"keys": [jwk(kid, key) for kid, key in self.keys.items()]}


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def jwk(kid: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    raw = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return raw | {"kid": kid, "alg": "RS256", "use": "sig"}


def claims(**changes: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    base = {
        "iss": ISSUER, "aud": "shuangsui", "azp": "shuangsui", "sub": "p", "typ": "Bearer",
        "iat": now, "exp": now + 300, "auth_time": now, "acr": "2", "nonce": "n",
    }  # fmt: skip
    return {name: value for name, value in (base | changes).items() if value is not None}


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.fixture
def verifier(service: Service, hand: Hand) -> Verifier:
    keys = KeySet(service.certs, hand)
    return Verifier(
        issuer=ISSUER, audience="shuangsui", clients=frozenset({"shuangsui"}), keys=keys, clock=hand
    )


def signed(service: Service, kid: str = "a", **changes: Any) -> str:
    return jwt.encode(claims(**changes), service.keys[kid], "RS256", headers={"kid": kid})


async def test_a_good_token_is_believed(verifier: Verifier, service: Service) -> None:
    found = await verifier.check(signed(service), "Bearer")
    assert (found.subject, found.acr, found.client) == ("p", 2, "shuangsui")
    assert (await verifier.check(signed(service, typ="ID"), "ID", nonce="n")).nonce == "n"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "http://127.0.0.1:8000/realms/other"},
        {"iss": ISSUER + "/"},
        {"iss": None},
        {"aud": "account"},
        {"aud": ["account", "shuangsui2"]},
        {"aud": None},
        {"azp": "another-client"},
        {"azp": None},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"typ": "Logout"},
        {"typ": None},
        {"exp": int(NOW.timestamp())},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": 9e18},
        {"iat": int(NOW.timestamp()) + 31},
        {"nbf": int(NOW.timestamp()) + 31},
        {"auth_time": int(NOW.timestamp()) + 31},
        {"sub": None},
    ],
)
async def test_a_wrong_claim_is_refused(
    verifier: Verifier, service: Service, changes: dict[str, Any]
) -> None:
    with pytest.raises(TokenRefused):
        await verifier.check(signed(service, **changes), "Bearer")


async def test_an_identity_token_is_no_bearer_token_and_needs_its_nonce(
    verifier: Verifier, service: Service
) -> None:
    with pytest.raises(TokenRefused):
        await verifier.check(signed(service), "ID")
    with pytest.raises(TokenRefused):
        await verifier.check(signed(service, typ="ID"), "ID", nonce="other")


async def test_forged_signatures_are_refused(verifier: Verifier, service: Service) -> None:
    public = service.keys["a"].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head, body, mark = signed(service).split(".")
    other = jwt.utils.base64url_encode(json.dumps(claims(sub="boss")).encode()).decode()
    forged = [
        jwt.encode(claims(), None, "none", headers={"kid": "a"}),
        jwt.encode(claims(), new_key(), "RS256", headers={"kid": "a"}),
        jwt.encode(claims(), new_key(), "RS256", headers={"kid": "b"}),
        jwt.encode(claims(), secrets.token_bytes(32), "HS256", headers={"kid": "a"}),
        _hs256(pem, claims(), "a"),
        jwt.encode(claims(), service.keys["a"], "RS512", headers={"kid": "a"}),
        jwt.encode(claims(), service.keys["a"], "RS256", headers={"kid": "a", "typ": "logout+jwt"}),
        jwt.encode(claims(), service.keys["a"], "RS256"),
        f"{head}.{other}.{mark}",
        f"{head}.{body}.",
        f"{head}.{body}",
        "",
        "not a token",
    ]
    for token in forged:
        with pytest.raises(TokenRefused):
            await verifier.check(token, "Bearer")


def _hs256(pem: bytes, body_: dict[str, Any], kid: str) -> str:
    """The old confusion: the public key used as an HMAC secret. PyJWT refuses to make it, so by hand."""
    import hashlib
    import hmac

    encode = jwt.utils.base64url_encode
    head = encode(json.dumps({"alg": "HS256", "kid": kid, "typ": "JWT"}).encode())
    body = encode(json.dumps(body_).encode())
    mark = encode(hmac.new(pem, head + b"." + body, hashlib.sha256).digest())
    return b".".join((head, body, mark)).decode()


async def test_claims_of_bureau_and_role_are_not_even_read(verifier: Verifier, service: Service) -> None:
    greedy = {"realm_access": {"roles": ["drawer"]}, "organization": {"411721": {}}, "bureau": "411721"}
    found = await verifier.check(signed(service, **greedy), "Bearer")
    assert not any(hasattr(found, name) for name in ("bureau", "roles", "organization"))


@pytest.mark.parametrize(("acr", "level"), [("2", 2), ("1", 1), ("0", 1), ("gold", 1), (None, 1), ("3", 1)])
async def test_levels(verifier: Verifier, service: Service, acr: str | None, level: int) -> None:
    assert (await verifier.check(signed(service, acr=acr), "Bearer")).acr == level


async def test_keys_are_fetched_once_and_unknown_ids_cannot_flood(hand: Hand) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await asyncio.gather(*(keys.key("a") for _ in range(50)))
    assert service.fetched == 1
    for turn in (2, 2, 3):  # unknown ids ask once, and again only after the pause
        for _ in range(50):
            with pytest.raises(TokenRefused):
                await keys.key(secrets.token_hex(4))
        assert service.fetched == turn
        hand.moment += timedelta(seconds=REFETCH_SECONDS / 2)
        await keys.key("a")


async def test_a_new_key_is_found_at_once_and_a_removed_one_forgotten_with_it(hand: Hand) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await keys.key("a")
    service.keys = {"b": new_key()}
    assert (await keys.key("b")).key_id == "b"
    with pytest.raises(TokenRefused):
        await keys.key("a")


async def test_nobody_is_turned_away_while_a_new_key_is_fetched(hand: Hand) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await keys.key("a")
    service.keys["b"] = new_key()
    found = await asyncio.gather(*(keys.key("b") for _ in range(50)))
    assert {one.key_id for one in found} == {"b"} and service.fetched == 2


async def test_a_removed_key_is_believed_for_a_minute_at_most(hand: Hand) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await keys.key("a")
    service.keys = {}
    hand.moment += timedelta(seconds=RENEW_SECONDS)
    with pytest.raises(TokenRefused):
        await keys.key("a")


async def test_a_token_fresh_from_the_service_is_not_refused_for_anothers_flood(hand: Hand) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await keys.key("a")
    with pytest.raises(TokenRefused):
        await keys.key("made up")  # spends the strangers' turn
    service.keys["b"] = new_key()
    with pytest.raises(TokenRefused):
        await keys.key("b")
    assert (await keys.key("b", at_once=True)).key_id == "b"


async def test_a_service_that_is_down_changes_nothing_for_five_minutes_and_is_not_hammered(
    hand: Hand,
) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await keys.key("a")
    service.down = True
    hand.moment += timedelta(seconds=RENEW_SECONDS)
    for _ in range(20):
        assert (await keys.key("a")).key_id == "a"
        with pytest.raises(IdentityUnavailable):  # nobody can say whether it is a key: not "refused"
            await keys.key("b")
    assert service.fetched == 2
    hand.moment += timedelta(seconds=STALE_SECONDS - RENEW_SECONDS)
    with pytest.raises(IdentityUnavailable):
        await keys.key("a")
    service.down = False
    hand.moment += timedelta(seconds=RETRY_SECONDS)
    assert (await keys.key("a")).key_id == "a"


async def test_a_new_token_out_of_time_says_that_the_clocks_disagree(
    verifier: Verifier, service: Service, hand: Hand
) -> None:
    token = signed(service, typ="ID")
    for gap in (timedelta(minutes=-2), timedelta(minutes=6)):
        hand.moment = NOW + gap
        with pytest.raises(ClockSkewed) as caught:
            await verifier.check(token, "ID", nonce="n", fetched=True)
        assert "NTP" in caught.value.line() and f"{-int(gap.total_seconds()):+d} s" in caught.value.line()
        with pytest.raises(TokenRefused):
            await verifier.check(token, "ID", nonce="n")
        with pytest.raises(TokenRefused):  # a forged claim is not excused by its time
            await verifier.check(signed(service, typ="ID", aud="x"), "ID", nonce="n", fetched=True)


EVENTS = {LOGOUT_EVENT: {}}


def logout(service: Service, header: str = "logout+jwt", **changes: Any) -> str:
    body = {"typ": "Logout", "events": EVENTS, "jti": "1", "sid": "s", "nonce": None, "acr": None} | changes
    return jwt.encode(claims(**body), service.keys["a"], "RS256", headers={"kid": "a", "typ": header})


async def test_a_logout_token_is_read(verifier: Verifier, service: Service) -> None:
    found = await verifier.check_logout(logout(service))
    assert (found.subject, found.sid, found.jti) == ("p", "s", "1")
    assert (await verifier.check_logout(logout(service, sid=None, azp=None, exp=None))).sid == ""
    with pytest.raises(TokenRefused):
        await verifier.check(logout(service), "Bearer")
    with pytest.raises(TokenRefused):
        await verifier.check(logout(service, header="JWT"), "ID")


@pytest.mark.parametrize(
    "changes",
    [
        {"events": None},
        {"events": {}},
        {"events": {LOGOUT_EVENT: True}},
        {"events": [LOGOUT_EVENT]},
        {"nonce": "n"},
        {"jti": None},
        {"sid": None, "sub": None},
        {"aud": "another-client"},
        {"iss": ISSUER + "x"},
        {"iat": int(NOW.timestamp()) - 301},
        {"iat": int(NOW.timestamp()) + 31},
        {"exp": int(NOW.timestamp())},
        {"typ": "ID"},
    ],
)
async def test_a_wrong_logout_token_is_refused(
    verifier: Verifier, service: Service, changes: dict[str, Any]
) -> None:
    with pytest.raises(TokenRefused):
        await verifier.check_logout(logout(service, **changes))


@pytest.mark.parametrize(
    ("changes", "service_account"),
    [
        ({"preferred_username": "service-account-platform"}, True),
        ({"preferred_username": "service-account-platform", "client_id": "platform"}, True),
        ({"preferred_username": "service-account-platform", "client_id": "shuangsui"}, False),
        (
            {"preferred_username": "service-account-platform", "sid": "s"},
            False,
        ),  # somebody called themselves so
        ({"preferred_username": "service-account-platform", "auth_time": 1}, False),
        ({"preferred_username": "service-account-other"}, False),
        ({"preferred_username": "zhang"}, False),
        ({}, False),
    ],
)
async def test_only_a_programs_own_token_counts_as_a_program(
    verifier: Verifier, service: Service, changes: dict[str, Any], service_account: bool
) -> None:
    body = {"azp": "platform", "auth_time": None, "nonce": None} | changes
    token = jwt.encode(claims(**body), service.keys["a"], "RS256", headers={"kid": "a"})
    assert (await verifier.check(token, "Bearer", any_client=True)).service is service_account
    with pytest.raises(TokenRefused):
        await verifier.check(token, "Bearer")
