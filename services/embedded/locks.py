"""One starter at a time: an advisory lock that dies with its holder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.embedded.errors import HomeBusy

STEP = 0.02


@contextmanager
def held(path: Path, seconds: float = 180.0) -> Iterator[None]:
    """Holds the lock file `path`; excludes other processes and other threads of this one.

    The kernel drops the lock when the holder dies, so a killed launcher never blocks the next.

    Raises:
        HomeBusy: still held by another after `seconds`.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)  # a file of root's serves too
    try:
        _acquire(handle, seconds)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise HomeBusy(seconds=seconds) from None
            time.sleep(STEP)
        else:
            return
