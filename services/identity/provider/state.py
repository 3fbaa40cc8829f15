"""What the provider remembers, all of it in memory: a restart signs everyone out of it, and that is fine."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.clock import Clock

REQUEST_SECONDS = 600
PUSH_SECONDS = 60
REFRESH_SECONDS = 30 * 60
CODE_SECONDS = 60
SSO_SECONDS = 8 * 3600
LIMIT = 2000
WRONG_LIMIT = 5
LOCK_SECONDS = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """A checked authorization request on its way through the forms; `username` once the password fitted."""

    redirect_uri: str
    state: str
    nonce: str
    challenge: str
    level: int
    hint: str = ""
    username: str = ""


@dataclass(frozen=True, slots=True)
class Granted:
    """What a code stands for, once."""

    request: AuthRequest
    username: str
    level: int
    auth_time: int
    sid: str


@dataclass(frozen=True, slots=True)
class SignedOn:
    """A browser signed on at the provider."""

    username: str
    auth_time: int


class Shelf(Generic[T]):
    """Things under random numbers, each for a limited time, and never too many."""

    def __init__(self, clock: Clock, seconds: int) -> None:
        self._clock, self._seconds = clock, seconds
        self._things: OrderedDict[str, tuple[float, T]] = OrderedDict()

    def put(self, thing: T) -> str:
        """Keeps it and returns its number; the oldest makes room."""
        number = secrets.token_urlsafe(24)
        self._things[number] = (self._clock.now().timestamp() + self._seconds, thing)
        while len(self._things) > LIMIT:
            self._things.popitem(last=False)
        return number

    def get(self, number: str) -> T | None:
        """The thing, unless its time is over."""
        until, thing = self._things.get(number, (0.0, None))
        return thing if self._clock.now().timestamp() < until else None

    def items(self) -> list[tuple[str, T]]:
        """Numbers and things whose time is not over."""
        return [(number, thing) for number in list(self._things) if (thing := self.get(number)) is not None]

    def take(self, number: str) -> T | None:
        """The thing, for the last time."""
        thing = self.get(number)
        self._things.pop(number, None)
        return thing


class Locks:
    """Wrong answers per user name: after five, none is heard for a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong: dict[str, tuple[int, float]] = {}

    def locked(self, username: str) -> bool:
        """True while answers are not heard."""
        count, at = self._wrong.get(username, (0, 0.0))
        return count >= WRONG_LIMIT and self._clock.now().timestamp() < at + LOCK_SECONDS

    def wrong(self, username: str) -> None:
        """Counts a wrong answer; only names that exist are counted, so the table stays small."""
        count, at = self._wrong.get(username, (0, 0.0))
        now = self._clock.now().timestamp()
        self._wrong[username] = (1 if now >= at + LOCK_SECONDS else count + 1, now)

    def right(self, username: str) -> None:
        """Forgets the wrong answers."""
        self._wrong.pop(username, None)
