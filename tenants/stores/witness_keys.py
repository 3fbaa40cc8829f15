"""Public keys of the log's witnesses. Their secret keys never live in the deployment."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.records import WitnessKey
from tenants.stores.common import many
from tenants.tables import witness_key as t


async def put(db: AsyncConnection, key: WitnessKey) -> None:
    """Add or change a key; needs a system scope."""
    values = {"vkey": key.vkey, "bureau": key.bureau, "escrow_public": key.escrow_public}
    statement = insert(t).values(name=key.name, **values)
    await db.execute(statement.on_conflict_do_update(index_elements=[t.c.name], set_=values))


async def all_(db: AsyncConnection) -> tuple[WitnessKey, ...]:
    """Every key, by name. Not for the portal role, which does not see `escrow_public`."""
    return await many(db, select(t).order_by(t.c.name), WitnessKey)


async def get(db: AsyncConnection, name: str) -> WitnessKey:
    """One key. Raises Missing."""
    found = await many(db, select(t).where(t.c.name == name), WitnessKey)
    if not found:
        raise Missing(name, what="见证密钥")
    return found[0]


async def of_bureau(db: AsyncConnection, bureau: str) -> WitnessKey | None:
    """The key of a bureau, if it has one."""
    found = await many(db, select(t).where(t.c.bureau == bureau).order_by(t.c.name).limit(1), WitnessKey)
    return found[0] if found else None


async def public_all(db: AsyncConnection) -> tuple[WitnessKey, ...]:
    """Names, verifier keys and bureaus, as the portal may see them."""
    return await many(db, select(t.c.name, t.c.vkey, t.c.bureau).order_by(t.c.name), WitnessKey)
