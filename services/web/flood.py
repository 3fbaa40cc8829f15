"""Counts what people without a login send: so many of a kind an hour, then no more until it is over."""

from hashlib import sha256

from policies.visiting.voice_errors import Flooded
from services.web.keys import tenant_key
from services.work import App

HOUR = 60 * 60  # seconds of the machine's clock


async def count_one(app: App, bureau: str, kind: str, who: str, most: int) -> None:
    """Count one request.

    Args:
        kind: what is counted. who: of whom, as typed or seen; kept as a digest only, for an hour.
        most: requests an hour.

    Raises:
        Flooded: that many were counted already.
    """
    key = tenant_key(bureau, "flood", kind, sha256(who.encode()).hexdigest()[:32])
    number = await app.redis.incr(key)
    if number == 1:
        await app.redis.expire(key, HOUR)
    if number > most:
        raise Flooded(number, most=most)
