"""A draw of the provincial platform is taken over, whole or not at all. Basis: obligation 21, rd1 §10.

From here on it lives as ours do: sealed tasks, dispatch, records, notices, coverage, caps. What it is not is
verifiable, and every place it appears says so. It takes no number of ours and no entry of the public log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policies.planning.items import of_item
from policies.planning.result_clocks import reveal_deadline
from policies.roster.platform_list import PlatformContext, PlatformRow
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.drawing.authority import named_period, platform_rules
from services.drawing.draw_errors import SecondDraw
from services.drawing.external_errors import BatchTaken, ImporterOnTeam
from services.drawing.platform_lists import (
    PlatformFile,
    batch_of,
    context_of,
    fingerprint_of,
    judged,
    numbers_of,
    part_of,
    payloads_of,
)
from services.drawing.sealed_parts import dump
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import note
from services.work import Work
from tenants import sealed
from tenants.external_rows import PlatformList
from tenants.locks import hold
from tenants.rows import DrawIntent
from tenants.stores import draws, officers, platform_lists, sites


@dataclass(frozen=True, slots=True)
class ExternalDraw:
    """What is taken over.

    Attributes:
        subject: whose roster was drawn from; another bureau's for an overlay.
        period: the quarter of the visits, e.g. "2026Q1".
        file: the platform's list with its batch number.
    """

    subject: str
    period: str
    file: PlatformFile
    item: str = "routine-source"
    kind: str = "routine"


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A draw taken over, in numbers; `warnings` are remarks on rows, for who handed the list in."""

    bureau: str
    draw_no: int
    batch: str
    drawn: int
    officers: int
    strata: list[dict[str, Any]]
    warnings: tuple[dict[str, Any], ...]
    verifiable: bool = False


async def import_external_draw(work: Work, order: ExternalDraw) -> TakenOver:
    """Take the platform's list over.

    Raises:
        OwnDecides: the bureau's rules make our own draw the one that counts.
        BadOrder: no such period or kind, or a roster that is not the bureau's to draw from.
        BatchMissing, BatchTaken: the batch number; SecondDraw: the period has a draw that is not void.
        PlatformListRefused: a row is wrong, nothing was taken. ImporterOnTeam: somebody else must import.
        Problem: the file is unreadable (see `read_table`).
    """
    work.require("draw.take_in")
    period = named_period(work, order.subject, order.kind, order.period)
    rules = await platform_rules(work, order.subject, order.item)
    batch = batch_of(order.file.batch)
    await hold(work.db, "draw", work.scope.bureau)  # two imports at once: the second one sees the first
    await _refuse_second(work, order, batch)
    context = await _context(work, order, rules, period, batch)
    check = await judged(order.file, context)
    await _refuse_member(work, check.values)
    draw_no, summary = await _keep(work, order, rules, period, batch, check.values, context)
    remarks = tuple(one.as_dict() for one in check.warnings)
    facts = {"batch": batch, "fingerprint": summary["list_fingerprint"], "size": len(check.values)}
    facts["remarks"] = len(remarks)
    await note(work, "draw.take_in", draw_no, facts, before={"draw_no": None})
    return TakenOver(
        bureau=work.scope.bureau,
        draw_no=draw_no,
        batch=batch,
        drawn=summary["drawn"],
        officers=summary["officers"],
        strata=summary["strata"],
        warnings=remarks,
    )


async def _context(
    work: Work, order: ExternalDraw, rules: Rules, period: Period, batch: str
) -> PlatformContext:
    roster = of_item(await sites.all_of(await work.at(order.subject), work.scope, order.subject), rules)
    people = await officers.all_of(work.db, work.scope, work.scope.bureau)
    return context_of(roster, people, rules, period, batch, known_only=True)


async def _refuse_second(work: Work, order: ExternalDraw, batch: str) -> None:
    """The database refuses a second draw too; here it is told which one stands."""
    wanted = (order.subject, order.item, order.kind)
    for other in await draws.of_period(work.db, work.scope, work.scope.bureau, order.period):
        if other.state != "void" and (other.subject, other.item, other.kind) == wanted:
            raise SecondDraw(order.period, draw_no=other.draw_no)
    if (holder := await platform_lists.batch_holder(work.db, work.scope, batch)) is not None:
        raise BatchTaken(batch, draw_no=holder)


async def _refuse_member(work: Work, rows: Sequence[PlatformRow]) -> None:
    """Who handles the whole list is not sent out by it."""
    tied = await officers.of_person(work.db, work.scope, work.scope.bureau, work.principal.subject)
    own = {officer.certificate for officer in tied} | {work.principal.certificate}
    if any(certificate in own for row in rows for certificate in row.officers):
        raise ImporterOnTeam(work.principal.name)


async def _keep(
    work: Work,
    order: ExternalDraw,
    rules: Rules,
    period: Period,
    batch: str,
    rows: Sequence[PlatformRow],
    context: PlatformContext,
) -> tuple[int, dict[str, Any]]:
    await sealed.share_keys(work.db, work.scope.bureau)
    key, wrapped = await sealed.make_key(work.db, work.scope, work.app.keys)
    fingerprint = fingerprint_of(key, order.file)
    summary = await numbers_of(work, order.subject, order.item, period, rows, context, fingerprint)
    until = reveal_deadline(rules, period, await calendar_for(work))
    intent = DrawIntent(order.subject, order.item, order.kind, order.period, "platform", reveal_by=until)
    draw_no = await draws.take_in(work.db, work.scope, intent, work.now, summary)
    await draws.keep_key(work.db, work.scope, draw_no, wrapped)
    plain = dump({"sha256": order.file.sha256})
    await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, part_of(1), plain)
    await sealed.keep_tasks(work.db, work.scope, work.app.keys, draw_no, payloads_of(rows, context))
    row = PlatformList(
        bureau=work.scope.bureau,
        draw_no=draw_no,
        n=1,
        batch=batch,
        verdict="source",
        fingerprint=fingerprint,
        size=len(rows),
        missing=0,
        extra=0,
        teams=0,
        at=work.now,
        by=work.principal.subject,
    )
    await platform_lists.keep(work.db, work.scope, row)
    return draw_no, summary
