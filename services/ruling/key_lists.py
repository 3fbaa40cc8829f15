"""The key lists in force for a county, read from what its superiors have published."""

from policies.roster.key_list import Listed, in_force
from services.work import App
from tenants.records import PublicNotice
from tenants.stores import public

_MOST = 50


async def published_list(app: App, bureau: str, year: int) -> dict[str, Listed]:
    """Code → entry of the year's lists of the bureau and those above it; empty when none is published."""
    async with app.portal.public() as db:
        entry = await public.public_bureau(db, bureau)
        found: list[PublicNotice] = []
        for code in entry.path:
            found += [
                n for n in await public.public_list(db, code, "key_list", limit=_MOST) if _holds(n, year)
            ]
    by_city: dict[str, list[PublicNotice]] = {}
    for notice in sorted(found, key=lambda n: n.published_at):
        by_city.setdefault(notice.bureau, []).append(notice)
    merged: dict[str, Listed] = {}
    for notices in by_city.values():
        merged |= in_force((n.body["list_kind"], _entries(n)) for n in notices)
    return merged


def _holds(notice: PublicNotice, year: int) -> bool:
    return notice.withdrawn_at is None and notice.body.get("year") == year


def _entries(notice: PublicNotice) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            one.get("credit_code") or one["site_code"],
            one["name"],
            one["division"],
            tuple(one["categories"]),
        )
        for one in notice.body["entries"]
    )
