"""Who still uses the servers of a home: the last one to leave stops them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.embedded.status import stop_all
from services.home import Home


@contextmanager
def using(home: Home, *, stop: bool) -> Iterator[None]:
    """Marks the home as in use; the kernel drops the mark when the process dies, however it dies.

    Args:
        home: whose servers are used.
        stop: on leaving, stop them unless another process uses them still.
    """
    path = home.make().run / "in-use"
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)
        if stop and _alone(path):
            stop_all(home)


def _alone(path: Path) -> bool:
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
