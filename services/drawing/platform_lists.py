"""A list of the platform, read and judged row by row, and what becomes of it in our life cycle."""

import asyncio
import hmac
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import SystemRandom
from typing import Any

from policies.roster import RosterCheck
from policies.roster.codes import tidy
from policies.roster.platform_list import (
    LAYOUT,
    PlatformContext,
    PlatformRow,
    by_credit,
    check_platform,
)
from policies.rulebook.rules import Rules
from policies.terms import Officer, Period, Site, SiteStatus
from services.drawing.draw_errors import NoPlan, PlanStale
from services.drawing.external_errors import BatchMissing, PlatformListRefused
from services.drawing.sealed_parts import dump
from services.ruling.plans import approved_plan, whole_sizes
from services.sheets import read_table
from services.work import Work

_LONGEST = 64


@dataclass(frozen=True, slots=True)
class PlatformFile:
    """A list as handed in.

    Attributes:
        batch: the platform's batch number.
        data, name: the file, xlsx or csv.
    """

    batch: str
    data: bytes = field(repr=False)
    name: str = ""

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes; sealed, because who knows the rosters could search for the list by it."""
        return sha256(self.data).hexdigest()


def fingerprint_of(data_key: bytes, file: PlatformFile) -> str:
    """Hex fingerprint of a file that may be shown while visits are outstanding.

    Sites and officers of a bureau are known to many, and a list is short: a plain hash would let them try
    lists until one fits. Keyed by the draw's data key it tells nothing to who does not hold that key.
    Basis: rd1 §10.
    """
    key = hmac.new(data_key, b"platform list", sha256).digest()  # a key of its own beside the sealing
    return hmac.new(key, bytes.fromhex(file.sha256), sha256).hexdigest()


def part_of(n: int) -> str:
    """Name of the sealed part that holds the file's plain hash, and the codes of a comparison."""
    return f"platform-{n}"


def batch_of(text: str) -> str:
    """The batch number in its normal form. Raises BatchMissing."""
    batch = tidy(text)
    if not batch or len(batch) > _LONGEST or not batch.isprintable():
        raise BatchMissing(text[:40] or "—", need=f"1 至 {_LONGEST} 个字符")
    return batch


async def judged(file: PlatformFile, context: PlatformContext) -> RosterCheck[PlatformRow]:
    """Every row judged, off the event loop.

    Raises:
        Problem: the file is unreadable (see `read_table`).
        PlatformListRefused: a row is wrong; nothing of the list is taken.
    """

    def judge() -> RosterCheck[PlatformRow]:
        return check_platform(read_table(file.data, file.name, LAYOUT), context)

    check = await asyncio.to_thread(judge)
    if check.refused:
        first = check.refused[0].errors[0].line()
        need = f"每一行都合格；{len(check.refused)} 行有问题"
        raise PlatformListRefused(f"{len(check.refused)} 行有问题", check=check, need=need, first=first)
    return check


def context_of(
    sites: Sequence[Site],
    officers: Sequence[Officer],
    rules: Rules,
    period: Period,
    batch: str,
    *,
    known_only: bool,
) -> PlatformContext:
    """What rows are judged by."""
    roster = {site.code: site for site in sites}
    people = {officer.certificate: officer for officer in officers}
    needed = rules.integer("record.officers")
    return PlatformContext(roster, people, needed, period.last, batch, known_only, by_credit(roster))


def payloads_of(rows: Sequence[PlatformRow], context: PlatformContext) -> list[tuple[int, bytes]]:
    """One task a row, as our draws make them; without pseudonym, ticket and leaf: there is no proof.

    Slots are visible before the visits are, so they are dealt anew: the platform's order (by code, or by
    district) would tell which slot is which site.
    """
    dealt = SystemRandom().sample(rows, len(rows))
    return [(slot, dump(_payload(slot, row, context))) for slot, row in enumerate(dealt)]


def _payload(slot: int, row: PlatformRow, context: PlatformContext) -> dict[str, Any]:
    site = context.sites[row.code]
    people = [context.officers[certificate] for certificate in row.officers]
    return {
        "uid": row.code,
        "stratum": site.stratum.value,
        "rank": slot,
        "oids": [],
        "crew": "",
        "officers": sorted((_officer(one) for one in people), key=lambda one: not one["lead"]),
        "site": {"code": row.code, **site_facts(site)},
    }


def _officer(officer: Officer) -> dict[str, Any]:
    return {"certificate": officer.certificate, "name": officer.name, "lead": officer.lead}


def site_facts(site: Site) -> dict[str, Any]:
    """What the team will need at the door, as it stands now."""
    kept = ("name", "credit_code", "address", "site_address", "division", "lon", "lat", "datum", "industry")
    flags = {"key": site.key, "special": site.special, "kind": site.kind.value}
    return {name: getattr(site, name) for name in kept} | flags


async def numbers_of(
    work: Work,
    subject: str,
    item: str,
    period: Period,
    rows: Sequence[PlatformRow],
    context: PlatformContext,
    fingerprint: str,
) -> dict[str, Any]:
    """Public numbers: strata with active sites, the least number of the approved plan, and what was drawn."""
    active = Counter(s.stratum.value for s in context.sites.values() if s.status is SiteStatus.ACTIVE)
    drawn = Counter(context.sites[row.code].stratum.value for row in rows)
    lawful = await _least(work, subject, item, period, context.sites)
    strata = [
        {"id": id, "size": active[id], "least": lawful.get(id, 0), "take": drawn[id]}
        for id in sorted({*active, *drawn})
    ]
    return {
        "strata": strata,
        "excluded": [],
        "drawn": len(rows),
        "officers": len({c for row in rows for c in row.officers}),
        "team": min((len(row.officers) for row in rows), default=0),
        "crews": 0,
        "over_caps": 0,
        "batch": context.batch,
        "list_fingerprint": fingerprint,
        "simulated": work.app.clock.simulated,
    }


async def _least(
    work: Work, subject: str, item: str, period: Period, sites: Mapping[str, Site]
) -> dict[str, int]:
    """Fewest lawful visits of the period by stratum; nothing where no plan is approved to tell them."""
    try:
        plan = await approved_plan(work, work.scope.bureau, subject, period.year, item)
    except (NoPlan, PlanStale):
        return {}
    sizes = whole_sizes(tuple(sites.values()))
    lines = [line for line in plan.lines if line.quarter == period.quarter]
    return {line.stratum: min(line.minimum, sizes.get(line.stratum, 0)) for line in lines}
