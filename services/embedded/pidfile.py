"""postmaster.pid: who PostgreSQL says it is, and whether that is true."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from services.embedded.process import look, tag

State = Literal["none", "stale", "busy", "ready"]


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What postmaster.pid says, checked against the process.

    Attributes:
        state: `none` no file; `stale` its process is dead, a zombie or somebody else; `busy` ours,
            starting or stopping; `ready` ours and accepting connections.
        pid: line 1, 0 when unknown.
        port: line 4, 0 when not yet written.
    """

    state: State
    pid: int = 0
    port: int = 0


def read(data: Path) -> Postmaster:
    """The postmaster of the data folder `data`."""
    try:
        lines = [line.strip() for line in (data / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return Postmaster("none")
    # Files are written line by line: a line may be missing yet, and a power cut may leave none.
    pid = _number(lines, 0)
    process = look(pid) if pid > 0 else None
    if process is None or tag(data) not in process.args:
        return Postmaster("stale", pid)
    state: State = "ready" if len(lines) >= 8 and lines[7] == "ready" else "busy"
    return Postmaster(state, pid, _number(lines, 3))


def _number(lines: list[str], index: int) -> int:
    text = lines[index] if index < len(lines) else ""
    return int(text) if text.isascii() and text.isdigit() else 0
