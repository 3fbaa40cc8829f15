"""The visits behind a number of the ledger: one site in a year. Basis: 国办发〔2024〕54号; obligation 4."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from policies.errors import Missing
from policies.planning.caps import DRAWN
from policies.visiting.requests import needing
from services.clock import CHINA
from services.ruling.ruleset import rules_for
from services.views.desk import Here, here
from services.visiting.ledger import ledger_of
from services.work import Work
from tenants.stores import sites, visit_requests, visits


@dataclass(frozen=True, slots=True)
class LedgerVisit:
    """One visit of the bureau's own. `approval`: "drawn", "approved", "missing"; "" where none is needed."""

    visit_id: UUID
    kind: str
    day: date
    officers: int
    result: str
    state: str
    approval: str

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self) | {"visit_id": str(self.visit_id), "day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class LedgerSite:
    """A visited site in a year. `name`: "" when it is in the roster no more. `above`: visits by superiors."""

    here: Here
    code: str
    name: str
    year: int
    visits: tuple[LedgerVisit, ...]
    above: int


async def ledger_site(work: Work, bureau: str, code: str, year: int) -> LedgerSite:
    """What stands behind a line of the ledger; of the bureaus above only their number.

    Raises:
        Forbidden, Stranger. Missing: nobody visited it in that year. BureauUnavailable: as `read_ledger`.
    """
    work.require("ledger.read", bureau=bureau)
    counted = (await ledger_of(work, bureau, year)).get(code)
    if counted is None:
        raise Missing(code[:64], what="台账中的单位")
    db = await work.at(bureau)
    bare = await unapproved_visits(work, bureau, year)
    kinds = needing(await rules_for(work, bureau))
    rows = [
        one
        for one in await visits.of_site(db, work.scope, bureau, code)
        if one.subject == bureau and one.state != "returned" and one.started_at.astimezone(CHINA).year == year
    ]
    found = await sites.some(db, work.scope, bureau, [code])
    lines = tuple(
        LedgerVisit(
            one.id,
            one.visit_type,
            one.started_at.astimezone(CHINA).date(),
            len(one.officers),
            one.result_code,
            one.state,
            "drawn"
            if one.visit_type == DRAWN
            else "missing"
            if one.id in bare
            else "approved"
            if one.visit_type in kinds
            else "",
        )
        for one in rows
    )
    name = found[0].name if found else ""
    return LedgerSite(await here(work, bureau), code, name, year, lines, sum(counted.values()) - len(rows))


async def unapproved_visits(work: Work, bureau: str, year: int) -> frozenset[UUID]:
    """Records of the bureau's own of the kinds it approves beforehand, made in a year without an approval."""
    work.require("ledger.read", bureau=bureau)
    kinds = needing(await rules_for(work, bureau))
    return await visit_requests.unapproved(await work.at(bureau), work.scope, bureau, year, kinds)
