"""The platform's list beside a draw: equal, or an alarm for the city. Basis: obligation 21.

Ours stands whatever the platform says; there is never a second list. One taken over is not dispatched before
somebody who did not import it has compared the platform's list once more. Who compares is the dispatcher,
who may read the list anyway; everybody else learns numbers only.
"""

from dataclasses import dataclass
from typing import Any

from policies.access import states_of
from policies.errors import Missing
from policies.planning.items import of_item
from policies.planning.platform import Comparison, compare_lists
from policies.roster.platform_list import PlatformContext
from policies.terms import Period
from services.drawing.duties import refuse_drawers
from services.drawing.external_errors import BatchTaken
from services.drawing.platform_lists import (
    PlatformFile,
    batch_of,
    context_of,
    fingerprint_of,
    judged,
    part_of,
)
from services.drawing.sealed_parts import dump, open_json
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import held_draw, note
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants import sealed
from tenants.external_rows import PlatformList
from tenants.rows import Draw
from tenants.stores import draws, officers, platform_lists, sites, tasks

WHY = "与省平台名单比对"
_TOLD = ("batch", "verdict", "fingerprint", "missing", "extra", "teams")


@dataclass(frozen=True, slots=True)
class Compared:
    """How a list compared.

    Attributes:
        found: the codes that differ, for the dispatcher; None when only noted.
        sha256: of the file, in hex, for the dispatcher; "" when only noted.
    """

    row: PlatformList
    found: Comparison | None
    sha256: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON form; codes and plain hash included."""
        names = ("draw_no", "n", "batch", "verdict", "size", "fingerprint")
        facts = {name: getattr(self.row, name) for name in names} | {"sha256": self.sha256}
        codes = self.found or Comparison((), (), ())
        return facts | {
            "missing": list(codes.missing),
            "extra": list(codes.extra),
            "teams": list(codes.teams),
        }


async def compare_platform(work: Work, draw_no: int, file: PlatformFile) -> Compared:
    """Record the platform's batch number of a draw, and compare its list; one taken over needs the list.

    Raises:
        WrongState: the draw has no result.
        DrewIt: the dispatcher drew or imported. BatchMissing, BatchTaken: the batch number.
        PlatformListRefused: the file has faulty rows. Problem: it is unreadable (see `read_table`).
    """
    work.require("draw.compare")
    draw = await held_draw(work, draw_no, *states_of("draw.compare"))
    await refuse_drawers(work, draw)
    batch = batch_of(file.batch)
    holder = await platform_lists.batch_holder(work.db, work.scope, batch)
    if holder not in (None, draw_no):
        raise BatchTaken(batch, draw_no=holder)
    wanted = file.data or draw.authority == "platform"  # its batch is known; without a list: EmptyFile
    found, size = await _compare(work, draw, file, batch) if wanted else (None, 0)
    row = await _keep(work, draw, batch, file, found, size)
    facts = {name: getattr(row, name) for name in _TOLD}
    await note(work, "draw.compare", draw_no, facts)
    return Compared(row, found, file.sha256 if found else "")


async def read_comparison(work: Work, draw_no: int, n: int) -> Compared:
    """A list of before with its plain hash and the codes that differ; the opening is journalled.

    Raises:
        Missing: no such list.
    """
    work.require("draw.compare")
    kept = await platform_lists.of_draw(work.db, work.scope, work.scope.bureau, draw_no)
    row = next((one for one in kept if one.n == n), None)
    if row is None:
        raise Missing(f"{draw_no}/{n}", what="抽查")
    if row.verdict == "noted":
        return Compared(row, None)
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    part = await open_json(work, draw, part_of(n), why=WHY)
    if row.verdict == "source":
        return Compared(row, None, part["sha256"])
    codes = Comparison(*(tuple(part[name]) for name in ("missing", "extra", "teams")))
    return Compared(row, codes, part["sha256"])


async def _compare(work: Work, draw: Draw, file: PlatformFile, batch: str) -> tuple[Comparison, int]:
    check = await judged(file, await _context(work, draw, batch))
    theirs = {row.code: row.officers for row in check.values}
    live = {
        task.slot
        for task in await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
        if task.state != "cancelled"
    }
    sheets = await open_sheets(work, draw.draw_no, None, WHY)
    ours = {sheet.uid: sheet.certificates for sheet in sheets if sheet.slot in live}
    teams = draw.authority == "platform"  # the second look at an import is at the whole of it
    return compare_lists(ours, theirs, teams=teams), len(theirs)


async def _context(work: Work, draw: Draw, batch: str) -> PlatformContext:
    rules = await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item)
    roster = of_item(await sites.all_of(await work.at(draw.subject), work.scope, draw.subject), rules)
    people = await officers.all_of(work.db, work.scope, draw.bureau)
    return context_of(roster, people, rules, Period.parse(draw.period), batch, known_only=False)


async def _keep(
    work: Work, draw: Draw, batch: str, file: PlatformFile, found: Comparison | None, size: int
) -> PlatformList:
    n = await platform_lists.next_n(work.db, work.scope, draw.draw_no)
    codes = found or Comparison((), (), ())
    key = await sealed.data_key(work.db, work.scope, work.app.keys, draw.draw_no)
    row = PlatformList(
        bureau=draw.bureau,
        draw_no=draw.draw_no,
        n=n,
        batch=batch,
        verdict=found.verdict if found else "noted",
        fingerprint=fingerprint_of(key, file) if found else "",
        size=size,
        missing=len(codes.missing),
        extra=len(codes.extra),
        teams=len(codes.teams),
        at=work.now,
        by=work.principal.subject,
    )
    await platform_lists.keep(work.db, work.scope, row)
    if found is not None:
        parts = {"missing": codes.missing, "extra": codes.extra, "teams": codes.teams}
        plain = dump(parts | {"sha256": file.sha256})
        await sealed.keep_part(work.db, work.scope, work.app.keys, draw.draw_no, part_of(n), plain)
    return row
