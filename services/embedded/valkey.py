"""The embedded Valkey of one home."""

import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from services.embedded.binaries import valkey_program
from services.embedded.errors import StartFailed, StopFailed
from services.embedded.locks import held
from services.embedded.places import Place, find_place, settle
from services.embedded.process import Running, end, free_port, look, spawn, tag, tagged, tail, wait_until
from services.embedded.runs import last_port, lock, note_port, open_log
from services.home import Home, write_private

HOST = "127.0.0.1"
PASSWORD = "valkey.password"  # noqa: S105 - a file name
READY_SECONDS = 60.0
TRIES = 5


@dataclass(frozen=True, slots=True)
class ValkeyServer:
    """A running server.

    Attributes:
        home: the home it belongs to.
        host: always 127.0.0.1.
        port: TCP port.
        pid: process id.
        password: the default user's password.
    """

    home: Home
    port: int
    pid: int
    password: str = field(repr=False)
    host: str = HOST

    @property
    def url(self) -> str:
        """`redis://:…@127.0.0.1:port/0`, as redis-py takes it."""
        return f"redis://:{self.password}@{self.host}:{self.port}/0"

    def stop(self) -> None:
        """Stops the home's server, whoever started it; nothing happens if it is not running."""
        stop_valkey(self.home)


def ensure_valkey(home: Home, *, fast: bool = False) -> ValkeyServer:
    """The running Valkey of `home`: attached to if it runs, else started on its kept data.

    Every acknowledged write is in the append-only file before the answer, so killing the process
    loses nothing; a power cut may lose the last second.

    Args:
        home: the home; missing folders are made.
        fast: for tests, as in `ensure_postgres`.

    Raises:
        EmbeddedProblem: see `services.embedded.errors`.
        HomeUnusable: the home cannot be written.
    """
    home.make()
    with held(lock(home)):
        place = settle(home, fast=fast)
        folder, password = place.folder("valkey"), home.secret(PASSWORD)
        running = _running(place)
        if running is None:
            return _start(place, folder, password)
        port = last_port(home, "valkey")
        if port and _answers_in_time(port, password, running.pid):
            return ValkeyServer(home, port, running.pid, password)
        _end(running.pid)  # its port is unknown, it hangs, or it is just dying
        return _start(place, folder, password)


def find_valkey(home: Home) -> ValkeyServer | None:
    """The home's server if it is running and answers; starts nothing and waits for nothing."""
    place = find_place(home)
    running = _running(place) if place else None
    port = last_port(home, "valkey")
    if running is None or port is None:
        return None
    password = home.secret(PASSWORD)
    return ValkeyServer(home, port, running.pid, password) if _answers(port, password, running.pid) else None


def stop_valkey(home: Home) -> bool:
    """Stops the home's server; True if one was running.

    Raises:
        StopFailed: it survived everything.
    """
    place = find_place(home)
    if place is None or _running(place) is None:
        return False
    with held(lock(home)):
        running = _running(place)
        if running is not None:
            _end(running.pid)
        return running is not None


def _running(place: Place) -> Running | None:
    """Valkey, unlike PostgreSQL, guards its folder against no second server: look for the process itself."""
    folder = place.base / "valkey"
    return next(iter(tagged(folder, place.user)), None) if folder.is_dir() else None


def _end(pid: int) -> None:
    if not end(pid, (signal.SIGTERM, 20.0), (signal.SIGKILL, 10.0)):
        raise StopFailed(name="Valkey", pid=pid)


def _start(place: Place, folder: Path, password: str) -> ValkeyServer:
    program = valkey_program(place.programs, place.user)
    log, offset = open_log(place.home, "valkey")
    for attempt in range(TRIES):
        port = free_port(last_port(place.home, "valkey") if attempt == 0 else None)
        note_port(place.home, "valkey", port)
        pid = spawn([program, _write_conf(place, folder, port, password)], place.user, log)
        if _answers_in_time(port, password, pid):
            return ValkeyServer(place.home, port, pid, password)
        _end(pid)
        if "bind" not in tail(log, offset):
            break
    raise StartFailed(tail(log, offset), name="Valkey", seconds=READY_SECONDS, log=log.name)


def _write_conf(place: Place, folder: Path, port: int, password: str) -> Path:
    """The configuration goes into a private file: a password on the command line is everyone's to read."""
    for old in folder.glob("*.conf"):
        old.unlink()  # another name after a move to another disk
    conf = folder / f"{tag(folder)}conf"
    quoted = str(folder).replace("\\", "\\\\").replace('"', '\\"')
    lines = (
        f"bind {HOST}",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{quoted}"',
        "daemonize no",
        "set-proc-title no",  # the command line must keep naming this file
        'save ""',
        "appendonly yes",
        f"appendfsync {'no' if place.fast else 'everysec'}",
        "maxmemory-policy noeviction",
    )
    write_private(conf, "\n".join(lines))
    place.user.own(conf)
    return conf


def _answers_in_time(port: int, password: str, pid: int) -> bool:
    wait_until(lambda: look(pid) is None or _answers(port, password, pid), READY_SECONDS)
    return _answers(port, password, pid)


def _answers(port: int, password: str, pid: int) -> bool:
    """Whether the server on `port` knows the password, has loaded its data, and is process `pid`."""
    try:
        with socket.create_connection((HOST, port), timeout=2.0) as wire:
            wire.sendall(f"AUTH {password}\r\nPING\r\nINFO server\r\nQUIT\r\n".encode())
            with wire.makefile("rb") as answer:
                told = answer.read()
    except OSError:
        return False
    return told.startswith(b"+OK\r\n+PONG\r\n") and f"\nprocess_id:{pid}\r".encode() in told
