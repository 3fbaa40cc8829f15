"""Rows of a demonstration site roster: as a county's list looks, with every case the draw has to handle."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from policies.roster.codes import substitute
from services.demo.codes import credit_code, site_code
from services.demo.names import TRADES, Firms, Trade, address, person
from services.demo.places import Places, as_gcj02

CASES = {"411721": "环境违法问题", "150203": "投诉举报多"}  # as the bureaus' own texts name them
BASIS = "演示用重点排污单位名录（模拟）"


@dataclass(frozen=True, slots=True)
class SiteMix:
    """How many sites of which case; `total` counts all rows.

    Attributes:
        key: key sites, `key_special` of them special too; special: special sites that are not key.
        closed, suspended, moved: sites no longer active, all of them general.
        capped: general sites visited as often as the yearly cap allows, or more; visited: visited once.
        projects: construction projects. twins: companies with a second site.
        uncoded: sites with a registered substitute code.
        first: serial of the first company, so that no two divisions share an organisation code.
    """

    division: str
    area: str
    authority: str
    basin: str
    total: int
    key: int
    key_special: int
    special: int
    closed: int
    suspended: int
    moved: int
    capped: int
    visited: int
    projects: int
    twins: int
    uncoded: int
    first: int = 1


def _cases(mix: SiteMix) -> list[str]:
    """Case of the general sites, in order: one word each, "" for the ordinary ones."""
    counts = {
        "关闭": mix.closed,
        "停产": mix.suspended,
        "搬迁": mix.moved,
        "capped": mix.capped,
        "visited": mix.visited,
        "project": mix.projects,
        "uncoded": mix.uncoded,
    }
    cases = [case for case, n in counts.items() for _ in range(n)]
    return cases + [""] * (mix.total - mix.key - mix.special - len(cases))


def _classes(mix: SiteMix) -> list[tuple[str, str]]:
    """(企业分类, case) of every site."""
    key = [("重点、特殊", "")] * mix.key_special + [("重点", "")] * (mix.key - mix.key_special)
    return [*key, *([("特殊", "")] * mix.special), *(("一般", case) for case in _cases(mix))]


def _codes(mix: SiteMix, serial: int, case: str) -> tuple[str, str]:
    """(credit code, site code); the last serials are second sites of the first companies."""
    twin = serial > mix.total - mix.twins
    company = serial - (mix.total - mix.twins) if twin else serial
    prefix = "N2" if company % 97 == 0 else "92" if company % 5 == 0 else "91"
    credit = credit_code(prefix, mix.division, mix.first - 1 + company)
    if case == "uncoded":
        return credit, substitute(mix.division, serial)
    return credit, site_code(credit, 2 if twin else 1)


def _people(serial: int) -> dict[str, str]:
    return {
        "phone": f"0000-{serial:07d}",
        "legal_person": person("法人", serial),
        "contact": person("联系人", serial),
        "contact_phone": f"0000-{serial + 5000:07d}",
        "env_officer": person("环保员", serial),
    }


def _where(mix: SiteMix, serial: int, places: Places) -> dict[str, str]:
    lon, lat = places.point()
    gcj = serial % 31 == 0  # some sections take coordinates from a map app
    if gcj:
        lon, lat = as_gcj02(lon, lat)
    return {
        "address": address(mix.area, serial),
        "site_address": f"{address(mix.area, serial)}厂区",
        "division": mix.division if serial % 2 else mix.area,
        "lon": f"{lon:.6f}",
        "lat": f"{lat:.6f}",
        "datum": "GCJ-02" if gcj else "CGCS2000",
    }


def _visits(case: str, dice: Random) -> str:
    return str(dice.choice((2, 3))) if case == "capped" else "1" if case == "visited" else "0"


def _business(trade: Trade, dice: Random) -> dict[str, str]:
    return {
        "industry": trade.industry,
        "pollution": trade.pollution,
        "started_on": f"{dice.randint(1998, 2024)}-{dice.randint(1, 12):02d}",
        "products": f"{trade.product} {dice.randint(1, 90) * 100} 单位/年",
    }


def site_rows(mix: SiteMix, seed: str) -> list[Mapping[str, str]]:
    """Rows by column key, in an order that tells nothing about the class.

    Args:
        mix: numbers of each case.
        seed: equal seeds give equal rows.
    """
    dice = Random(f"{seed}/{mix.division}/sites")
    places, firms = Places(mix.division, dice), Firms()
    classes = _classes(mix)
    dice.shuffle(classes)
    rows: list[Mapping[str, str]] = []
    for serial, (kind, case) in enumerate(classes, 1):
        credit, code = _codes(mix, serial, case)
        trade = dice.choice(TRADES)
        rows.append(
            {
                "name": firms.name(dice.randrange(32), trade),
                "credit_code": credit,
                "code": code,
                "site_class": kind,
                "authority": mix.authority,
                "basin": mix.basin,
                "kind": "建设项目" if case == "project" else "单位",
                "class_basis": BASIS if kind.startswith("重点") and serial % 2 else "",  # else from the list
                "special_cases": CASES[mix.division] if "特殊" in kind else "",
                "special_evidence": f"演示案卷 {serial} 号（模拟）" if "特殊" in kind else "",
                "status": case if case in ("关闭", "停产", "搬迁") else "在产",
                "visits_this_year": _visits(case, dice),
                **_people(serial),
                **_where(mix, serial, places),
                **_business(trade, dice),
            }
        )
    return rows
