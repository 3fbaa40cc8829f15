"""Fixtures every part of the suite may use: real embedded servers in a throw-away home."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from services.embedded import PostgresServer, ValkeyServer, ensure_postgres, ensure_valkey, forget
from services.home import PASSABLE, Home

from .certificates import certified
from .demonstration import Demo, run_demo, serve_demo

if TYPE_CHECKING:
    from .services.keycloak_server import Keycloak

PREFIX = "shuangsui-test-"
POSTGRES_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="session", autouse=True)
def nobody_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test trusts a server of the world: clients know one certificate, and nobody has its key.

    Reading those of the world took each client 20 ms, and there are thousands of clients.
    """
    trusted, _ = certified(tmp_path_factory.mktemp("trust"), "nobody.example")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("certifi.where", lambda: str(trusted))
        yield


@pytest.fixture(scope="session")
def new_home() -> Iterator[Callable[[str], Home]]:
    """Makes homes the servers' user can enter (pytest's own folders are private); forgets them at the end."""
    _sweep()
    base = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    base.chmod(PASSABLE)
    made: list[Home] = []

    def make(name: str) -> Home:
        made.append(Home.at(base / name))
        return made[-1]

    yield make
    for home in made:
        forget(home)
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="session")
def server_home(new_home: Callable[[str], Home]) -> Home:
    """The home of the session's servers."""
    return new_home("session")


@pytest.fixture(scope="session")
def pg_server(server_home: Home) -> PostgresServer:
    """The session's PostgreSQL: empty, without durability. Make a database of your own in it."""
    return ensure_postgres(server_home, fast=True)


@pytest.fixture(scope="session")
def pg15_server(new_home: Callable[[str], Home]) -> PostgresServer | None:
    """Debian's PostgreSQL 15, the oldest version supported; None where it is not installed."""
    if not (POSTGRES_15 / "initdb").exists():
        return None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMBEDDED_POSTGRES_BIN", str(POSTGRES_15))
        return ensure_postgres(new_home("pg15"), fast=True)


@pytest.fixture(scope="session")
def valkey_server(server_home: Home) -> ValkeyServer:
    """The session's Valkey. Use keys of your own."""
    return ensure_valkey(server_home, fast=True)


def _sweep() -> None:
    """Removes what killed runs left: their servers would run for ever."""
    if not Path("/proc/self").exists():
        return
    for base in Path(tempfile.gettempdir()).glob(PREFIX + "*"):
        pid = base.name.removeprefix(PREFIX).partition("-")[0]
        if base.stat().st_uid == os.geteuid() and not Path(f"/proc/{pid}").exists():
            for root in base.iterdir():
                forget(Home.at(root))
            shutil.rmtree(base, ignore_errors=True)


@pytest.fixture(scope="session")
def demo(new_home: Callable[[str], Home]) -> Demo:
    """A finished demonstration, run once a session by the installed command."""
    return run_demo(new_home("demo"))


@pytest.fixture(scope="session")
def demo_site(demo: Demo) -> Iterator[str]:
    """Address of the site over the finished demonstration."""
    with serve_demo(demo.home) as url:
        yield url


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Keycloak]":
    """The session's Keycloak: in memory, with our realm, nobody in it; skips by name where there is none."""
    from .services.keycloak_server import running_keycloak

    with running_keycloak(tmp_path_factory.mktemp("keycloak") / "log") as found:
        yield found
