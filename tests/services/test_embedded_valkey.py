"""The embedded Valkey starts, is attached to, and keeps what it acknowledged."""

import os
import signal
from collections.abc import Callable

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.embedded import ensure_valkey, status, stop_all
from services.embedded.process import look
from services.home import Home


@pytest.fixture(scope="module")
def home(new_home: Callable[[str], Home]) -> Home:
    return new_home('valkey "quoted" \\ 目录')


def test_killed_server_keeps_what_it_acknowledged(home: Home) -> None:
    server = ensure_valkey(home)
    with redis.Redis.from_url(server.url) as client:
        for number in range(200):
            client.set(f"kept:{number}", number)
    os.kill(server.pid, signal.SIGKILL)
    again = ensure_valkey(home)
    assert again.pid != server.pid
    assert again.port == server.port
    with redis.Redis.from_url(again.url, decode_responses=True) as client:
        assert [client.get(f"kept:{number}") for number in range(200)] == [str(n) for n in range(200)]


def test_second_ensure_attaches(home: Home) -> None:
    first = ensure_valkey(home)
    assert ensure_valkey(home) == first
    assert status(home).valkey == first


def test_password_is_needed_and_not_on_the_command_line(home: Home) -> None:
    server = ensure_valkey(home)
    with (
        redis.Redis(port=server.port, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    process = look(server.pid)
    assert process is not None
    assert server.password not in process.args
    assert server.password not in repr(server)


def test_replaced_not_doubled_when_the_noted_port_is_lost(home: Home) -> None:
    """Never two servers on one folder: they would ruin the append-only file."""
    server = ensure_valkey(home)
    (home.run / "valkey.port").unlink()
    again = ensure_valkey(home)
    assert look(server.pid) is None
    with redis.Redis.from_url(again.url, decode_responses=True) as client:
        assert client.get("kept:7") == "7"


def test_stop_is_clean_and_repeatable(home: Home) -> None:
    server = ensure_valkey(home)
    server.stop()
    server.stop()
    assert look(server.pid) is None
    assert status(home).valkey is None
    assert stop_all(home) is False


def test_two_homes_do_not_disturb_each_other(home: Home, new_home: Callable[[str], Home]) -> None:
    one, two = ensure_valkey(home), ensure_valkey(new_home("valkey-2"), fast=True)
    assert one.port != two.port
    with redis.Redis.from_url(two.url) as client:
        assert client.get("kept:7") is None
    two.stop()
    assert status(home).valkey == one
