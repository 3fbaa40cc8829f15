"""What the launcher remembers between runs: the lock, last ports, the servers' logs."""

import os
from pathlib import Path

from services.home import Home, write_private

LOG_LIMIT = 4 * 1024 * 1024


def lock(home: Home) -> Path:
    """The lock file held while servers of this home are started or stopped."""
    return home.run / "servers.lock"


def last_port(home: Home, name: str) -> int | None:
    """The port the server `name` last listened on, None if unknown."""
    try:
        text = (home.run / f"{name}.port").read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return int(text) if text.isdigit() and 0 < int(text) < 65536 else None


def note_port(home: Home, name: str, port: int) -> None:
    """Remembers the port, so that addresses given out stay good over a restart."""
    write_private(home.run / f"{name}.port", str(port))


def open_log(home: Home, name: str) -> tuple[Path, int]:
    """The server's log file, one old one kept above 4 MB; returns it with its present size in bytes."""
    log = home.run / f"{name}.log"
    if log.exists() and not os.access(log, os.W_OK):
        log.unlink()  # root once ran the servers of this ordinary user's home
    log.touch(mode=0o600)
    if log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
        log.touch(mode=0o600)
    return log, log.stat().st_size
