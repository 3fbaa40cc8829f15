"""Redis does not answer: whoever needs a session reads so, everybody else goes on, and the log says it once a
minute instead of once a request."""

import asyncio

from redis.exceptions import RedisError

from services.logs import say
from services.web.errors import StoreDown

QUIET_SECONDS = 60.0
_SAID: list[float] = []  # when it was last said, on the loop's clock; at most one


def store_down(error: RedisError) -> StoreDown:
    """The refusal that stands for an error of Redis; told to the log, if it was not just now."""
    now = asyncio.get_running_loop().time()
    if not _SAID or not 0 <= now - _SAID[0] < QUIET_SECONDS:
        _SAID[:] = [now]
        say("redis.down", level="error", kind=type(error).__name__)
    return StoreDown()
