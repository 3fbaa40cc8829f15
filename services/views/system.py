"""How the system stands for one bureau: its own database, its moves; of the deployment only numbers."""

from dataclasses import dataclass
from datetime import datetime

from services.work import Work
from tenants.databases import Databases
from tenants.entering import SHARED
from tenants.identity import SCHEMA_VERSION
from tenants.moving import records
from tenants.moving.rows import Move


@dataclass(frozen=True, slots=True)
class PastMove:
    """A move of the bureau; `own_then` and `own_now`: whether source and target were databases of its own."""

    state: str
    own_then: bool
    own_now: bool
    by: str
    started_at: datetime
    at: datetime
    rows: int | None
    cleaned: bool


@dataclass(frozen=True, slots=True)
class SystemBoard:
    """What an administrator of a bureau may know.

    Attributes:
        own: it has a database of its own. database: that one's name in the deployment, "shared" else.
        schema: version of its tables.
        closed: writes are refused now, because the data moves.
        databases, working: how many the deployment has, how many of them work.
        moves: the bureau's, the latest first.
    """

    bureau: str
    database: str
    own: bool
    schema: str
    closed: bool
    databases: int
    working: int
    moves: tuple[PastMove, ...]


async def system_board(work: Work) -> SystemBoard:
    """The board of the bureau acted for. Answering at all means that its database works.

    Raises:
        Forbidden: not an administrator's role.
    """
    work.require("system.status")
    bureau = work.scope.bureau
    home = await records.home_of(work.control, bureau) or SHARED
    moves = await records.of_bureau(work.control, work.scope, bureau)
    closed = bureau in await records.closed_gates(work.db, work.scope)
    known = work.app.database
    states = [one.state for one in known.status()] if isinstance(known, Databases) else []
    working = 1 + sum(state is None for state in states)
    past = tuple(_past(move) for move in moves)
    return SystemBoard(bureau, home, home != SHARED, SCHEMA_VERSION, closed, 1 + len(states), working, past)


def _past(move: Move) -> PastMove:
    own = move.source != SHARED, move.target != SHARED
    cleaned = move.cleaned_at is not None
    return PastMove(move.state, *own, move.by, move.started_at, move.at, move.rows, cleaned)
