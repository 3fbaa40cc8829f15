"""The embedded PostgreSQL starts, is attached to, and comes back after every kind of death."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from services.embedded import PostgresServer, ensure_postgres, status, stop_all
from services.embedded.errors import OtherMajor, StartFailed, Throwaway
from services.embedded.process import look
from services.home import Home

NewHome = Callable[[str], Home]


def run_sql(server: PostgresServer, sql: str, password: str | None = None) -> list[tuple]:
    async def run() -> list[tuple]:
        connection = await asyncpg.connect(server.dsn(password=password), timeout=10)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()

    return asyncio.run(run())


def data_of(home: Home) -> Path:
    base = status(home).base
    assert base is not None
    return base / "postgres" / "data"


@pytest.fixture(scope="module")
def home(new_home: NewHome) -> Home:
    """One lasting home for the tests that restart the server."""
    return new_home("postgres")


def test_starts_with_the_promised_settings(home: Home) -> None:
    server = ensure_postgres(home)
    names = "server_encoding", "timezone", "fsync", "listen_addresses", "unix_socket_directories"
    shown = {name: run_sql(server, f"SHOW {name}")[0][0] for name in names}
    assert shown == {
        "server_encoding": "UTF8",
        "timezone": "UTC",
        "fsync": "on",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
    }
    assert run_sql(server, "SELECT lower('Ä'), 'ab' < 'Z'") == [("ä", False)]  # Unicode, by code point


def test_password_is_needed_and_private(home: Home) -> None:
    server = ensure_postgres(home)
    with pytest.raises(asyncpg.InvalidPasswordError):
        run_sql(server, "SELECT 1", password="wrong")
    kept = home.keys / "postgres.password"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert server.password == kept.read_text().strip()
    assert server.password not in repr(server)
    assert server.password not in str(status(home).as_dict())


def test_second_ensure_attaches(home: Home) -> None:
    first = ensure_postgres(home)
    assert ensure_postgres(home) == first
    assert status(home).postgres == first


def test_attaches_from_another_process_at_the_same_time(new_home: NewHome) -> None:
    home = new_home("race")
    code = (
        "import sys; from services.home import Home; from services.embedded import ensure_postgres;"
        "print(ensure_postgres(Home.at(sys.argv[1]), fast=True).pid)"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", code, str(home.root)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    pids = {racer.communicate()[0].strip() for racer in racers}
    assert pids == {str(ensure_postgres(home, fast=True).pid)}
    stop_all(home)


def test_stop_and_start_keep_rows_and_port(home: Home) -> None:
    server = ensure_postgres(home)
    run_sql(server, "CREATE TABLE stopped (n int)")
    run_sql(server, "INSERT INTO stopped VALUES (1)")
    server.stop()
    assert status(home).postgres is None
    assert look(server.pid) is None
    server.stop()
    again = ensure_postgres(home)
    assert again.port == server.port
    assert run_sql(again, "SELECT n FROM stopped") == [(1,)]


def test_killed_postmaster_loses_no_committed_row(home: Home) -> None:
    server = ensure_postgres(home)
    run_sql(server, "CREATE TABLE killed (n int)")
    run_sql(server, "INSERT INTO killed SELECT generate_series(1, 1000)")
    busy = subprocess.Popen([sys.executable, "-c", BUSY, server.superuser_dsn])  # a backend that lives on
    wait_for(lambda: run_sql(server, RUNNING)[0][0] == 1)
    os.kill(server.pid, signal.SIGKILL)
    again = ensure_postgres(home)
    assert again.pid != server.pid
    assert run_sql(again, "SELECT count(*) FROM killed") == [(1000,)]
    busy.kill()
    busy.wait()


RUNNING = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%99999999999)' AND state = 'active'"
BUSY = """
import asyncio, asyncpg, sys
async def main():
    connection = await asyncpg.connect(sys.argv[1])
    await connection.fetch("SELECT count(*) FROM generate_series(1, 99999999999)")
try:
    asyncio.run(main())
except Exception:
    pass
"""


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("who", ["somebody else", "a zombie", "nobody", "nothing written"])
def test_stale_pid_file(home: Home, who: str) -> None:
    server = ensure_postgres(home)
    pid_file = data_of(home) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    seconds = "60" if who == "somebody else" else "0"
    # The server's own user: PostgreSQL itself sees through processes it may not signal.
    uid = data_of(home).stat().st_uid if os.geteuid() == 0 else None
    other = subprocess.Popen(["sleep", seconds], user=uid, cwd="/")
    if who != "somebody else":
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, and left a zombie
    if who == "nobody":
        other.wait()
    pid_file.write_text("" if who == "nothing written" else "\n".join([str(other.pid), *lines[1:]]) + "\n")
    assert status(home).postgres is None
    again = ensure_postgres(home)
    assert again.pid != other.pid
    assert run_sql(again, "SELECT 1") == [(1,)]
    other.kill()
    other.wait()


def test_launcher_killed_while_making_the_data(new_home: NewHome) -> None:
    home = new_home("cut")
    code = (
        "import sys; from services.home import Home; from services.embedded import ensure_postgres;"
        "ensure_postgres(Home.at(sys.argv[1]), fast=True)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", code, str(home.root)])
    wait_for(lambda: any((home.data / "postgres").glob("data.init.*/base")))
    launcher.kill()
    launcher.wait()
    assert not (home.data / "postgres" / "data").exists()
    server = ensure_postgres(home, fast=True)
    assert run_sql(server, "SELECT 1") == [(1,)]
    assert [path.name for path in (home.data / "postgres").iterdir()] == ["data"]


def test_taken_port_is_replaced(home: Home) -> None:
    server = ensure_postgres(home)
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)):
        again = ensure_postgres(home)
        assert again.port != server.port
        assert run_sql(again, "SELECT 1") == [(1,)]


def test_two_homes_do_not_disturb_each_other(home: Home, new_home: NewHome) -> None:
    other = new_home("beside 另一个")
    one, two = ensure_postgres(home), ensure_postgres(other, fast=True)
    assert one.port != two.port
    assert one.password != two.password
    with pytest.raises(asyncpg.InvalidPasswordError):
        run_sql(two, "SELECT 1", password=one.password)
    stop_all(other)
    assert status(home).postgres == one


def test_a_moved_home_keeps_its_running_server(new_home: NewHome) -> None:
    old, new = new_home("old"), new_home("new")
    server = ensure_postgres(old, fast=True)
    old.root.rename(new.root)
    assert ensure_postgres(new, fast=True).pid == server.pid
    stop_all(new)


def test_test_home_is_refused_where_data_must_last(new_home: NewHome) -> None:
    home = new_home("passing")
    server = ensure_postgres(home, fast=True)
    assert run_sql(server, "SHOW fsync") == [("off",)]
    with pytest.raises(Throwaway):
        ensure_postgres(home)
    stop_all(home)


def test_failures_say_why(home: Home) -> None:
    ensure_postgres(home).stop()
    data = data_of(home)
    version = data / "PG_VERSION"
    right = version.read_text()
    version.write_text("9\n")
    with pytest.raises(OtherMajor):
        ensure_postgres(home)
    version.write_text(right)
    control = data / "global" / "pg_control"
    control.rename(control.with_suffix(".away"))
    with pytest.raises(StartFailed, match="control"):
        ensure_postgres(home)
    control.with_suffix(".away").rename(control)
    assert run_sql(ensure_postgres(home), "SELECT 1") == [(1,)]
