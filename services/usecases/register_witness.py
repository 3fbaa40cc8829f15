"""The deployment learns a witness's public keys, and takes its cosignatures."""

from policies.rd1.log_errors import BadVerifierKey
from policies.rd1.logs_notes import WITNESS_KEY, parse_vkey
from services.drawing.draw_errors import KeyReplaced
from services.work import App
from tenants.records import WitnessKey
from tenants.scope import Scope
from tenants.stores import witness_keys


async def register_witness(app: App, bureau: str, vkey: str, escrow_public: bytes) -> WitnessKey:
    """Register the public keys of a bureau's witness; an act of the operator. The same ones again pass.

    Args:
        bureau: the superior bureau whose witness it is.
        vkey: verifier key of kind cosignature/v1, C2SP spelling.
        escrow_public: X25519 key, 32 bytes.

    Raises:
        BadVerifierKey: not a witness key. KeyReplaced: the name is registered with other keys.
    """
    key = parse_vkey(vkey)
    if key.kind != WITNESS_KEY or len(escrow_public) != 32:
        raise BadVerifierKey(vkey)
    wanted = WitnessKey(key.name, vkey, bureau, escrow_public)
    async with app.database.unit(Scope.for_system()) as db:
        for kept in await witness_keys.all_(db):
            if kept.name == key.name:
                if kept != wanted:
                    raise KeyReplaced(key.name)
                return kept
        await witness_keys.put(db, wanted)
    return wanted
