"""The cap ledger: visits of every kind, by every bureau over a site, counted together.

The same firm must not be visited again and again by district, city and province in turn, so this one read
looks beyond the bureau's own rows. Only numbers by site leave it. Basis: 国办发〔2024〕54号.
"""

from services.work import Work
from tenants.stores import bureaus, visits


async def ledger_of(work: Work, subject: str, year: int) -> dict[str, dict[str, int]]:
    """Visits to the sites of one roster in a year: {site code: {visit type: number}}.

    Args:
        work: the running transaction; its own scope is in force again afterwards.
        subject: bureau whose roster it is; its own visits count and those of every bureau above it.
        year: calendar year in China.

    Raises:
        BureauUnavailable: one of their databases cannot be used now: a part of the visits is no count.
    """
    found: set[tuple[str, str, str]] = set()
    for bureau in (await bureaus.get(work.control, subject)).path:
        async with work.inside(bureau) as there:
            found |= await visits.ledger(there.db, there.scope, subject, year)
    counts: dict[str, dict[str, int]] = {}
    for code, kind, _ in found:
        kinds = counts.setdefault(code, {})
        kinds[kind] = kinds.get(kind, 0) + 1
    return counts
