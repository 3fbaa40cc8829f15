"""The one place where a Redis key is made. A key without a bureau cannot be written by mistake."""

import re

DEPLOYMENT = "_"  # things that belong to no bureau: a login before the bureau is known
BUREAU = re.compile(r"\d{6}|_")
PART = re.compile(r"[A-Za-z0-9_.-]{1,128}")


def tenant_key(bureau: str, kind: str, *parts: str) -> str:
    """The key `shuangsui:<bureau>:<kind>:<part>…`.

    Args:
        bureau: six-digit code, or DEPLOYMENT.
        kind: what is kept, e.g. "session".
        parts: identifiers; letters, digits, `_.-` only, so that no part can pose as two.

    Raises:
        ValueError: a part of the wrong form; callers hash what people typed.
    """
    if not BUREAU.fullmatch(bureau) or not all(PART.fullmatch(part) for part in (kind, *parts)):
        raise ValueError("not a part of a key")
    return ":".join(("shuangsui", bureau, kind, *parts))


def channel(bureau: str, kind: str, *parts: str) -> str:
    """The name of a pub/sub channel, and of the event stream a page listens to: one bureau's, never all.

    Raises:
        ValueError: a part of the wrong form.
    """
    return tenant_key(bureau, "channel", kind, *parts)


def cache_key(bureau: str, kind: str, *parts: str) -> str:
    """The name of something kept for a while that can be made again.

    Raises:
        ValueError: a part of the wrong form.
    """
    return tenant_key(bureau, "cache", kind, *parts)
