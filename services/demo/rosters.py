"""The demonstration's roster files: real xlsx in the template's layout, made from a fixed seed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from policies.roster.columns import OFFICER_LAYOUT, SITE_LAYOUT
from services.demo.officer_rows import OfficerMix, officer_rows
from services.demo.site_rows import SiteMix, site_rows
from services.sheets.templates import fill_template

SEED = "shuangsui-demo-1"
_NOTE = "模拟数据（simulated）：企业、人员、代码均为虚构，仅供演示。"

SITES: Mapping[str, SiteMix] = {
    "411721": SiteMix(
        division="411721",
        area="西平县",
        authority="驻马店市生态环境局西平分局",
        basin="淮河流域",
        total=1263,
        key=40,
        key_special=5,
        special=13,
        closed=14,
        suspended=9,
        moved=4,
        capped=12,
        visited=60,
        projects=45,
        twins=10,
        uncoded=8,
    ),
    "150203": SiteMix(
        division="150203",
        area="昆都仑区",
        authority="包头市生态环境局昆都仑区分局",
        basin="黄河流域",
        total=700,
        key=48,
        key_special=4,
        special=9,
        closed=10,
        suspended=6,
        moved=3,
        capped=9,
        visited=35,
        projects=20,
        twins=7,
        uncoded=5,
        first=4001,
    ),
}
OFFICERS: Mapping[str, OfficerMix] = {
    "411721": OfficerMix("411721", "演示西平执法大队", "甲", 30, 11, 2, 1, 2, 2, 2, 4),
    "150203": OfficerMix("150203", "演示昆都仑执法大队", "乙", 30, 11, 2, 1, 2, 2, 2, 4),
    "411700": OfficerMix("411700", "演示驻马店执法支队", "丙", 12, 5, 1, 0, 1, 1, 1, 1),
    "150200": OfficerMix("150200", "演示包头执法支队", "丁", 12, 5, 1, 0, 1, 1, 1, 1),
}
_CATEGORIES = {"废水": "水环境", "废气": "大气环境", "噪声": "噪声"}
_ROSTER_OF = {"411700": "411721", "150200": "150203"}  # whose sites a city's officers may be recused from


@dataclass(frozen=True, slots=True)
class RosterFiles:
    """Files of one bureau.

    Attributes:
        sites: site roster, None for a bureau that has none of its own.
        officers: officer roster.
        listing: the (fictional) yearly key list, one line a site: code, name, division, categories.
    """

    sites: Path | None
    officers: Path
    listing: str = ""

    @property
    def key_list(self) -> frozenset[str]:
        """Site codes of the list."""
        return frozenset(line.split(",")[0] for line in self.listing.splitlines())


def _active(rows: list[Mapping[str, str]]) -> list[str]:
    return [row["code"] for row in rows if row["status"] == "在产"]


def _listing(division: str, rows: list[Mapping[str, str]]) -> str:
    """Every key site of a county, drawn or not, whatever its state."""
    key = sorted((row for row in rows if row["site_class"].startswith("重点")), key=lambda row: row["code"])
    return "\n".join(f"{row['code']},{row['name']},{division},{_categories(row)}" for row in key)


def _categories(row: Mapping[str, str]) -> str:
    return "、".join(word for kind, word in _CATEGORIES.items() if kind in row["pollution"])


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def make_rosters(folder: Path, *, year: int = 2026, seed: str = SEED) -> dict[str, RosterFiles]:
    """Write the roster files of all bureaus that have one.

    Args:
        folder: made when missing; files are overwritten.
        year: year of the demonstration.
        seed: equal seeds give equal content.

    Returns:
        Bureau code → its files: 411721 and 150203 with sites and officers, 411700 and 150200 with officers.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = {code: site_rows(mix, seed) for code, mix in SITES.items()}
    made: dict[str, RosterFiles] = {}
    for code, mix in OFFICERS.items():
        people = officer_rows(mix, _active(rows[_ROSTER_OF.get(code, code)]), seed, year)
        data = fill_template(OFFICER_LAYOUT, people, (_NOTE,))
        officers = _write(folder / f"{code}-officers.xlsx", data)
        own = rows.get(code)
        if own is None:
            made[code] = RosterFiles(None, officers)
            continue
        sites = _write(folder / f"{code}-sites.xlsx", fill_template(SITE_LAYOUT, own, (_NOTE,)))
        made[code] = RosterFiles(sites, officers, _listing(code, own))
    return made
