"""Removal of archived journal entries: the migrator's, behind an anchor. Nothing else deletes them."""

from sqlalchemy import text
from sqlalchemy.pool import NullPool

from tenants.faults import neutral_errors
from tenants.identity import check_owner
from tenants.reaching import readable
from tenants.session import make_engine
from tenants.urls import DatabaseUrls

_SCOPE = text("select set_config('app.bureau', :bureau, true)")
_REMOVE = text("delete from journal where bureau = :bureau and n <= :upto")


async def remove_entries(urls: DatabaseUrls, bureau: str, upto: int) -> int:
    """Delete a bureau's entries up to a number; triggers refuse every one that no anchor covers.

    Args:
        urls: of the database the bureau lives in.
        bureau: whose entries; the policies show the migrator no other.
        upto: last number to go.

    Returns:
        How many went; 0 when they had gone before.

    Raises:
        WrongDatabase: another name, or another schema; nothing was removed.
    """
    engine = make_engine(urls.migrator, poolclass=NullPool)
    try:
        with readable(urls.migrator), neutral_errors():
            async with engine.begin() as db:
                await db.run_sync(check_owner, urls.identity)
                await db.execute(_SCOPE, {"bureau": bureau})
                result = await db.execute(_REMOVE, {"bureau": bureau, "upto": upto})
                return result.rowcount
    finally:
        await engine.dispose()
