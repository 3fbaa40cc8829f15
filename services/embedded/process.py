"""Looking at processes, starting one that outlives us, and ending it."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.embedded.users import ServerUser

STEP = 0.01
PROC = Path("/proc")
_children: dict[int, "subprocess.Popen[bytes]"] = {}


@dataclass(frozen=True, slots=True)
class Running:
    """A living process; a zombie is not one.

    Attributes:
        pid: process id.
        uid: user it runs as.
        args: its command line, arguments joined by spaces, or the title it gave itself.
    """

    pid: int
    uid: int
    args: str


def look(pid: int) -> Running | None:
    """The living process `pid`, or None if there is none or only its zombie."""
    _reap(pid)
    return _from_proc(pid) if _has_proc() else next((r for r in _from_ps("-p", str(pid))), None)


def everyone() -> Iterator[Running]:
    """All living processes this user may see."""
    if not _has_proc():
        yield from _from_ps("-ax")
        return
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (found := _from_proc(int(entry.name))):
            yield found


def tag(folder: Path) -> str:
    """A name for the server of `folder`, written on its command line and looked for there.

    Made of device and inode: it follows a folder that is moved and differs in a copy, so neither a
    reused process id nor a copied pid file is taken for our server.
    """
    seen = folder.stat()
    return f"shuangsui-{seen.st_dev:x}-{seen.st_ino:x}."  # the dot: -1a. is not the beginning of -1ab.


def tagged(folder: Path, user: ServerUser) -> list[Running]:
    """All living processes of `user` that carry the tag of `folder`."""
    name = tag(folder)
    return [process for process in everyone() if process.uid == user.uid and name in process.args]


def spawn(args: Sequence[str | Path], user: ServerUser, log: Path) -> int:
    """Starts a server as `user` in its own session, its output appended to `log`; returns the pid."""
    with log.open("ab") as sink:
        child = subprocess.Popen(
            [str(a) for a in args],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,  # Ctrl-C in the terminal must not reach the servers
            env=environment(),
            **user.options(),
        )
    _children[child.pid] = child  # kept, so that its death is noticed and leaves no zombie
    return child.pid


def environment() -> dict[str, str]:
    """The whole environment of a server: no PG* variable or locale of the caller leaks in."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Asks `done` every 10 ms for up to `seconds`; returns its last answer."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(STEP)
    return True


def end(pid: int, *steps: tuple[signal.Signals, float]) -> bool:
    """Sends each signal in turn, waiting its seconds; True when the process is gone."""
    for number, seconds in steps:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return True
        if wait_until(lambda: look(pid) is None, seconds):
            return True
    return False


def free_port(wanted: int | None = None) -> int:
    """A free loopback TCP port: `wanted` (the one used before) if it is free, else any."""
    for port in (wanted or 0, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


def tail(log: Path, offset: int = 0, lines: int = 8) -> str:
    """The last lines of `log` written after byte `offset`."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(offset)
        return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])


def _reap(pid: int) -> None:
    child = _children.get(pid)
    if child is not None and child.poll() is not None:
        del _children[pid]


def _has_proc() -> bool:
    return (PROC / "self" / "stat").exists()


def _from_proc(pid: int) -> Running | None:
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        raw = (PROC / str(pid) / "cmdline").read_bytes()
        uid = (PROC / str(pid)).stat().st_uid
    except (OSError, IndexError):
        return None
    args = raw.replace(b"\0", b" ").decode("utf-8", "replace").strip()
    return None if state in "ZX" else Running(pid, uid, args)


def _from_ps(*which: str) -> Iterator[Running]:
    done = subprocess.run(
        ["ps", "-ww", *which, "-o", "pid=,uid=,stat=,args="], check=False, capture_output=True, text=True
    )
    for line in done.stdout.splitlines():
        pid, uid, state, *args = line.split(maxsplit=3)
        if not state.startswith("Z"):
            yield Running(int(pid), int(uid), args[0] if args else "")
