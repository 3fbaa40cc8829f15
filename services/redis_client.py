"""The one way to Redis: it says soon that nobody answers, and never asks the same thing many times."""

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 3.0


def redis_client(url: str) -> redis.Redis:
    """A client for `url`; what the URL itself says, e.g. `?socket_timeout=1`, comes first.

    A page would rather say that sessions cannot be read now than wait half a minute for it. A connection that
    broke while it lay unused is made anew once; a question that was not answered in time is never sent again,
    since nobody knows whether it was carried out.
    """
    return redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,)),
    )
