"""From `reveal_by` on the superior opens its sealed copy of a draw, for itself alone. Basis: rd1 §11.

What the deployment holds of the draw is sealed to the superior's key and handed over; on the superior's own
device the copies of the secrets are opened, the draw is computed again and compared with the logged result.
Names of sites not visited yet stay sealed for everybody else. Both bureaus' journals say that it was done.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.drawing.authority import refuse_external
from services.drawing.open_errors import BeforeRevealDay, NotTheSuperior
from services.drawing.sealed_parts import dump, open_events, open_json, open_lists
from services.outside.seal import seal_to
from services.outside.superior import superior_context
from services.reading import placed
from services.starting import require_state
from services.usecases.ceremony import superior_of
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants import journal
from tenants.records import WitnessKey
from tenants.rows import Draw
from tenants.stores import commits, draws, tasks
from tenants.stores.superior_reads import READER

WHY = "到保密期限，上级打开密封副本"


@dataclass(frozen=True, slots=True)
class SuperiorPack:
    """What the superior's device needs; only that device can read `sealed` and `copies`."""

    bureau: str
    draw_no: int
    outstanding: int
    body: dict[str, Any]


async def superior_open(work: Work, bureau: str, draw_no: int) -> SuperiorPack:
    """Hand the superior its copy of a draw of the bureau directly below.

    Args:
        work: in the superior's own scope, of a witness or auditor with a fresh second factor.

    Raises:
        NotTheSuperior: the bureau stands under another one. BeforeRevealDay: secrecy has not ended.
        WrongState: no result, void, or open to everybody already. NoSuperiorKey: no copy was ever sealed.
    """
    work.require("draw.superior_open", bureau=bureau)
    key = await superior_of(work, bureau)
    if key.bureau != work.scope.bureau or bureau == work.scope.bureau:
        raise NotTheSuperior(work.scope.bureau, superior=key.bureau)
    async with work.inside(bureau) as there:
        draw = await _due(there, draw_no)
        left = await tasks.outstanding(there.db, there.scope, draw_no)
    # Journals are held in the order of the codes, superiors first, see `services.reading`.
    await _note(await placed(work, work.scope.bureau), draw, left)
    async with work.inside(bureau) as there:
        await _note(there, draw, left)
        body = await _body(there, draw, key)
    return SuperiorPack(bureau, draw_no, left, body)


async def _due(work: Work, draw_no: int) -> Draw:
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    refuse_external(draw)
    require_state("draw.superior_open", draw.state)
    last = date.fromisoformat((draw.manifest or {})["reveal_by"])  # what was logged decides
    if work.today < last:
        raise BeforeRevealDay(work.today, reveal_by=last)
    return draw


async def _body(work: Work, draw: Draw, key: WitnessKey) -> dict[str, Any]:
    kept = await commits.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    plain = dump(await _inside(work, draw))
    sealed = seal_to(key.escrow_public or b"", plain, superior_context(draw.bureau, draw.draw_no))
    return {
        "manifest": draw.manifest,
        "copies": {one.role: one.escrow_copy.hex() for one in kept},
        "beacon": draw.beacon,
        "published": {"manifest": draw.m, "beacon": draw.r, "root": draw.z},
        "sealed": sealed.hex(),
    }


async def _inside(work: Work, draw: Draw) -> dict[str, Any]:
    """Lists, names, changes and how each visit stands."""
    lists = await open_lists(work, draw, why=WHY)
    states = {t.slot: t for t in await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)}
    sheets = await open_sheets(work, draw.draw_no, None, WHY)
    return {
        "list_key": lists.list_key.hex(),
        "units": lists.units,
        "officers": lists.officers,
        "bans": lists.bans,
        "names": await open_json(work, draw, "names", why=WHY),
        "events": await open_events(work, draw, why=WHY),
        "visits": [
            [sheet.uid, states[sheet.slot].state, str(states[sheet.slot].visit_on)] for sheet in sheets
        ],
    }


async def _note(work: Work, draw: Draw, left: int) -> None:
    """In the journal of the bureau acted for; both sides name the bureau that reads."""
    superior = work.principal.bureau
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="draw.superior_open",
        target=f"draw/{draw.bureau}/{draw.draw_no}",
        why=WHY,
        after={"outstanding": left, "reveal_by": str(draw.reveal_by), "superior": superior, READER: superior},
        at=work.now,
    )
