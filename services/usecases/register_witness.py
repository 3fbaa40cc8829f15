"""The deployment learns a witness's public keys; the private halves never come near it."""

from policies import access
from policies.errors import Forbidden
from policies.rd1.log_errors import BadVerifierKey, TooManyWitnesses
from policies.rd1.logs_notes import WITNESS_KEY, parse_vkey
from policies.terms import Principal
from services.drawing.draw_errors import KeyReplaced
from services.system import as_deployment
from services.work import App, Work
from tenants import journal
from tenants.locks import hold
from tenants.records import WitnessKey
from tenants.scope import Scope
from tenants.stores import witness_keys

MOST_WITNESSES = 64  # a note holds at most 100 signature lines
MOST_NAME = 100
LOCK = "witness keys"  # one registration at a time: none may slip under a name another is just taking


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
        await hold(db, LOCK)
        for kept in await witness_keys.all_(db):
            if kept.name == key.name:
                if kept != wanted:
                    raise KeyReplaced(key.name)
                return kept
        await witness_keys.put(db, wanted)
    return wanted


async def admit_witness(app: App, principal: Principal, vkey: str, *, outsider: bool = False) -> WitnessKey:
    """Register a key that cosigns the log and holds no escrow: of the own bureau, or of an outsider.

    The key counts for nobody who did not put it into a trust file; the log only keeps and shows its lines.
    What makes a key a superior's, its escrow key, comes with `register_witness` alone: no bureau, name or
    role makes this one count by default.

    Args:
        principal: a witness for the own bureau's key (a browser holds it); the bureau's or the deployment's
            administrator also for an outsider's.
        vkey: verifier key of kind cosignature/v1, C2SP spelling.
        outsider: True for a citizen's, a newspaper's, a university's: no bureau stands behind it.

    Raises:
        Forbidden, StepUpNeeded: see the matrix; a witness registers no outsider.
        BadVerifierKey: not a witness key. KeyReplaced: the name is registered with another key.
        TooManyWitnesses: no room for more signature lines.
    """
    access.require(principal, "log.register", bureau=principal.bureau, now=app.clock.now())
    if outsider and not principal.roles & {"bureau_admin", "system_admin"}:
        raise Forbidden(action=access.LABELS["log.register"])
    key = parse_vkey(vkey)
    if key.kind != WITNESS_KEY or len(key.name) > MOST_NAME:
        raise BadVerifierKey(vkey[:MOST_NAME])
    wanted = WitnessKey(key.name, vkey, None if outsider else principal.bureau)
    async with app.work(principal) as work:
        await hold(work.control, LOCK)
        known = await witness_keys.all_(work.control)
        for kept in known:
            if kept.name == key.name:
                if kept.vkey != vkey or kept.bureau != wanted.bureau:
                    raise KeyReplaced(key.name)
                return kept
        if len(known) >= MOST_WITNESSES:
            raise TooManyWitnesses(len(known), limit=MOST_WITNESSES)
        async with as_deployment(work):
            await witness_keys.put(work.control, wanted)
        await _note(work, wanted)
    return wanted


async def _note(work: Work, key: WitnessKey) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="log.register",
        target=f"witness/{key.name}",
        after={"vkey": key.vkey, "bureau": key.bureau},
        at=work.now,
    )
