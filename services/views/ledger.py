"""The ledger of visits: how often every site was visited this year, by whom, and what the cap leaves.

Visits of every kind by every bureau over the roster count; of the bureaus above only numbers are known here.
Basis: 国办发〔2024〕54号; obligation 4 (visits no draw chose).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from policies.planning.caps import DRAWN, Cap, cap_of
from policies.terms import Period
from services.ruling.ruleset import rules_for
from services.views.charts import Chart, grouped_bars
from services.views.desk import Here, here
from services.views.ledger_site import unapproved_visits
from services.visiting.ledger import ledger_of
from services.work import Work
from tenants.stores import sites, visits

PAGE = 100
ONLY = ("over", "full")
ORDERS = ("most", "code")
QUARTERS = ("1", "2", "3", "4")
_SEPARATOR = "."


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One site in a year.

    Attributes:
        name: as registered now; "" when it is in the roster no more.
        kinds: visit type → visits. total: of every kind. counted: toward the cap.
        left: visits the cap still leaves, None without a cap. state: "over", "full", or "" below the cap.
    """

    code: str
    name: str
    kinds: Mapping[str, int]
    total: int
    counted: int
    left: int | None
    state: str

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self) | {"kinds": dict(self.kinds)}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of a roster in a year.

    Attributes:
        lines: of every visited site, in the order asked for; without names until a page is cut.
        cap: in force today, None where there is none.
    """

    year: int
    lines: tuple[LedgerLine, ...]
    cap: Cap | None

    @property
    def visits(self) -> int:
        """Visits of every kind."""
        return sum(one.total for one in self.lines)

    @property
    def random(self) -> int:
        """Visits a draw chose."""
        return sum(one.kinds.get(DRAWN, 0) for one in self.lines)

    def number(self, state: str) -> int:
        """Sites in a state."""
        return sum(one.state == state for one in self.lines)


async def read_ledger(work: Work, bureau: str, year: int, *, only: str = "", order: str = "most") -> Ledger:
    """The ledger of one roster.

    Args:
        only: a state of `ONLY`, "" for every visited site. order: of `ORDERS`.

    Raises:
        Forbidden, Stranger. BureauUnavailable: a bureau above cannot be asked now: a part is no count.
    """
    work.require("ledger.read", bureau=bureau)
    cap = cap_of(await rules_for(work, bureau))
    found = await ledger_of(work, bureau, year)
    lines = [_line(code, kinds, cap) for code, kinds in found.items()]
    shown = [one for one in lines if only in ("", one.state)]
    return Ledger(year, tuple(sorted(shown, key=lambda one: place_of(one, order))), cap)


@dataclass(frozen=True, slots=True)
class LedgerFace:
    """A page of the ledger. `next`: where the page after begins, "" after the last.

    `unapproved`: the bureau's own visits of a kind that is approved beforehand, which nobody approved.
    """

    here: Here
    ledger: Ledger
    lines: tuple[LedgerLine, ...]
    next: str
    kinds: tuple[str, ...]
    chart: Chart
    quarters: Mapping[str, tuple[int, ...]]
    unapproved: int


async def ledger_face(
    work: Work, bureau: str, year: int, *, only: str = "", order: str = "most", after: str = ""
) -> LedgerFace:
    """What the page shows; `after`: `next` of the page before."""
    ledger = await read_ledger(work, bureau, year, only=only, order=order)
    lines, following = cut(ledger, order, after)
    kinds = sorted({kind for one in ledger.lines for kind in one.kinds}, key=lambda one: (one != DRAWN, one))
    quarters = await _quarters(work, bureau, year)
    return LedgerFace(
        await here(work, bureau),
        ledger,
        await named(work, bureau, lines),
        following,
        tuple(kinds),
        grouped_bars(QUARTERS, quarters),
        quarters,
        len(await unapproved_visits(work, bureau, year)),
    )


def cut(ledger: Ledger, order: str, after: str, limit: int = PAGE) -> tuple[tuple[LedgerLine, ...], str]:
    """(lines of a page, where the next one begins or ""); a place that is none begins at the first."""
    least = _read(after)
    rest = [one for one in ledger.lines if least is None or place_of(one, order) > least]
    shown = tuple(rest[:limit])
    return shown, _written(place_of(shown[-1], order)) if len(rest) > limit else ""


async def named(work: Work, bureau: str, lines: Sequence[LedgerLine]) -> tuple[LedgerLine, ...]:
    """The lines with the names of their sites."""
    found = await sites.some(await work.at(bureau), work.scope, bureau, [one.code for one in lines])
    names = {one.code: one.name for one in found}
    return tuple(replace(one, name=names.get(one.code, "")) for one in lines)


async def _quarters(work: Work, bureau: str, year: int) -> dict[str, tuple[int, ...]]:
    """Visits of the bureau's own by quarter: those a draw chose, and the others."""
    drawn, other = [], []
    for quarter in range(1, 5):
        rows = await visits.of_period(await work.at(bureau), work.scope, bureau, Period(year, quarter))
        stood = [one.visit_type == DRAWN for one in rows if one.state != "returned"]
        drawn.append(sum(stood))
        other.append(len(stood) - sum(stood))
    return {"random": tuple(drawn), "other": tuple(other)}


def _line(code: str, kinds: Mapping[str, int], cap: Cap | None) -> LedgerLine:
    total = sum(kinds.values())
    counted = cap.counted(kinds) if cap else 0
    state = "" if cap is None or not cap.full(counted) else "over" if counted > cap.limit else "full"
    return LedgerLine(code, "", kinds, total, counted, cap.room(counted) if cap else None, state)


def place_of(line: LedgerLine, order: str) -> tuple[int, int, str]:
    """Where a line stands in an order; no two stand in the same place."""
    return (-line.counted, -line.total, line.code) if order == "most" else (0, 0, line.code)


def _written(place: tuple[int, int, str]) -> str:
    return _SEPARATOR.join([str(-place[0]), str(-place[1]), place[2]])


def _read(after: str) -> tuple[int, int, str] | None:
    first, _, rest = after.partition(_SEPARATOR)
    second, _, code = rest.partition(_SEPARATOR)
    if not (first.isdecimal() and second.isdecimal() and len(after) <= 100):
        return None
    return -int(first), -int(second), code
