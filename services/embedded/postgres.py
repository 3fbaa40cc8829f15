"""The embedded PostgreSQL of one home."""

import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from services.embedded import pidfile
from services.embedded.binaries import postgres_bin
from services.embedded.cluster import ensure_cluster
from services.embedded.errors import StartFailed, StopFailed
from services.embedded.locks import held
from services.embedded.places import Place, find_place, kill_all, settle
from services.embedded.process import STEP, end, free_port, look, spawn, tag, tail, wait_until
from services.embedded.runs import last_port, lock, note_port, open_log
from services.home import Home

HOST = "127.0.0.1"
SUPERUSER = "postgres"
PASSWORD = "postgres.password"  # noqa: S105 - a file name
READY_SECONDS = 120.0  # crash recovery counts in
TRIES = 5
COMMON = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # paths of sockets have a length limit, homes have not
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_prepared_transactions": "100",  # units over several databases; a bureau may live in one of its own
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",  # no DETAIL: it quotes rows
    "log_min_error_statement": "panic",  # no statement text: it may hold names
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server.

    Attributes:
        home: the home it belongs to.
        host: always 127.0.0.1.
        port: TCP port.
        user: the superuser's name.
        password: the superuser's password.
        pid: process id of the postmaster.
        fast: runs without durability, for tests.
    """

    home: Home
    port: int
    pid: int
    fast: bool
    password: str = field(repr=False)
    host: str = HOST
    user: str = SUPERUSER

    @property
    def superuser_dsn(self) -> str:
        """`postgresql://postgres:…@127.0.0.1:port/postgres`, as asyncpg takes it."""
        return self.dsn()

    def dsn(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """A libpq-style URL; the superuser's unless `user` and `password` (URL-safe) are given."""
        name, secret = user or self.user, password or self.password
        return f"postgresql://{name}:{secret}@{self.host}:{self.port}/{database}"

    def url(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """The same for SQLAlchemy: `postgresql+asyncpg://…`."""
        return self.dsn(database, user, password).replace("postgresql:", "postgresql+asyncpg:", 1)

    def stop(self) -> None:
        """Stops the home's server, whoever started it; nothing happens if it is not running."""
        stop_postgres(self.home)


def ensure_postgres(home: Home, *, fast: bool = False) -> PostgresServer:
    """The running PostgreSQL of `home`: attached to if it runs, else started, else made and started.

    Safe to call from several processes at once and after any kind of death of server or launcher.
    The port of the last run is taken again when it is free.

    Args:
        home: the home; missing folders are made.
        fast: for tests only: no durability. Decided when the home is made; later calls without it
            refuse such a home, later calls with it on a lasting home get a lasting server.

    Raises:
        EmbeddedProblem: see `services.embedded.errors`.
        HomeUnusable: the home cannot be written.
    """
    home.make()
    with held(lock(home)):
        place = settle(home, fast=fast)
        password = home.secret(PASSWORD)
        running = _attach(place)
        if running is None:
            programs = postgres_bin(place.programs, place.user)
            running = _start(place, programs, ensure_cluster(place, programs, password))
        return PostgresServer(home, running.port, running.pid, place.fast, password)


def find_postgres(home: Home) -> PostgresServer | None:
    """The home's server if it is running and ready; starts nothing and waits for nothing."""
    place = find_place(home)
    if place is None or not _data(place).is_dir():
        return None
    seen = pidfile.read(_data(place))
    if seen.state != "ready":
        return None
    return PostgresServer(home, seen.port, seen.pid, place.fast, home.secret(PASSWORD))


def stop_postgres(home: Home) -> bool:
    """Stops the home's server, fast and clean, harder if it must; True if one was running.

    Raises:
        StopFailed: it survived everything.
    """
    place = find_place(home)
    if place is None or not _data(place).is_dir():
        return False
    with held(lock(home)):
        seen = pidfile.read(_data(place))
        if seen.state not in ("busy", "ready"):
            return False
        steps = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))
        if not end(seen.pid, *steps):
            raise StopFailed(name="PostgreSQL", pid=seen.pid)
        kill_all(_data(place), place.user)
        return True


def _data(place: Place) -> Path:
    return place.base / "postgres" / "data"


def _attach(place: Place) -> pidfile.Postmaster | None:
    """The server if it runs; waits while it starts or stops, and clears up behind a dead one."""
    data = _data(place)
    if not data.is_dir():
        return None
    seen = _when_decided(data)
    if seen.state == "ready":
        return seen
    if seen.state == "busy":
        raise _failed(place)
    # Backends outlive a killed postmaster until they notice; PostgreSQL refuses to start beside them.
    kill_all(data, place.user)
    # PostgreSQL takes any living process of that id, even a zombie, for a postmaster: look closer.
    (data / "postmaster.pid").unlink(missing_ok=True)
    return None


def _when_decided(data: Path) -> pidfile.Postmaster:
    """The postmaster once it answers or is dead; `busy` if neither comes about in time."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        seen = pidfile.read(data)
        # A process just killed is listed for a moment yet, beside a file that says `ready`: ask it.
        if seen.state in ("none", "stale") or (seen.state == "ready" and _answers(seen.port)):
            return seen
        if time.monotonic() > deadline:
            return pidfile.Postmaster("busy", seen.pid, seen.port)
        time.sleep(STEP)


def _answers(port: int) -> bool:
    """Whether a server says yes or no to the question for TLS, the first step of the protocol."""
    try:
        with socket.create_connection((HOST, port), timeout=5.0) as wire:
            wire.sendall(bytes.fromhex("0000000804d2162f"))
            return wire.recv(1) in (b"N", b"S")
    except OSError:
        return False


def _start(place: Place, programs: Path, data: Path) -> pidfile.Postmaster:
    """Starts the server; a port snatched between choosing and binding is tried again with another."""
    log, offset = open_log(place.home, "postgres")
    for attempt in range(TRIES):
        port = free_port(last_port(place.home, "postgres") if attempt == 0 else None)
        pid = spawn(_command(place, programs, data, port), place.user, log)
        wait_until(lambda pid=pid: _settled(data, pid), READY_SECONDS)  # type: ignore[misc]
        seen = pidfile.read(data)
        if seen.state == "ready" and seen.pid == pid:
            note_port(place.home, "postgres", port)
            return seen
        end(pid, (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
        if "could not bind" not in tail(log, offset):
            break
    raise _failed(place, offset)


def _settled(data: Path, pid: int) -> bool:
    """Ready means both: line 1 of postmaster.pid is the process we started, and line 8 says so."""
    seen = pidfile.read(data)
    return look(pid) is None or (seen.pid == pid and seen.state == "ready")


def _command(place: Place, programs: Path, data: Path, port: int) -> list[str | Path]:
    settings = {**COMMON, "port": str(port), "cluster_name": tag(data), **(FAST if place.fast else {})}
    return [programs / "postgres", "-D", data, *(f"--{k}={v}" for k, v in settings.items())]


def _failed(place: Place, offset: int = 0) -> StartFailed:
    log = place.home.run / "postgres.log"
    return StartFailed(tail(log, offset), name="PostgreSQL", seconds=READY_SECONDS, log=log.name)
