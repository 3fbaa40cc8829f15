"""The index of a quarter's records for the archive: each by its fingerprint, returned ones too.

Basis: obligation 26.
"""

from policies.errors import Missing
from policies.terms import Period
from services.work import Work
from tenants.records import Visit
from tenants.stores import visits


async def archive_index(work: Work, period: Period) -> tuple[Visit, ...]:
    """Records of visits that began in a quarter, in time order, whole.

    Raises:
        Missing: the reader is not shown what a record says.
    """
    work.require("visit.read")
    if "record" not in work.seen("visit.read"):
        raise Missing(str(period), what="存档索引")
    return await visits.of_period(work.db, work.scope, work.scope.bureau, period)
