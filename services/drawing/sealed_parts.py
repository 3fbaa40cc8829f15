"""The sealed parts of a draw as typed values. Every opening is journalled by `tenants.sealed`."""

import json
from dataclasses import dataclass
from typing import Any

from policies.rd1.freeze import Lists
from services.work import Work
from tenants import sealed
from tenants.rows import Draw


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the result follows from, and the people and sites behind the ids.

    Attributes:
        keys: 32 bytes each, in the order of the manifest's `commits`.
        names: {"sites": {uid: …}, "officers": {oid: …}} as sealed at the freeze.
    """

    manifest: dict[str, Any]
    lists: Lists
    keys: tuple[bytes, ...]
    evidence: dict[str, Any]
    names: dict[str, Any]


def dump(value: Any) -> bytes:
    """JSON bytes of a part."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


async def open_json(work: Work, draw: Draw, part: str, *, why: str) -> Any:
    """One part of a draw.

    Raises:
        Missing: there is no such part. SealBroken, NoKey: it does not open.
    """
    plain = await sealed.open_part(
        work.db,
        work.scope,
        work.app.keys,
        draw.bureau,
        draw.draw_no,
        part,
        actor=work.principal,
        why=why,
        at=work.now,
    )
    return json.loads(plain)


async def open_lists(work: Work, draw: Draw, *, why: str) -> Lists:
    """The committed lists."""
    raw = await open_json(work, draw, "lists", why=why)
    return Lists(
        bytes.fromhex(raw["list_key"]),
        tuple((uid, stratum) for uid, stratum in raw["units"]),
        tuple((oid, lead, cap) for oid, lead, cap in raw["officers"]),
        tuple((oid, uid) for oid, uid in raw["bans"]),
    )


async def open_keys(work: Work, draw: Draw, *, why: str) -> tuple[bytes, ...]:
    """The secrets of every role, in the order of the manifest's commitments; Missing before the beacon."""
    roles = [commit["role"] for commit in (draw.manifest or {})["commits"]]
    return tuple([await _key(work, draw, role, why) for role in roles])


async def _key(work: Work, draw: Draw, role: str, why: str) -> bytes:
    return await sealed.open_reveal(
        work.db,
        work.scope,
        work.app.keys,
        draw.bureau,
        draw.draw_no,
        role,
        actor=work.principal,
        why=why,
        at=work.now,
    )


async def read_inputs(work: Work, draw: Draw, *, why: str) -> Inputs:
    """Everything the draw is computed from, once the beacon was handed over."""
    return Inputs(
        draw.manifest or {},
        await open_lists(work, draw, why=why),
        await open_keys(work, draw, why=why),
        await open_json(work, draw, "beacon", why=why),
        await open_json(work, draw, "names", why=why),
    )


async def open_events(work: Work, draw: Draw, *, why: str) -> list[dict[str, Any]]:
    """The changes of the drawn list in log order, as the bundle carries them: [{"salt", "event"}]."""
    opened = await sealed.open_events(
        work.db,
        work.scope,
        work.app.keys,
        draw.bureau,
        draw.draw_no,
        actor=work.principal,
        why=why,
        at=work.now,
    )
    return [json.loads(one) for one in opened]
