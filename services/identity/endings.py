"""Which logins the identity service has ended. Sessions ask on every request, so an ending bites at once.

An ending is kept for as long as a session can live, not a list of sessions: a session that is just being
opened for a login that has ended is caught too.

No clock decides what came first: the machines of a deployment differ by seconds, and a session opened by a
fast one would outlive an ending told to a slow one. Every ending takes the next number of one counter in
Redis, which does one thing after the other; a session carries the number that stood there before the identity
service was asked about its login. So whatever was opened before an ending has a smaller number, by whichever
machine, and a login the identity service granted afterwards has not. Between taking its number and being kept
an ending is on its way: a login asked about in that moment was granted after the service had ended the
others.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from services.clock import Clock
from services.web.keys import DEPLOYMENT, tenant_key

# A session's age is told by its machine's clock: an ending stays longer than any difference of clocks.
_MARGIN = 60 * 60
_MICRO = 1_000_000


class Endings:
    """Kept in Redis.

    Args:
        redis: a `redis.asyncio` client. clock: the machine's clock, for where a lost counter begins again.
        seconds: how long a session can live at most.
    """

    def __init__(self, redis: Any, clock: Clock, seconds: int) -> None:
        self._redis, self._clock, self._seconds = redis, clock, seconds + _MARGIN

    async def count(self) -> int:
        """The number of the newest ending of anybody; to be read before the identity service is asked."""
        return int(await self._redis.get(_COUNTER) or 0)

    async def end_person(self, subject: str) -> None:
        """Every session this person has now is over; a later login is not."""
        await self._keep({_key("person", subject): await self._next()})

    async def obey(self, jti: str, seconds: int, *, login: str, subject: str) -> bool:
        """Carries a logout token out, once; False when it was before.

        Its number is spent in one step with what it orders: a crash between the two would lose the logout,
        since the identity service may never send it again, and the site would refuse it if it did.

        Args:
            jti: number of the token. seconds: how long it is remembered.
            login: the one login that is over, by the identity service's number; "" for every login of the
                person. With one, the person's other sessions are asked about before they are used again:
                Keycloak 26 tells of one login only when an administrator ends several of a person.
            subject: the person.
        """
        if await self._redis.exists(_key("token", jti)):
            return False
        number = await self._next()
        ends = {_key("login", login): 1, _key("doubt", subject): number} if login else {}
        await self._keep(ends or {_key("person", subject): number}, _key("token", jti), seconds)
        return True

    async def _next(self) -> int:
        """The next number. A counter that was lost begins above every number there ever was."""
        now = int(self._clock.now().timestamp() * _MICRO)
        async with self._redis.pipeline(transaction=True) as together:
            together.set(_COUNTER, now, nx=True)
            together.incr(_COUNTER)
            return int((await together.execute())[1])

    async def _keep(self, ends: dict[str, int], spent: str = "", seconds: int = 0) -> None:
        async with self._redis.pipeline(transaction=True) as together:
            for name, number in ends.items():
                together.set(name, number, ex=self._seconds)
            if spent:
                together.set(spent, "1", ex=seconds)
            await together.execute()


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept about the endings of one person and login, as read from Redis at one moment.

    Attributes:
        person: number of the newest ending of every session of the person; doubt: of the newest of another
            login of theirs. login: whether this login is over.
    """

    person: bytes | None
    doubt: bytes | None
    login: bytes | None = None

    def reached(self, since: int) -> bool:
        """True when a session of this person and login is over; `since`: the number it carries."""
        return self.login is not None or (self.person is not None and since < int(self.person))

    def doubted(self, known: int) -> bool:
        """True when the person was doubted since the session was confirmed, then at the number `known`."""
        return known < self.doubts

    @property
    def doubts(self) -> int:
        """Number of the newest doubt; 0 for none."""
        return int(self.doubt or 0)


def keys_of(subject: str, login: str) -> tuple[str, ...]:
    """Where the parts of `Told` are kept, in its order; without a login, none for it."""
    logins = (_key("login", login),) if login else ()
    return (_key("person", subject), _key("doubt", subject), *logins)


def _key(kind: str, what: str) -> str:
    return tenant_key(DEPLOYMENT, f"ended-{kind}", hashlib.sha256(what.encode()).hexdigest())


_COUNTER = tenant_key(DEPLOYMENT, "ended-count", "all")
