"""What a move is ordered with, and what it tells on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from policies.terms import Principal
from services.servers import Servers
from tenants.databases import Databases
from tenants.entering import SHARED
from tenants.moving.errors import UnknownDatabase
from tenants.moving.rows import Place
from tenants.scope import Scope

OPERATOR = Principal("operator", "系统运维", "", frozenset({"system"}))
SYSTEM = Scope.for_system()
WAIT = 60.0
StepNo = Literal[1, 2, 3, 4, 5, 6, 7]
STEPS: Mapping[StepNo, tuple[str, str]] = {
    1: ("检查", "check"),
    2: ("暂停写入", "read-only"),
    3: ("复制", "copy"),
    4: ("核对", "compare"),
    5: ("切换", "switch"),
    6: ("恢复写入", "release"),
    7: ("清理旧数据", "old rows"),
}


@dataclass(frozen=True, slots=True)
class MoveOrder:
    """What the operator asks for.

    Attributes:
        bureau: code. to: name of a database, "" with `back`.
        back: take the last move back: undo an unfinished one, else move to where it came from.
        by: name of the person who runs the command, for the journal.
        wait: seconds to wait for writes under way. clean: remove the old rows at the end.
    """

    bureau: str
    to: str
    by: str
    back: bool = False
    wait: float = WAIT
    clean: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """A step that begins or goes on; `zh` and `en` say with what."""

    step: StepNo
    zh: str = ""
    en: str = ""

    def line(self, english: bool = False) -> str:
        """As printed."""
        zh, en = STEPS[self.step]
        name, detail = (en, self.en) if english else (zh, self.zh)
        return (
            f"[{self.step}/{len(STEPS)}] {name}"
            + (f"：{detail}" if detail and not english else "")
            + (f": {detail}" if detail and english else "")
        )


Told = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Rows that were removed from a home a bureau had left.

    Attributes:
        rows, size: how many, and bytes as written out.
    """

    bureau: str
    database: str
    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Moved:
    """How a move ended.

    Attributes:
        undone: it was taken back before its switch; everything is as before.
        rows, size: what was copied.
        draws: whose seals were tried in the new home.
        cleaned: what was removed at once, None while the old rows are kept.
    """

    bureau: str
    source: str
    target: str
    undone: bool = False
    rows: int = 0
    size: int = 0
    draws: int = 0
    cleaned: tuple[Forgotten, ...] | None = None


def place(databases: Databases, servers: Servers, name: str) -> Place:
    """A database of this deployment by name. Raises UnknownDatabase."""
    if name == SHARED:
        return Place(name, servers.database)
    if name not in servers.own:
        known = ", ".join((SHARED, *databases.names))
        raise UnknownDatabase(name, known=known)
    return Place(name, servers.own[name])
