"""Before the beacon: commitments, frozen lists, the superior's attestation."""

from typing import Annotated, Any, Literal

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import Body, Bureau, Hash, Index, Number, Out, show
from services.usecases.attest_escrow import attest_escrow, escrow_pack
from services.usecases.commit_secret import commit_secret
from services.usecases.freeze_draw import FreezeDraw, freeze_draw
from services.web.depends import InWork
from services.work import Work


class Commitment(Body):
    """`c`: hash over the secret and its place. `escrow_copy`: the secret sealed to the superior, hex.

    `suite`: the one the device hashed by, if it says so; another than the draw's is refused.
    """

    role: Literal["bureau", "witness"]
    c: Hash
    escrow_copy: Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){50,1023}$", examples=["01" * 81])]
    suite: Literal[1, 2] | None = None


class CommitmentOut(Out):
    """The commitment as kept."""

    role: str
    c: Hash


class LotteryIssue(Body):
    """A national lottery and one of its issues, as printed on its notice."""

    name: Annotated[str, Meta(min_length=1, max_length=100, examples=["双色球"])]
    issue: Annotated[str, Meta(min_length=1, max_length=40, examples=["2025150"])]


class FreezeOrder(Body):
    """How to freeze; `beacon` and `crews` null = by the bureau's rules, which no choice here may weaken.

    `difference`: fingerprint of the roster difference that was seen (POST …/difference); if the lists
    changed since, nothing is frozen.

    `beacon`: digits called aloud, the drand round at `beacon_at`, or lotteries, then with `sources`: three or
    more different national lotteries, each with its first issue drawn after `beacon_at`.
    """

    difference: Hash
    beacon: Literal["spoken", "drand", "lottery"] | None = None
    sources: Annotated[list[LotteryIssue], Meta(max_length=20)] = []
    crews: Annotated[int, Meta(ge=0, le=1000)] | None = None


class FrozenOut(Out):
    """The fingerprint `m` and its place in the log.

    `short`: planned visits that the drawable sites cannot supply. `over`: officer-visits beyond the caps.
    """

    draw_no: int
    m: Hash
    index: Index
    manifest: dict[str, Any]
    rules: dict[str, Any]
    short: dict[str, int]
    over: int
    warnings: list[dict[str, Any]]


class EscrowOut(Out):
    """What the superior attests: the manifest as logged, and the sealed copies by role, hex."""

    m: Hash
    manifest: dict[str, Any]
    copies: dict[str, str]


class Attestation(Body):
    """`by`: name of the superior's witness key. `sig`: its signature over the fingerprint, base64."""

    by: Annotated[str, Meta(max_length=200, examples=["zhumadian.example/witness"])]
    sig: Annotated[str, Meta(max_length=200)]


class LoggedOut(Out):
    """Where the act stands in the public log; null for a draw of the platform, which is not logged."""

    index: Index | None


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/commitments", action="draw.commit", enter=True)
async def commit(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Commitment]
) -> Response[CommitmentOut]:
    """Hand in the commitment of a role; the secret itself stays on its holder's device until the beacon.

    The role `witness` is committed by the superior's witness, in the bureau that draws.
    """
    copy = bytes.fromhex(data.escrow_copy)

    async def act(work: Work) -> Commitment:
        await commit_secret(work, draw_no, data.role, data.c, copy, data.suite)
        return data

    return await once.run(act, lambda kept: CommitmentOut(role=kept.role, c=kept.c))


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/freeze", action="draw.freeze")
async def freeze(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[FreezeOrder]
) -> Response[FrozenOut]:
    """Freeze sites, officers, rules and numbers as of now; their fingerprint goes into the public log."""
    sources = tuple((one.name, one.issue) for one in data.sources)
    order = FreezeDraw(draw_no, data.difference, data.beacon, data.crews, sources)
    return await once.run(lambda work: freeze_draw(work, order), lambda done: show(done, FrozenOut))


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/escrow", action="draw.escrow", enter=True, read_only=True)
async def get_escrow(work: InWork, bureau: Bureau, draw_no: Number) -> EscrowOut:
    """Manifest and sealed copies for the superior's witness; only its device opens the copies."""
    pack = await escrow_pack(work, draw_no, bureau)
    copies = {role: copy.hex() for role, copy in pack.copies.items()}
    return EscrowOut(m=pack.m, manifest=pack.manifest, copies=copies)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/escrow", action="draw.escrow", enter=True)
async def attest(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Attestation]
) -> Response[LoggedOut]:
    """The superior's word, before the beacon, that its copies open the commitments."""
    return await once.run(
        lambda work: attest_escrow(work, draw_no, data.by, data.sig, bureau),
        lambda index: LoggedOut(index=index),
    )


routes = [commit, freeze, get_escrow, attest]
