"""What changed since the draw before is shown before the lists are frozen. Basis: rd1 §12, §14.

The drawer has it computed; numbers are kept, names sealed beside them, so that witness and city see the very
same before the commitment. Names are those of roster changes, never of drawn sites; why an officer may not be
drawn is not part of it.
"""

import json
from dataclasses import dataclass
from typing import Any

from policies.access import allowed, states_of
from policies.planning.roster_change import PersonMove, SiteMove, read_named
from services.drawing.lists import fill_urn
from services.drawing.roster_difference import WHY, Difference, difference_of
from services.drawing.sealed_parts import dump
from services.reading import note_reads
from services.usecases.ceremony import held_draw, note
from services.work import Work
from tenants import journal, sealed
from tenants.external_rows import DifferenceRow, difference_target
from tenants.rows import Draw
from tenants.stores import differences, draws


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """A difference as a person may see it.

    Attributes:
        row: the numbers. sites: roster changes by name; None for who may not read the roster.
        people: officers' changes by name, without reasons; None outside the bureau.
    """

    row: DifferenceRow
    sites: tuple[SiteMove, ...] | None
    people: tuple[PersonMove, ...] | None

    @property
    def frozen(self) -> bool:
        """Its numbers stand in the public log."""
        return self.row.log_index is not None

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        row = self.row
        return {
            "draw_no": row.draw_no,
            "n": row.n,
            "fingerprint": row.h,
            "sites": row.sites,
            "people": row.people,
            "log": row.log_index,
            "roster_root": row.root,
            "changes": None if self.sites is None else [_site(move) for move in self.sites],
            "officers": None if self.people is None else [_person(move) for move in self.people],
        }


async def show_difference(work: Work, draw_no: int) -> ShownDifference:
    """Compute the difference as of now and keep it as shown; the same one again is kept once.

    Raises:
        WrongState: not prepared. NoPlan, PlanStale, NoRule: nothing could be frozen.
    """
    work.require("draw.difference")
    draw = await held_draw(work, draw_no, *states_of("draw.difference"))
    filled = await fill_urn(work, draw, list_key=bytes(32), suite=draw.suite)
    found = await difference_of(work, draw, filled)
    last = await differences.latest(work.db, work.scope, draw.bureau, draw_no)
    row = last if last and last.h == found.h else await keep_difference(work, draw, found)
    facts = {"n": row.n, "sites": row.sites, "people": row.people}
    before = {"n": last.n if last else None}
    await note(work, "draw.difference", draw_no, facts, before=before)
    await note_reads(work, (draw.subject,), "draw.difference", difference_target(draw.bureau, draw_no))
    return ShownDifference(row, found.change.moves, found.change.person_moves)


async def read_difference(work: Work, draw_no: int, bureau: str = "") -> ShownDifference | None:
    """The difference last shown, or the frozen one; numbers for everyone who sees the draw, names for fewer.

    Site names go to who may read that bureau's roster, officers' to the bureau's own people who may read
    theirs; whoever gets names, the opening is journalled. Who reads it from outside is noted in the
    bureau's own journal with the fingerprint: the freeze says whether anybody outside had seen it.
    """
    whose = bureau or work.scope.bureau
    work.require("draw.difference_read", bureau=whose)
    row = await differences.latest(await work.at(whose), work.scope, whose, draw_no)
    if row is None:
        return None
    named = _may(work, "site.read", whose)
    if named and whose != work.scope.bureau:
        await _note_at_home(work, row)
    await _noted_outside(work, row)
    if not named:
        return ShownDifference(row, None, None)
    draw = await draws.get(await work.at(whose), work.scope, whose, draw_no)
    sites, people = read_named(json.loads(await _open(work, draw, row.n)))
    inside = whose == work.principal.bureau and _may(work, "officer.read", whose)
    return ShownDifference(row, sites, people if inside else None)


async def _noted_outside(work: Work, row: DifferenceRow) -> None:
    """Once for a fingerprint, in the journal of the bureau it is of; its own people are not outside."""
    if work.principal.bureau == row.bureau:
        return
    async with work.inside(row.bureau) as there:
        if not await differences.seen_outside(there.db, there.scope, row.draw_no, row.h):
            await journal.note(
                there.db,
                there.scope,
                actor=work.principal,
                action=differences.READ,
                target=difference_target(row.bureau, row.draw_no),
                after={"n": row.n, "fingerprint": row.h, "seen_from": work.principal.bureau},
                at=work.now,
            )


async def keep_difference(
    work: Work,
    draw: Draw,
    found: Difference,
    root: str | None = None,
    log_index: int | None = None,
    *,
    seen_outside: bool = False,
) -> DifferenceRow:
    """Keep the numbers, and the names sealed; of an own draw whose row is held."""
    n = await differences.next_n(work.db, work.scope, draw.draw_no)
    change = found.change
    row = DifferenceRow(
        bureau=draw.bureau,
        draw_no=draw.draw_no,
        n=n,
        h=found.h,
        sites=change.public(),
        people=change.of_people(),
        at=work.now,
        by=work.principal.subject,
        root=root,
        log_index=log_index,
        seen_outside=seen_outside,
    )
    await differences.keep(work.db, work.scope, row)
    part, plain = part_of(n), dump(change.named())
    await sealed.keep_part(work.db, work.scope, work.app.keys, draw.draw_no, part, plain)
    return row


def part_of(n: int) -> str:
    """Name of the sealed part that holds the names of a shown difference."""
    return f"difference-{n}"


async def _note_at_home(work: Work, row: DifferenceRow) -> None:
    """The opening of another bureau's names stands in the reader's journal too, and there first."""
    await journal.note(
        await work.at(work.scope.bureau),
        work.scope,
        actor=work.principal,
        action="sealed.read",
        target=f"draw {row.bureau}/{row.draw_no} {part_of(row.n)}",
        why=WHY,
        at=work.now,
    )


async def _open(work: Work, draw: Draw, n: int) -> bytes:
    """Journalled in the bureau the draw is of."""
    async with work.inside(draw.bureau) as there:
        return await sealed.open_part(
            there.db,
            there.scope,
            work.app.keys,
            draw.bureau,
            draw.draw_no,
            part_of(n),
            actor=work.principal,
            why=WHY,
            at=work.now,
        )


def _may(work: Work, action: str, bureau: str) -> bool:
    return bool(allowed(work.principal, action, bureau=bureau, now=work.now))


def _site(move: SiteMove) -> dict[str, Any]:
    return {
        "kind": move.kind,
        "reason": move.reason,
        "code": move.code,
        "name": move.name,
        "notes": list(move.notes),
    }


def _person(move: PersonMove) -> dict[str, Any]:
    return {"kind": move.kind, "certificate": move.certificate, "name": move.name}
