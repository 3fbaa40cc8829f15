"""Who is behind a login's id, for pages of the bureau itself."""

from services.work import Work
from tenants.stores import members, officers


async def people_of(work: Work, bureau: str) -> dict[str, str]:
    """Subject → name of everyone who holds or held a role in a visible bureau."""
    return {one.subject: one.name for one in await members.in_bureau(work.control, work.scope, bureau)}


async def officer_names(work: Work) -> dict[str, str]:
    """Certificate → name of the officers of the bureau acted for."""
    return {
        one.certificate: one.name for one in await officers.all_of(work.db, work.scope, work.scope.bureau)
    }
