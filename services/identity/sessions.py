"""Server-side sessions: the browser holds a random number, Redis the rest under the number's digest."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from typing import Any

from services.clock import Clock
from services.web.keys import DEPLOYMENT, tenant_key

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 8 * 60 * 60
TOUCH_SECONDS = 60  # how stale `seen` may be: one write a minute, not one a request


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser.

    Attributes:
        sid: the random number in the cookie; never stored.
        subject: the identity service's stable id of the person.
        bureau: code of the bureau acted for; "" until one is chosen.
        acr: authentication level, 1 or 2. auth_time: seconds since 1970, machine's clock.
        created, seen: seconds since 1970, machine's clock.
        csrf: the token forms of this session carry.
        id_token: needed to sign out at the identity service.
    """

    sid: str
    subject: str
    bureau: str
    acr: int
    auth_time: int
    created: int
    seen: int
    csrf: str
    id_token: str = ""


class Sessions:
    """Keeps sessions in Redis.

    Args:
        redis: a `redis.asyncio` client.
        clock: the machine's clock, never a simulated one.
        idle, absolute: limits in seconds since last seen and since login.
    """

    def __init__(
        self, redis: Any, clock: Clock, *, idle: int = IDLE_SECONDS, absolute: int = ABSOLUTE_SECONDS
    ) -> None:
        self._redis, self._clock, self._idle, self._absolute = redis, clock, idle, absolute

    async def open(
        self, *, subject: str, bureau: str, acr: int, auth_time: int, id_token: str, previous: str | None
    ) -> Session:
        """A new session under a new number; the browser's previous one ends."""
        now = self._now()
        session = Session(
            sid=secrets.token_urlsafe(32),
            subject=subject,
            bureau=bureau,
            acr=acr,
            auth_time=auth_time,
            created=now,
            seen=now,
            csrf=secrets.token_urlsafe(24),
            id_token=id_token,
        )
        await self._keep(session)
        if previous:
            await self.close(previous)
        return session

    async def find(self, sid: str) -> Session | None:
        """The session of a cookie, unless idle or too old; remembers that it was seen."""
        raw = await self._redis.get(_key(sid))
        if raw is None:
            return None
        session = Session(sid=sid, **json.loads(raw))
        now = self._now()
        if now - session.seen > self._idle or now - session.created > self._absolute:
            await self.close(sid)
            return None
        if now - session.seen >= TOUCH_SECONDS:
            session = replace(session, seen=now)
            await self._keep(session, only_if_there=True)  # a logout in between stays a logout
        return session

    async def switch(self, session: Session, bureau: str) -> Session:
        """The same login in another bureau, under a new number and token; the step-up is not carried over."""
        moved = replace(
            session,
            sid=secrets.token_urlsafe(32),
            csrf=secrets.token_urlsafe(24),
            bureau=bureau,
            acr=1,
            seen=self._now(),
        )
        await self._keep(moved)
        await self.close(session.sid)
        return moved

    async def close(self, sid: str) -> None:
        """Ends a session at once."""
        await self._redis.delete(_key(sid))

    async def _keep(self, session: Session, *, only_if_there: bool = False) -> None:
        data = asdict(session)
        del data["sid"]
        left = min(self._idle, session.created + self._absolute - session.seen)
        await self._redis.set(_key(session.sid), json.dumps(data), ex=max(left, 1), xx=only_if_there)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _key(sid: str) -> str:
    return tenant_key(DEPLOYMENT, "session", hashlib.sha256(sid.encode()).hexdigest())
