"""Who is behind a login's id, for pages of the bureau itself."""

from services.work import Work
from tenants.stores import members


async def people_of(work: Work, bureau: str) -> dict[str, str]:
    """Subject → name of everyone who holds or held a role in a visible bureau."""
    return {one.subject: one.name for one in await members.in_bureau(work.control, work.scope, bureau)}
