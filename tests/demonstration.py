"""The demonstration as a user runs it: the installed command in its own process, in its own home."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.embedded import stop_all
from services.home import Home

COMMAND = str(Path(sys.executable).parent / "shuangsui")
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("SHUANGSUI_", "DATABASE_", "REDIS_"))}


@dataclass(frozen=True)
class Demo:
    home: Home
    summary: dict[str, Any]

    @property
    def draws(self) -> list[dict[str, Any]]:
        return self.summary["draws"]

    def draw(self, bureau: str) -> dict[str, Any]:
        return next(d for d in self.draws if d["bureau"] == bureau)


def run_demo(home: Home) -> Demo:
    """`shuangsui demo --no-serve --json`; the servers are stopped when it returns."""
    done = shuangsui("demo", "--no-serve", "--json", "--home", home.root)
    assert done.returncode == 0, done.stderr[-3000:]
    return Demo(home, json.loads(done.stdout))


def shuangsui(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
    command = [COMMAND, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, env=CLEAN | env, check=False, timeout=280)


def kill_demo_at(home: Home, words: str, count: int = 1) -> list[str]:
    """Run the demonstration and SIGKILL it, servers and all, when `words` came `count` times on stderr."""
    command = [COMMAND, "demo", "--no-serve", "--home", str(home.root)]
    told: list[str] = []
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=CLEAN
    ) as run:
        assert run.stderr is not None
        for line in run.stderr:
            told.append(line)
            count -= words in line
            if not count:
                break
        run.send_signal(signal.SIGKILL)
    for pid in servers(home):
        os.kill(pid, signal.SIGKILL)
    return told


def servers(home: Home) -> list[int]:
    from services.embedded import status

    found = status(home)
    return [one.pid for one in (found.postgres, found.valkey) if one is not None]


@contextmanager
def serve_demo(home: Home) -> Iterator[str]:
    """The site over a finished demonstration, at the address it yields."""
    port = free_port()
    env = CLEAN | {"PORT": str(port), "SHUANGSUI_HOME": str(home.root)}
    with subprocess.Popen([COMMAND, "serve"], env=env, stderr=subprocess.PIPE, text=True) as run:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, run)
            yield url
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(30)
            stop_all(home)


def wait_for(url: str, run: subprocess.Popen[str]) -> None:
    for _ in range(300):
        assert run.poll() is None, run.stderr and run.stderr.read()[-3000:]
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the site did not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
