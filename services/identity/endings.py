"""Which logins the identity service has ended. Sessions ask on every request, so an ending bites at once.

An ending is kept for as long as a session can live, not a list of sessions: a session that is just being
opened for a login that has ended is caught too.
"""

import hashlib
from dataclasses import dataclass
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

    async def first(self, jti: str, seconds: int) -> bool:
        """True the first time this number of a logout token is seen."""
        return bool(await self._redis.set(_key("token", jti), "1", ex=seconds, nx=True))


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept about the endings of one person and login, as read from Redis at one moment.

    Attributes:
        person: since when every older session of the person is over; doubt: since when they are doubted.
        login: whether this login is over.
    """

    person: bytes | None
    doubt: bytes | None
    login: bytes | None = None

    def reached(self, created: int) -> bool:
        """True when a session of this person and login, opened at `created`, is over."""
        return self.login is not None or (self.person is not None and created <= int(self.person))

    def doubted(self, checked: int) -> bool:
        """True when the person was doubted since a session of theirs was last confirmed."""
        return self.doubt is not None and checked <= int(self.doubt)


def keys_of(subject: str, login: str) -> tuple[str, ...]:
    """Where the parts of `Told` are kept, in its order; without a login, none for it."""
    logins = (_key("login", login),) if login else ()
    return (_key("person", subject), _key("doubt", subject), *logins)


def _key(kind: str, what: str) -> str:
    return tenant_key(DEPLOYMENT, f"ended-{kind}", hashlib.sha256(what.encode()).hexdigest())
