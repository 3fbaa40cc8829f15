"""How the system stands for a bureau: its database, its moves, the deployment's health in numbers."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from policies.errors import Missing
from services.api.contract import reads
from services.api.types import Bureau, Code, Out, show
from services.views.system import system_board
from services.web.depends import InWork

Number = Annotated[int, Meta(ge=0)]


class PastMoveOut(Out):
    """A move of the bureau: `state` is begun, copied, verified, switched, done or undone.

    `own_then`, `own_now`: source and target were databases of its own. `cleaned`: the old rows are removed.
    """

    state: str
    own_then: bool
    own_now: bool
    by: str
    started_at: datetime
    at: datetime
    rows: Number | None
    cleaned: bool


class SystemOut(Out):
    """`own`: the bureau has a database of its own; `closed`: it is read-only while its data moves.

    `databases`, `working`: how many the deployment has, how many of them work; of others nothing else.
    """

    bureau: Code
    database: str
    own: bool
    schema: str
    closed: bool
    databases: Number
    working: Number
    moves: list[PastMoveOut]


@reads("/bureaus/{bureau:str}/system", action="system.status")
async def get_system(work: InWork, bureau: Bureau) -> SystemOut:
    """The own bureau's database and moves, for its three administrators."""
    if bureau != work.scope.bureau:
        raise Missing(bureau, what="单位")
    found = await system_board(work)
    moves = [show(one, PastMoveOut) for one in found.moves]
    return SystemOut(
        bureau=found.bureau,
        database=found.database,
        own=found.own,
        schema=found.schema,
        closed=found.closed,
        databases=found.databases,
        working=found.working,
        moves=moves,
    )


routes = [get_system]
