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

from services.identity.errors import TokenRefused
from services.identity.tokens import REFETCH_SECONDS, STALE_SECONDS, KeySet, Verifier

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

    async def certs(self) -> dict[str, Any]:
        self.fetched += 1
        await asyncio.sleep(0)
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
        _hs256_with_public_key(pem),
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


def _hs256_with_public_key(pem: bytes) -> str:
    """The old confusion: the public key used as an HMAC secret. PyJWT refuses to make it, so by hand."""
    import hashlib
    import hmac

    encode = jwt.utils.base64url_encode
    head = encode(json.dumps({"alg": "HS256", "kid": "a", "typ": "JWT"}).encode())
    body = encode(json.dumps(claims()).encode())
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
    for _ in range(50):
        with pytest.raises(TokenRefused):
            await keys.key(secrets.token_hex(4))
    assert service.fetched == 1
    hand.moment += timedelta(seconds=REFETCH_SECONDS)
    with pytest.raises(TokenRefused):
        await keys.key("unknown")
    assert service.fetched == 2


async def test_a_new_key_is_found_and_a_removed_one_forgotten(hand: Hand) -> None:
    service = Service()
    keys = KeySet(service.certs, hand)
    await keys.key("a")
    service.keys = {"b": new_key()}
    hand.moment += timedelta(seconds=REFETCH_SECONDS)
    assert (await keys.key("b")).key_id == "b"
    with pytest.raises(TokenRefused):
        await keys.key("a")
    service.keys = {}
    hand.moment += timedelta(seconds=STALE_SECONDS)
    with pytest.raises(TokenRefused):
        await keys.key("b")
