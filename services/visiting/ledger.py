"""The cap ledger: visits of every kind, by every bureau over a site, counted together.

The same firm must not be visited again and again by district, city and province in turn, so this one read
looks beyond the bureau's own rows. Only numbers by site leave it. Basis: 国办发〔2024〕54号.
"""

from dataclasses import replace

from services.work import Work
from tenants.session import enter
from tenants.stores import bureaus, visits


async def ledger_of(work: Work, subject: str, year: int) -> dict[str, dict[str, int]]:
    """Visits to the sites of one roster in a year: {site code: {visit type: number}}.

    Args:
        work: the running transaction; its own scope is in force again afterwards.
        subject: bureau whose roster it is; the bureaus above it are counted too.
        year: calendar year in China.
    """
    above = (await bureaus.get(work.db, subject)).path
    wide = replace(work.scope, visible=(*work.scope.visible, *above))
    await enter(work.db, wide)
    counts = await visits.ledger(work.db, wide, subject, year)
    await enter(work.db, work.scope)
    return counts
