"""The papers of a leak case, sealed with the draw they are about: report, found list, proposals."""

import json
from collections.abc import Sequence
from typing import Any

from policies.secrecy.leak import Measure
from services.work import Work
from tenants import journal, sealed
from tenants.secrecy_rows import LeakCase

WHY = "办理泄密事件"


def report_part(n: int) -> str:
    """Name of the sealed report of case `n`."""
    return f"leak/{n}/report"


def list_part(n: int) -> str:
    """Name of the sealed list of case `n`."""
    return f"leak/{n}/list"


def proposal_part(n: int, proposal: int) -> str:
    """Name of a sealed proposal of case `n`."""
    return f"leak/{n}/proposal/{proposal}"


async def keep(work: Work, draw_no: int, part: str, value: Any) -> None:
    """Seal a paper, once."""
    plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, part, plain)


async def opened(work: Work, case: LeakCase, part: str) -> Any:
    """Open a paper; journalled. Raises Missing, SealBroken, NoKey."""
    plain = await sealed.open_part(
        work.db,
        work.scope,
        work.app.keys,
        case.bureau,
        case.draw_no,
        part,
        actor=work.principal,
        why=WHY,
        at=work.now,
    )
    return json.loads(plain)


def as_paper(words: str, measures: Sequence[Measure]) -> dict[str, Any]:
    """A proposal as it is sealed."""
    return {"words": words, "measures": [{"kind": one.kind, "words": one.words} for one in measures]}


async def note(
    work: Work, action: str, n: int, *, before: dict[str, Any] | None = None, after: dict[str, Any]
) -> None:
    """A row of the journal about a case: states and numbers, never what its papers say."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"leak/{work.scope.bureau}/{n}",
        before=before,
        after=after,
        at=work.now,
    )
