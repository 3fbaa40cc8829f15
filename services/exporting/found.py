"""A found list against the copies given out: which rows it names, and in whose order they stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.secrecy.exports import KINDS, OF_VISITS
from policies.secrecy.find import Matched, match
from policies.secrecy.order import order_seed, ranks, seed_check
from policies.secrecy.secrecy_errors import NothingToTrace
from policies.secrecy.trace import FALSE, LEAST, LIMIT, Copy, Traced, trace
from services.exporting.marking import bureau_key
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants.secrecy_rows import ExportMark
from tenants.stores import exports, officers, sites

DAY = "@"  # between a visit's id and its day in a row's id
WHY = "追查外流名单"


@dataclass(frozen=True, slots=True)
class Tracing:
    """What came of it.

    Attributes:
        lines: rows of the list that name a known site; `unknown` and `unclear` ones did not count.
        result: ranked copies. marks: those copies by number.
    """

    matched: Matched
    result: Traced
    marks: Mapping[int, ExportMark]

    def as_dict(self) -> dict[str, Any]:
        """JSON form: numbers of copies and probabilities, no rows, no names of sites."""
        return {
            "rows": self.result.rows,
            "unknown": self.matched.unknown,
            "unclear": self.matched.unclear,
            "none": round(self.result.none, 6),
            "named": self.result.named,
            "limit": LIMIT,
            "false_at_most": round(FALSE, 6),
            "suspects": [
                {
                    "number": one.number,
                    "kind": self.marks[one.number].kind,
                    "reader": self.marks[one.number].reader,
                    "reader_name": self.marks[one.number].reader_name,
                    "at": self.marks[one.number].at.isoformat(),
                    "probability": round(one.probability, 6),
                    "distance": one.distance,
                    "pairs": one.pairs,
                    "strays": one.strays,
                }
                for one in self.result.suspects[:20]
            ],
        }


def visit_id(draw_no: int, slot: int, day: object) -> str:
    """Row id of a visit on a copy: "draw/slot@day"; tells no site."""
    return f"{draw_no}/{slot}{DAY}{day}"


def day_of(row: str) -> str:
    """The group a row stands in on its copy: the day of the visit; "" for rows without one."""
    return row.partition(DAY)[2]


async def trace_visits(work: Work, draw_no: int, lines: Sequence[str]) -> Tracing:
    """Against copies of a draw's visits. Opening the list for it is journalled.

    Raises:
        NothingToTrace: fewer than LEAST lines name a drawn visit. SealBroken, NoKey: it does not open.
    """
    sheets = await open_sheets(work, draw_no, None, WHY)
    words = {f"{draw_no}/{s.slot}": (s.uid, str(s.site.get("credit_code") or ""), s.name) for s in sheets}
    marks = await exports.holding(work.db, work.scope, work.scope.bureau, OF_VISITS)
    wanted = [one for one in marks if any(row.startswith(f"{draw_no}/") for row in one.rows)]
    return await _traced(work, lines, words, wanted)


async def trace_roster(work: Work, kind: str, lines: Sequence[str]) -> Tracing:
    """Against copies of a whole roster, "sites" or "officers". Raises NothingToTrace."""
    if kind == "officers":
        people = await officers.all_of(work.db, work.scope, work.scope.bureau)
        words: dict[str, tuple[str, ...]] = {one.certificate: (one.certificate, one.name) for one in people}
    else:
        known = await sites.all_of(work.db, work.scope, work.scope.bureau)
        words = {one.code: (one.code, one.credit_code, one.name) for one in known}
    return await _traced(
        work, lines, words, await exports.holding(work.db, work.scope, work.scope.bureau, (kind,))
    )


async def _traced(
    work: Work, lines: Sequence[str], words: Mapping[str, Sequence[str]], marks: Iterable[ExportMark]
) -> Tracing:
    matched = match(lines, words)
    if len(matched.rows) < LEAST:
        raise NothingToTrace(len(matched.rows), least=LEAST)
    ordered = [one for one in marks if KINDS[one.kind].ordered and one.seed_check]
    key = await bureau_key(work) if ordered else b""
    copies = [copy for one in ordered if (copy := _copy(key, one, matched.rows)) is not None]
    return Tracing(matched, trace(matched.rows, copies), {one.n: one for one in ordered})


def _copy(key: bytes, mark: ExportMark, rows: Sequence[str]) -> Copy | None:
    """The rows in the order of that copy; None when its seed cannot be made again (another bureau key)."""
    seed = order_seed(key, mark.n, mark.reader)
    if seed_check(seed) != mark.seed_check:
        return None
    held = {row.partition(DAY)[0]: row for row in mark.rows} or {row: row for row in rows}
    there = [held[row] for row in rows if row in held]
    return Copy(mark.n, {row.partition(DAY)[0]: n for row, n in ranks(seed, there, day_of).items()})
