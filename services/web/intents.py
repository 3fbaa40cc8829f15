"""Intents: what a person is about to do, kept under a random number until the second factor is given for it.

Redis holds an intent under the digest of its number, sealed with a key derived from the number: whoever reads
Redis without the browser's address bar learns neither the content nor whose it is. One answer of "not
used yet" is given per number, by one atomic command.
"""

import hashlib
import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.clock import Clock
from services.web.intent_errors import IntentStale, IntentUsed
from services.web.keys import tenant_key

SECONDS = 300  # to give the second factor and to confirm
MOST = 4 * 1024 * 1024  # bytes of a payload kept for a browser
_ID = re.compile(r"(\d{6})\.[A-Za-z0-9_-]{43}")
_NONCE = bytes(12)  # every key seals one text only


@dataclass(frozen=True, slots=True)
class Intent:
    """One act waiting for its second factor.

    Attributes:
        subject, bureau: who, acting for whom.
        channel: digest of the browser's cookie; "bearer" for a program.
        action: row of the matrix. method, path, query: of the request, the query as sent.
        digest: hex SHA-256 of the canonical payload.
        made: seconds since 1970 on the machine's clock.
        content: what is shown for confirmation. kind, body: the request's body as it came, for a browser.
    """

    subject: str
    bureau: str
    channel: str
    action: str
    method: str
    path: str
    query: str
    digest: str
    made: int
    content: Mapping[str, Any]
    kind: str = ""
    body: bytes = field(default=b"", repr=False)


class Intents:
    """Keeps intents in Redis.

    Args:
        redis: a `redis.asyncio` client. clock: the machine's clock, never a simulated one.
    """

    def __init__(self, redis: Any, clock: Clock, seconds: int = SECONDS) -> None:
        self._redis, self._clock, self._seconds = redis, clock, seconds

    async def make(self, intent: Intent) -> str:
        """Keeps an intent and returns its number, which is kept nowhere here."""
        number = f"{intent.bureau}.{secrets.token_urlsafe(32)}"
        plain = asdict(intent) | {"body": b64encode(intent.body).decode()}
        sealed = AESGCM(_key(number)).encrypt(_NONCE, json.dumps(plain).encode(), None)
        await self._redis.set(_name("intent", number), sealed, ex=self._seconds)
        return number

    async def find(self, number: str) -> Intent | None:
        """The intent of a number, used or not; None when it is over, or was never made."""
        if not _ID.fullmatch(number):
            return None
        sealed = await self._redis.get(_name("intent", number))
        if sealed is None:
            return None
        try:
            plain = json.loads(AESGCM(_key(number)).decrypt(_NONCE, sealed, None))
        except InvalidTag:
            return None
        found = Intent(**plain | {"body": b64decode(plain["body"])})
        return found if self.now() - found.made <= self._seconds else None

    async def use(self, number: str, retry: str = "") -> None:
        """Uses an intent up: of all that come with one number, one is let through.

        Args:
            retry: digest of the Idempotency-Key; the same request may come again under the same key, since
                its answer is kept and the act is not done twice.

        Raises:
            IntentUsed: it served before.
        """
        name = _name("intent-used", number)
        if await self._redis.set(name, retry or "-", nx=True, ex=2 * self._seconds):
            return
        if retry and _text(await self._redis.get(name)) == retry:
            return
        raise IntentUsed

    async def was_used(self, number: str) -> bool:
        """True when the number served before, also after the intent itself is gone."""
        return bool(await self._redis.exists(_name("intent-used", number)))

    async def spend(self, bureau: str, login: str) -> bool:
        """Uses a second factor up; False when it served another act before.

        Args:
            login: the session's number, which every second factor changes.
        """
        return bool(await self._redis.set(_login(bureau, login), "1", nx=True, ex=2 * self._seconds))

    async def is_spent(self, bureau: str, login: str) -> bool:
        """True when this second factor served an act."""
        return bool(await self._redis.exists(_login(bureau, login)))

    def now(self) -> int:
        """Seconds since 1970 on the machine's clock."""
        return int(self._clock.now().timestamp())

    def stale(self) -> IntentStale:
        """The refusal of an intent that is over."""
        return IntentStale(minutes=self._seconds // 60)


def bureau_of(number: str) -> str:
    """The bureau a number was made for; "" when it is no number of ours."""
    found = _ID.fullmatch(number)
    return found[1] if found else ""


def _name(kind: str, number: str) -> str:
    return tenant_key(number[:6], kind, hashlib.sha256(number.encode()).hexdigest())


def _login(bureau: str, login: str) -> str:
    return tenant_key(bureau, "stepped", hashlib.sha256(login.encode()).hexdigest())


def _key(number: str) -> bytes:
    return hashlib.sha256(b"shuangsui/intent-key/1\n" + number.encode()).digest()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")
