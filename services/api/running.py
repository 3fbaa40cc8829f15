"""From the beacon on: the draw is run, opened when its visits are done, or voided."""

from typing import Annotated, Any

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.ceremony import LoggedOut
from services.api.contract import acts
from services.api.once import InOnce, InOnceAcross
from services.api.types import Body, Bureau, Code, Hash, Number, Out, Reason, show
from services.bundle import Published
from services.results import Ran
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.run_draw import finish_draw, run_draw
from services.usecases.void_draw import void_draw


class Beacon(Body):
    """The evidence of the manifest's beacon, and the secrets by role that may now be told.

    `spoken`: {"digits": "20 digits"}; `drand`: {"signature": "hex"}.
    """

    evidence: Annotated[
        dict[str, Annotated[str, Meta(max_length=1000)]], Meta(examples=[{"digits": "31415926535897932384"}])
    ]
    keys: Annotated[dict[str, Hash], Meta(examples=[{"bureau": "5f" * 32, "witness": "a0" * 32}])]


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


class Void(Body):
    """`reason` is published, so it names nobody."""

    reason: Reason


class FilesOut(Out):
    """Where the published files of a draw are."""

    bundle: Annotated[str, Meta(examples=["/api/v1/draws/411721/1/bundle"])]
    trust: Annotated[str, Meta(examples=["/api/v1/draws/411721/1/trust"])]


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/run", action="draw.run", status_code=200)
async def run(
    across: InOnceAcross, bureau: Bureau, draw_no: Number, data: JSONBody[Beacon]
) -> Response[RanOut]:
    """Take the beacon and the secrets, compute, keep; the same again gives the same result."""
    keys = {role: bytes.fromhex(key) for role, key in data.keys.items()}
    return await across.run(lambda app, who: run_draw(app, who, draw_no, data.evidence, keys), _ran)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/completion", action="draw.beacon", status_code=200)
async def complete(across: InOnceAcross, bureau: Bureau, draw_no: Number) -> Response[RanOut]:
    """Finish a draw whose beacon was kept, but whose computation was cut off."""
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


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/void", action="draw.void")
async def void(once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[Void]) -> Response[LoggedOut]:
    """Void a frozen or drawn draw; it is opened at once and its number stays used."""
    return await once.run(
        lambda work: void_draw(work, draw_no, data.reason), lambda index: LoggedOut(index=index)
    )


def _ran(done: Ran) -> RanOut:
    return show(done, RanOut)


routes = [run, complete, open_, publish_files, void]
