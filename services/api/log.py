"""The public log: signed head, entries, proofs, and the witnesses' signatures."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from policies.terms import Principal
from services.api.contract import acts, reads
from services.api.errors import OutsideLog
from services.api.once import InOnceAcross
from services.api.pages import Page, paged
from services.api.types import LARGEST, Body, Hash, Limit, Out
from services.usecases.register_witness import admit_witness
from services.web.depends import InApp, InCommon
from services.work import App
from tenants.records import LogEntry
from tenants.stores import log, witness_keys

AnyRequest = Request[Any, Any, Any]
At = Annotated[int, QueryParameter(ge=0, le=LARGEST)]
From = Annotated[int, QueryParameter(ge=0, le=LARGEST, description="First index wanted.")]


class WitnessOut(Out):
    """A registered witness; compare its key with one you got elsewhere."""

    name: str
    vkey: str
    bureau: str | None


class LogOut(Out):
    """The log's name, verifier key (C2SP spelling) and witnesses."""

    origin: str
    vkey: str
    simulated: bool
    witnesses: list[WitnessOut]


class EntryOut(Out):
    """An entry; its leaf is the RFC 6962 leaf hash of its canonical JSON."""

    index: int
    entry: dict[str, Any]
    leaf_hash: Hash


class ProofOut(Out):
    """Hashes of a proof in hex, leaf side first."""

    proof: list[Hash]


class Cosigned(Body):
    """A checkpoint as published, with the witness's signature line added."""

    note: Annotated[str, Meta(max_length=20_000)]


class WitnessIn(Body):
    """`vkey`: of kind cosignature/v1, C2SP spelling. `outsider`: no bureau stands behind it."""

    vkey: Annotated[str, Meta(max_length=300, examples=["city.example/witness+1a2b3c4d+BBase64…"])]
    outsider: bool = False


class CosignedOut(Out):
    """Names of the witnesses whose lines are now kept."""

    witnesses: list[str]


@reads("/log", action="log.read")
async def get_log(common: InCommon, app: InApp) -> LogOut:
    """Name and keys of the log and of its witnesses."""
    found = await witness_keys.public_all(common)
    keys = [WitnessOut(name=one.name, vkey=one.vkey, bureau=one.bureau) for one in found]
    return LogOut(origin=app.log.origin, vkey=app.log.vkey, simulated=app.clock.simulated, witnesses=keys)


@reads("/log/checkpoint", action="log.read", media_type="text/plain")
async def get_checkpoint(app: InApp) -> Response[str]:
    """The latest signed head with its cosignatures, C2SP checkpoint; empty while the log is."""
    return Response(await app.log.note(), media_type="text/plain; charset=utf-8")


@reads("/log/entries", action="log.read")
async def list_entries(
    request: AnyRequest, common: InCommon, start: From = 0, limit: Limit = 100
) -> Response[Page[EntryOut]]:
    """Entries from an index on, in order; the Link header leads on."""
    rows = await log.entries(common, start, start + limit + 1)
    return paged(request, rows, limit, key=lambda one: one.index + 1, form=_entry, name="start")


@reads("/log/inclusion", action="log.read")
async def prove_inclusion(app: InApp, index: At, size: At) -> ProofOut:
    """Audit path of entry `index` in the log of `size` entries."""
    try:
        steps = await app.log.inclusion(index, size)
    except ValueError:
        raise OutsideLog(f"{index}, {size}", need="index < size ≤ checkpoint") from None
    return ProofOut(proof=[step.hex() for step in steps])


@reads("/log/consistency", action="log.read")
async def prove_consistency(app: InApp, old: At, new: At) -> ProofOut:
    """Proof that the log of `new` entries only adds to that of `old`."""
    try:
        steps = await app.log.consistency(old, new)
    except ValueError:
        raise OutsideLog(f"{old}, {new}", need="old ≤ new ≤ checkpoint") from None
    return ProofOut(proof=[step.hex() for step in steps])


@acts("/log/checkpoint", action="log.cosign")
async def cosign(across: InOnceAcross, data: JSONBody[Cosigned]) -> Response[CosignedOut]:
    """Hand in a witness's signature of a checkpoint; it is checked against the registered key."""

    async def act(app: App, who: Principal) -> list[str]:
        return await app.log.accept(data.note)

    return await across.run(act, lambda names: CosignedOut(witnesses=names))


@acts("/log/witnesses", action="log.register")
async def register(across: InOnceAcross, data: JSONBody[WitnessIn]) -> Response[WitnessOut]:
    """Register a key that cosigns the log: the own bureau's, or as an administrator an outsider's.

    The private half stays with the witness; the key counts for whoever puts it into a trust file.
    """

    async def act(app: App, who: Principal) -> WitnessOut:
        kept = await admit_witness(app, who, data.vkey, outsider=data.outsider)
        return WitnessOut(name=kept.name, vkey=kept.vkey, bureau=kept.bureau)

    return await across.run(act, lambda kept: kept)


def _entry(one: LogEntry) -> EntryOut:
    return EntryOut(index=one.index, entry=one.entry, leaf_hash=one.leaf_hash.hex())


routes = [get_log, get_checkpoint, list_entries, prove_inclusion, prove_consistency, cosign, register]
