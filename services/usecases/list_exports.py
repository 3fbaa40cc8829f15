"""Which copies of unpublished lists were taken, by whom and when; no row of any of them."""

from services.work import Work
from tenants.secrecy_rows import ExportMark
from tenants.stores import exports

MOST = 200


async def list_exports(work: Work) -> tuple[ExportMark, ...]:
    """Copies of the own bureau's lists, newest first."""
    work.require("export.read")
    return await exports.recent(work.db, work.scope, work.scope.bureau, MOST)
