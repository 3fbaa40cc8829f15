"""Which logins the identity service has ended. Sessions ask on every request, so an ending bites at once.

An ending is kept for as long as a session can live, not a list of sessions: a session that is just being
opened for a login that has ended is caught too.
"""

import hashlib
from typing import Any

from services.clock import Clock
from services.web.keys import DEPLOYMENT, tenant_key


class Endings:
    """Kept in Redis.

    Args:
        redis: a `redis.asyncio` client. clock: the machine's clock.
        seconds: how long a session can live at most.
    """

    def __init__(self, redis: Any, clock: Clock, seconds: int) -> None:
        self._redis, self._clock, self._seconds = redis, clock, seconds

    async def end_login(self, login: str) -> None:
        """One login of a person, by the identity service's number of it, is over."""
        await self._redis.set(_key("login", login), "1", ex=self._seconds)

    async def end_person(self, subject: str) -> None:
        """Every session this person has now is over; a later login is not."""
        now = int(self._clock.now().timestamp())
        await self._redis.set(_key("person", subject), str(now), ex=self._seconds)

    async def doubt_person(self, subject: str) -> None:
        """Something of this person ended: their other sessions are asked about before they are used again.

        Keycloak 26 tells of one login only when an administrator ends several of a person.
        """
        now = int(self._clock.now().timestamp())
        await self._redis.set(_key("doubt", subject), str(now), ex=self._seconds)

    async def doubted(self, subject: str, checked: int) -> bool:
        """True when that happened since a session of this person was last confirmed."""
        since = await self._redis.get(_key("doubt", subject))
        return since is not None and checked <= int(since)

    async def reached(self, subject: str, login: str, created: int) -> bool:
        """True when a session of this person and login, opened at `created`, is over."""
        keys = [_key("person", subject)] + ([_key("login", login)] if login else [])
        person, *rest = await self._redis.mget(keys)
        return (person is not None and created <= int(person)) or any(one is not None for one in rest)

    async def first(self, jti: str, seconds: int) -> bool:
        """True the first time this number of a logout token is seen."""
        return bool(await self._redis.set(_key("token", jti), "1", ex=seconds, nx=True))


def _key(kind: str, what: str) -> str:
    return tenant_key(DEPLOYMENT, f"ended-{kind}", hashlib.sha256(what.encode()).hexdigest())
