"""The superior attests, before the beacon, that its sealed copies open the commitments. Basis: rd1 §3."""

from dataclasses import dataclass
from typing import Any

from policies.access import states_of
from policies.rd1.log_errors import EscrowFalse
from policies.rd1.logs import escrow_entry
from policies.rd1.logs_notes import parse_vkey
from policies.rd1.logs_trust import check_escrow
from services.drawing.draw_errors import EscrowRefused
from services.usecases.ceremony import beacon_moment, draw_in, enter_log, note, superior_of, utc
from services.work import Work
from tenants.records import LogEntry
from tenants.stores import draws, log


@dataclass(frozen=True, slots=True)
class EscrowPack:
    """What the superior needs to attest: the manifest as logged and the copies sealed to it."""

    manifest: dict[str, Any]
    m: str
    copies: dict[str, bytes]


async def escrow_pack(work: Work, draw_no: int, bureau: str = "") -> EscrowPack:
    """Manifest and sealed copies of a frozen draw; only the superior's device can open the copies."""
    code = bureau or work.scope.bureau
    work.require("draw.read", bureau=code)
    draw = await draw_in(work, draw_no, "frozen", "drawn", "opened", bureau=code)
    commits = await draws.commits(await work.at(code), work.scope, code, draw_no)
    return EscrowPack(draw.manifest or {}, draw.m or "", {c.role: c.escrow_copy for c in commits})


async def attest_escrow(work: Work, draw_no: int, by: str, sig: str, bureau: str = "") -> int:
    """Check the attestation against the superior's registered key and log it.

    Args:
        by: name of the superior's witness key. sig: base64 of its signature.
        bureau: the bureau that draws; default the one acted for.

    Returns:
        Index of the entry; asked again, the index of the one logged first.

    Raises:
        EscrowRefused: another key's name, or the signature does not hold.
        BeaconPassed: an attestation after the beacon proves nothing.
    """
    code = bureau or work.scope.bureau
    work.require("draw.escrow", bureau=code)
    draw = await draw_in(work, draw_no, *states_of("draw.escrow"), bureau=code)
    key, m = await superior_of(work, code), draw.m or ""
    try:
        check_escrow((parse_vkey(key.vkey),), by, sig, bytes.fromhex(m))
    except EscrowFalse:
        raise EscrowRefused(by, by=key.name) from None
    if (kept := await escrow_of(work, m)) is not None:
        return kept.index
    entry = escrow_entry(code, bytes.fromhex(m), by, sig, utc(work.now))
    logged = await enter_log(work, entry, before=beacon_moment(draw))
    await note(work, "draw.escrow", draw_no, {"by": by, "log": logged.index}, bureau=code)
    return logged.index


async def escrow_of(work: Work, m: str) -> LogEntry | None:
    """The escrow entry of a draw, if it is logged."""
    return next((e for e in await log.of_draw(work.control, m) if e.entry["t"] == "escrow"), None)
