"""The sealed parts of a draw as they are kept, for those the list is filed with: nothing is opened here."""

import hashlib
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.scope import Scope
from tenants.stores import sealed

SealedPart = tuple[str, bytes]


async def sealed_parts(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, names: Sequence[str] | None = None
) -> tuple[SealedPart, ...]:
    """(name, ciphertext) of a visible bureau's draw, by name; `names`: only these. Raises Missing for one."""
    wanted = await sealed.parts(db, scope, bureau, draw_no) if names is None else sorted(names)
    return tuple([(name, await sealed.get(db, scope, bureau, draw_no, name)) for name in wanted])


def fingerprint(parts: Sequence[SealedPart]) -> str:
    """SHA-256 in hex over the parts in the order given: name, line end, length, line end, bytes."""
    made = hashlib.sha256()
    for name, blob in parts:
        made.update(f"{name}\n{len(blob)}\n".encode() + blob)
    return made.hexdigest()
