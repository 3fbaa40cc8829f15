"""The comparison as a table that can be sorted, and what its map shows of each district."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from policies.figures import COLUMNS, FIGURES, SHARES
from services.fanout import Absent
from services.views.city_map import CityMap, city_map
from services.views.comparison import Comparison, share
from services.views.progress import DistrictLine

SHADED = "done_share"


@dataclass(frozen=True, slots=True)
class CityTable:
    """The table in the order asked for.

    Attributes:
        sort, order: column and "asc" or "desc"; "" = by code, the own bureau first.
        rows: what is missing stands last. shaded: the share the map shows.
    """

    rows: tuple[DistrictLine | Absent, ...]
    sort: str
    order: str
    shaded: str
    map: CityMap

    def ordered(self, figure: str) -> str:
        """The other way round, or the way that shows what is worth a look first."""
        if figure == self.sort:
            return "asc" if self.order == "desc" else "desc"
        return "asc" if figure in SHARES else "desc"


def city_table(data: Comparison, sort: str, order: str, shaded: str) -> CityTable:
    """The table and its map; an unknown column sorts by code."""
    wanted = sort if sort in COLUMNS else ""
    turned = order if order in ("asc", "desc") else "desc"
    rows = data.rows
    if wanted:
        lines = [one for one in rows if isinstance(one, DistrictLine)]
        known = [one for one in lines if value(one, wanted) is not None]
        known.sort(key=lambda one: (value(one, wanted), one.code), reverse=turned == "desc")
        none = [one for one in lines if value(one, wanted) is None]
        rows = (*known, *none, *(one for one in rows if isinstance(one, Absent)))
    shown = shaded if shaded in SHARES else SHADED
    return CityTable(rows, wanted, turned if wanted else "", shown, _map(data, shown))


def value(line: DistrictLine, figure: str) -> float | None:
    """A figure as a number to sort by; None where there is none, which is not zero."""
    if figure in SHARES:
        part, whole = share(line, figure)
        return part / whole if whole else None
    found = getattr(line, figure)
    return None if found is None else float(found)


def words(line: DistrictLine | Mapping[str, Any], figure: str) -> str:
    """A figure as it is shown: a number, a share, or a dash."""
    if figure in SHARES:
        part, whole = share(line, figure)
        return f"{100 * part / whole:.1f}%".replace(".0%", "%") if whole else "—"
    told = line if isinstance(line, Mapping) else asdict(line)
    return "—" if told[figure] is None else str(told[figure])


def bad(line: DistrictLine, figure: str) -> bool:
    """Whether a figure asks for attention: more than none of what is bad."""
    found = getattr(line, figure, 0)
    return FIGURES[figure].sense == "bad" and bool(found)


def _map(data: Comparison, figure: str) -> CityMap:
    own = data.here.face.code
    below = [one.code for one in data.rows if one.code != own]
    told: dict[str, tuple[float | None, str]] = {}
    for one in data.rows:
        if isinstance(one, DistrictLine):
            told[one.code] = (value(one, figure), words(one, figure))
        else:
            told[one.code] = (None, one.words())
    return city_map({code: data.here.names.get(code, code) for code in below}, told, own)
