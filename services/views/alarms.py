"""Differences between a draw of ours and the platform's list, in numbers, for those who must act on them."""

from dataclasses import replace

from services.fanout import Noted, Spanned, over
from services.work import Work
from tenants.external_rows import PlatformList
from tenants.stores import platform_lists

NOTED = Noted("draw.read", "differences from the platform's lists")


async def alarms_of(work: Work) -> Spanned[PlatformList]:
    """Standing alarms of the visible bureaus, newest first; a later list that fits ends one."""

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[PlatformList, ...]:
        return await platform_lists.differing(there.db, there.scope, codes)

    found = (await over(work, work.scope.visible, read, NOTED)).sorted_by(newest_first)
    seen = {code: work.seen("draw.read", bureau=code) for code in work.scope.visible}
    return replace(found, found=tuple(seen[one.bureau].of("alarm", one) for one in found.found))


def newest_first(one: PlatformList) -> tuple[float, str, int]:
    """The order alarms are shown in."""
    return -one.at.timestamp(), one.bureau, one.draw_no


async def own_alarms(work: Work) -> tuple[PlatformList, ...]:
    """Standing alarms of the bureau acted for, newest first."""
    return await platform_lists.differing(work.db, work.scope, (work.scope.bureau,))
