"""Which keys a bureau's data keys may be wrapped by; a row is added, none is ever changed."""

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.scope import Scope, own, within
from tenants.secrecy_rows import KeyCheck
from tenants.stores.common import many
from tenants.tables import key_check as t


async def kept(db: AsyncConnection, scope: Scope, bureau: str, provider: str) -> tuple[KeyCheck, ...]:
    """The keys of a provider that count today, the newest first: of each version the last word counts."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.provider == provider)
    last = {one.version: one for one in await many(db, query.order_by(t.c.n), KeyCheck)}
    return tuple(sorted((one for one in last.values() if one.state == "kept"), key=lambda one: -one.n))


async def add(
    db: AsyncConnection,
    scope: Scope,
    provider: str,
    version: str,
    blob: bytes,
    state: Literal["kept", "dropped"] = "kept",
) -> None:
    """Add a word about a key of the own bureau; who meets another first use of the same key adds nothing."""
    highest = select(func.coalesce(func.max(t.c.n), 0)).where(
        own(scope, t.c.bureau), t.c.provider == provider
    )
    n = int(await db.scalar(highest) or 0) + 1
    values = {"bureau": scope.bureau, "provider": provider, "n": n, "version": version, "state": state}
    with neutral_errors():
        await db.execute(insert(t).values(**values, blob=blob).on_conflict_do_nothing())
