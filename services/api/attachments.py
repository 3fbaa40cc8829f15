"""Photos and signatures of a drawn visit: sent by its team, one by one, each under its own hash."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import PathParameter, QueryParameter

from policies.visiting.files import FileFacts
from policies.visiting.visits import Fix
from services.api.contract import places, reads
from services.api.once import within
from services.api.types import NO_NUL, Bureau, KeyInPath, Number, Out, Slot, show
from services.usecases.keep_file import keep_file, pick, visit_file
from services.visiting.visit_forms import moment_of
from services.web.depends import InApp, InWork
from services.web.state import principal_of

AnyRequest = Request[Any, Any, Any]
HashInPath = Annotated[
    str, PathParameter(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the bytes, hex.")
]
Said = Annotated[str, QueryParameter(max_length=200, pattern=NO_NUL)]
When = Annotated[str, QueryParameter(max_length=40, description="Moment, RFC 3339 with offset.")]
Longitude = Annotated[float | None, QueryParameter(ge=-180, le=180, description="WGS84 degrees.")]
Latitude = Annotated[float | None, QueryParameter(ge=-90, le=90, description="WGS84 degrees.")]
Metres = Annotated[float | None, QueryParameter(ge=0, le=1_000_000)]
LARGEST = 32 * 1024 * 1024  # beyond it nothing is read; below it the answer says what is allowed


class KeptOut(Out):
    """A file as it was kept; `repeated`: the visit had the very same one before."""

    sha256: str
    kind: str
    media: str
    size: int
    repeated: bool


@places(
    "/bureaus/{bureau:str}/draws/{draw_no:int}/tasks/{slot:int}/attachments/{sha256:str}",
    action="visit.record",
    request_max_body_size=LARGEST,
)
async def attach(
    request: AnyRequest,
    app: InApp,
    bureau: Bureau,
    draw_no: Number,
    slot: Slot,
    sha256: HashInPath,
    taken_at: When,
    kind: Said = "photo",
    words: Said = "",
    by: Said = "",
    lon: Longitude = None,
    lat: Latitude = None,
    accuracy: Metres = None,
    fixed_at: When = "",
) -> Response[KeptOut]:
    """Keep a photo or signature of a visit that is not recorded yet, by a member of its team.

    The body is the file itself. The same again changes nothing. `by`: who signed, a certificate, "enterprise"
    or "witness". The record names the file by its hash.
    """
    fix = None
    if lon is not None and lat is not None:
        fix = Fix(lon, lat, accuracy or 0.0, moment_of(fixed_at or taken_at, "fixed_at"))
    facts = FileFacts(kind, moment_of(taken_at, "taken_at"), words, by, fix)
    given = await pick(await request.body(), sha256)  # before a connection is taken: phones send slowly
    who = principal_of(request)
    within(request, who.bureau)
    async with app.work(who) as work:
        return Response(show(await keep_file(work, draw_no, slot, given, facts), KeptOut))


@reads(
    "/bureaus/{bureau:str}/visits/{visit_id:uuid}/attachments/{sha256:str}", action="visit.read", enter=True
)
async def get_attachment(
    work: InWork, bureau: Bureau, visit_id: KeyInPath, sha256: HashInPath
) -> Response[bytes]:
    """A file that a record names, as it arrived."""
    row, data = await visit_file(work, visit_id, sha256)
    return Response(data, media_type=row.media, headers={"x-content-type-options": "nosniff"})


routes = [attach, get_attachment]
