"""The gate before a bureau's writes: closed while it moves, in the database itself.

The database's own trigger asks (`bureau_gate_check`, step 0014); a process that heard of nothing cannot pass.
"""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tenants.moving.errors import StillWriting
from tenants.moving.reach import PATIENCE, opened
from tenants.moving.rows import Place

_WAIT = text("select set_config('lock_timeout', :limit, true)")
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('shuangsui/gate/' || :bureau, 0))")
_SET = text("update bureau_gate set moving = :moving where bureau = :bureau and moving <> :moving")
_TIMED_OUT = "55P03"


async def close(place: Place, bureau: str, wait: float) -> None:
    """Refuse new writes at once, wait for those under way (prepared ones too), keep it so.

    Args:
        place: where.
        bureau: whose writes.
        wait: seconds to wait.

    Raises:
        StillWriting: they did not end; the gate stands as before.
    """
    try:
        async with opened(place, bureau, wait=0) as db:
            await db.execute(_WAIT, {"limit": str(max(1, round(wait * 1000)))})
            await db.execute(_ALONE, {"bureau": bureau})
            await db.execute(_SET, {"bureau": bureau, "moving": True})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _TIMED_OUT:
            raise
        raise StillWriting(f"{wait:g}", bureau=bureau) from None


async def open_(place: Place, bureau: str, wait: float = PATIENCE) -> None:
    """Let writes through again, if the bureau lives there. Raises SwitchOpen after `wait` seconds."""
    async with opened(place, bureau, wait=wait) as db:
        await db.execute(_SET, {"bureau": bureau, "moving": False})
