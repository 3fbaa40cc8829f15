"""The optional connector to drand: one round's signature from a relay, over the relay's public HTTP API.

A deployment without a way out needs none of this: anyone may read the signature elsewhere and enter it. The
relay is not trusted; the signature is checked against quicknet's key before it counts (rd1 §4).
"""

import json
import re

from policies.rd1.beacon import QUICKNET
from services.outside.errors import RoundNotThere
from services.outside.fetching import fetch

_HEX = re.compile(r"[0-9a-f]{96}", re.ASCII)


def drand_signature(relay: str, number: int) -> str:
    """Signature of a quicknet round, 48 bytes in hex, form checked only.

    Args:
        relay: base address of any drand HTTP relay.
        number: of the round.

    Raises:
        Unreachable: the relay did not answer. RoundNotThere: it answered something else.
    """
    answer = fetch(f"{relay.rstrip('/')}/{QUICKNET}/public/{number}", most=10_000)
    try:
        found = json.loads(answer or b"")
        if found["round"] == number and _HEX.fullmatch(found["signature"]):
            return str(found["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise RoundNotThere((answer or b"404")[:80].decode("utf-8", "replace"), round=number)
