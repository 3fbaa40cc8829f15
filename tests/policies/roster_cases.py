"""Tables made in memory for the roster checks."""

from collections.abc import Mapping

from policies.roster import SITE_LAYOUT, SiteContext
from policies.roster.tabular import Layout, Row, Skipped, Table, letter

CREDIT = "91411721MAXX00015J"
SITE: Mapping[str, str] = {
    "name": "演示·青禾化工一厂",
    "credit_code": CREDIT,
    "code": f"{CREDIT}001P",
    "site_class": "一般",
    "division": "411721",
    "site_address": "演示一路1号",
    "lon": "113.9",
    "lat": "33.36",
    "industry": "C2614 有机化学原料制造",
    "pollution": "废水、废气",
    "status": "在产",
}
OFFICER: Mapping[str, str] = {
    "name": "演示员甲01",
    "certificate": "YS411721001",
    "unit": "演示一中队",
    "valid_until": "2028-12-31",
    "lead": "是",
    "on_post": "是",
}
NAMES = frozenset({"西平县", "驻马店市西平县"})


def box(division: str, lon: float, lat: float, datum: str) -> bool | None:
    """A county from 113 to 114 east and 33 to 34 north; its eastern rim cannot be told."""
    assert division == "411721"
    assert datum
    if 113.95 < lon < 114:
        return None
    return 113 <= lon <= 114 and 33 <= lat <= 34


CONTEXT = SiteContext("411721", NAMES, inside=box)


def table(*rows: Mapping[str, str], layout: Layout = SITE_LAYOUT, skipped: tuple[Skipped, ...] = ()) -> Table:
    """Rows from spreadsheet row 4 on, as the template has them."""
    letters = {c.key: letter(i) for i, c in enumerate(layout.columns, 1)}
    made = tuple(Row(n, dict(r)) for n, r in enumerate(rows, 4))
    return Table("名录.xlsx", layout.sheet, 2, made, letters, skipped)


def site(**cells: str) -> dict[str, str]:
    """The sound site row with other cells."""
    return {**SITE, **cells}


def officer(**cells: str) -> dict[str, str]:
    """The sound officer row with other cells."""
    return {**OFFICER, **cells}
