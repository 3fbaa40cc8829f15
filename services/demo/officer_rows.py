"""Rows of a demonstration officer roster: leads, expired certificates, leave, recusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from services.demo.codes import certificate


@dataclass(frozen=True, slots=True)
class OfficerMix:
    """How many officers of which case; the cases stand at the end of the list and do not overlap.

    Attributes:
        stem: character that tells this bureau's fictional people apart, e.g. 甲.
        expired: certificate over before the year; expiring: ends within its first quarter.
        away: on leave for the whole first quarter; off_post: certified, not 在编在岗.
        short_leave: a week off in the first quarter; recused: with recusals.
    """

    division: str
    unit: str
    stem: str
    total: int
    leads: int
    expired: int
    expiring: int
    away: int
    off_post: int
    short_leave: int
    recused: int


def _cases(mix: OfficerMix) -> list[str]:
    last = [
        *(["off_post"] * mix.off_post),
        *(["away"] * mix.away),
        *(["expiring"] * mix.expiring),
        *(["expired"] * mix.expired),
    ]
    first = [*(["short_leave"] * mix.short_leave), *(["recused"] * mix.recused)]
    return [*first, *([""] * (mix.total - len(first) - len(last))), *last]


def _valid_until(case: str, serial: int, year: int) -> str:
    if case == "expired":
        return f"{year - 1}-{8 + serial % 3:02d}-28"
    return f"{year}-02-15" if case == "expiring" else f"{year + 1 + serial % 3}-12-31"


def _leave(case: str, year: int) -> dict[str, str]:
    if case == "away":
        return {"leave_from": f"{year - 1}-12-20", "leave_to": f"{year}-04-10"}
    if case == "short_leave":
        return {"leave_from": f"{year}-01-19", "leave_to": f"{year}-01-23"}
    return {}


def officer_rows(mix: OfficerMix, sites: Sequence[str], seed: str, year: int) -> list[Mapping[str, str]]:
    """Rows by column key.

    Args:
        mix: numbers of each case.
        sites: codes of active sites, among which recusals are chosen.
        seed: equal seeds give equal rows.
        year: year of the demonstration; certificates and leave are set round its first quarter.
    """
    dice = Random(f"{seed}/{mix.division}/officers")
    leads = {1 + i * mix.total // mix.leads for i in range(mix.leads)}
    rows: list[Mapping[str, str]] = []
    for serial, case in enumerate(_cases(mix), 1):
        recused = dice.sample(sites, dice.randint(1, 3)) if case == "recused" else []
        rows.append(
            {
                "name": f"演示员{mix.stem}{serial:02d}",
                "certificate": certificate(mix.division, serial),
                "unit": f"{mix.unit}{'一二三四'[serial % 4]}中队",
                "valid_until": _valid_until(case, serial, year),
                "lead": "是" if serial in leads else "否",
                "on_post": "否" if case == "off_post" else "是",
                "recusals": "；".join(recused),
                "person": f"officer-{mix.division}-{serial:02d}",
                **_leave(case, year),
            }
        )
    return rows
