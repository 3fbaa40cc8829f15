"""From the beacon on: secrets are handed over, the draw is computed, and opened after its visits."""

from typing import Annotated, Any, Literal

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.ceremony import LoggedOut
from services.api.contract import acts
from services.api.once import InOnce, InOnceAcross
from services.api.types import Body, Bureau, Code, Hash, Index, Number, Out, show
from services.drawing.bundle import Published
from services.drawing.results import Ran
from services.usecases.enter_beacon import enter_beacon
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw


class Evidence(Body):
    """What the beacon gave: one of the three, as the manifest's kind asks."""

    digits: Annotated[str, Meta(max_length=1000, examples=["31415926535897932384"])] | None = None
    signature: Annotated[str, Meta(max_length=1000)] | None = None
    numbers: Annotated[list[list[int]], Meta(max_length=100)] | None = None

    def plain(self) -> dict[str, Any]:
        """The members that were given."""
        return {name: value for name in self.__struct_fields__ if (value := getattr(self, name)) is not None}


class Beacon(Body):
    """The evidence of the manifest's beacon.

    `spoken`: {"digits": "20 digits"}; `drand`: {"signature": "hex"}; `lottery`: {"numbers": one list a
    source, in the manifest's order}.
    """

    evidence: Evidence


class EnteredOut(Out):
    """The beacon as logged: its value, and where it stands in the public log."""

    r: Hash
    index: Index


class Secret(Body):
    """The 32 bytes a role committed to, hex; told only after the beacon stands in the public log.

    `digits`: those the witness called; needed with its secret when the beacon is spoken.
    """

    role: Literal["bureau", "witness"]
    key: Annotated[Hash, Meta(examples=["5f" * 32])]
    digits: Annotated[str, Meta(max_length=1000, examples=["31415926535897932384"])] | None = None


class RevealedOut(Out):
    """`missing`: roles that still have to hand over theirs."""

    role: str
    missing: list[str]


class RanOut(Out):
    """The result in numbers and hashes; sites and teams stay sealed until dispatch."""

    bureau: Code
    draw_no: int
    m: Hash
    r: Hash
    z: Hash
    late: bool
    drawn: int
    officers: int
    over_caps: int
    crews: int
    strata: list[dict[str, Any]]


class FilesOut(Out):
    """Where the published files of a draw are."""

    bundle: Annotated[str, Meta(examples=["/api/v1/draws/411721/1/bundle"])]
    trust: Annotated[str, Meta(examples=["/api/v1/draws/411721/1/trust"])]


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/beacon", action="draw.beacon", enter=True)
async def enter(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Beacon]
) -> Response[EnteredOut]:
    """Enter the beacon; it stands in the public log before any secret is told.

    By a drawer, or by the superior's witness in the bureau that draws.
    """
    return await once.run(
        lambda work: enter_beacon(work, draw_no, data.evidence.plain()), lambda done: show(done, EnteredOut)
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/secrets", action="draw.reveal", enter=True)
async def reveal(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Secret]
) -> Response[RevealedOut]:
    """Hand over the secret of one role, after the beacon; each role brings its own.

    The witness first checks, on its own device, that the logged R comes from the digits it called.
    """
    key = bytes.fromhex(data.key)
    return await once.run(
        lambda work: reveal_secret(work, draw_no, data.role, key, data.digits),
        lambda missing: RevealedOut(role=data.role, missing=list(missing)),
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/completion", action="draw.run", status_code=200)
async def complete(across: InOnceAcross, bureau: Bureau, draw_no: Number) -> Response[RanOut]:
    """Compute and keep the result once every secret is there; the same again gives the same result."""
    return await across.run(lambda app, who: finish_draw(app, who, draw_no), _ran)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/opening", action="draw.open")
async def open_(once: InOnce, bureau: Bureau, draw_no: Number) -> Response[LoggedOut]:
    """Open a draw of which no visit is outstanding; the files follow once the log is cosigned."""
    return await once.run(lambda work: open_draw(work, draw_no), lambda index: LoggedOut(index=index))


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/files", action="draw.open")
async def publish_files(across: InOnceAcross, bureau: Bureau, draw_no: Number) -> Response[FilesOut]:
    """Write bundle and trust file of an opened or void draw; the superior has cosigned the log before."""

    def links(_: Published) -> FilesOut:
        base = f"/api/v1/draws/{bureau}/{draw_no}"
        return FilesOut(bundle=f"{base}/bundle", trust=f"{base}/trust")

    return await across.run(lambda app, who: publish_bundle(app, who, draw_no), links)


def _ran(done: Ran) -> RanOut:
    return show(done, RanOut)


routes = [enter, reveal, complete, open_, publish_files]
