"""Differences between a draw of ours and the platform's list, in numbers, for those who must act on them."""

from services.work import Work
from tenants.external_rows import PlatformList
from tenants.stores import platform_lists


async def alarms_of(work: Work) -> tuple[PlatformList, ...]:
    """Standing alarms of the visible bureaus, newest first; a later list that fits ends one."""
    return await platform_lists.differing(work.db, work.scope, work.scope.visible)
