"""A list of drawn sites that came in is compared with a draw, or taken over."""

from uuid import UUID

from services.connectors import FileConnector
from services.drawing.platform_lists import PlatformFile
from services.usecases.compare_platform import Compared, compare_platform
from services.usecases.decide_inbound import settle
from services.usecases.import_external_draw import ExternalDraw, TakenOver, import_external_draw
from services.usecases.inbound_files import bytes_of, fitting
from services.work import Work
from tenants.errors import WrongState
from tenants.inbound_rows import InboundFile
from tenants.stores import inbound


async def compare_inbound(work: Work, id: UUID, draw_no: int) -> Compared:
    """Compare a list that came in with a draw; its key is the batch number.

    Raises:
        Missing, WrongState: the file. As `compare_platform`: the draw, the person, the rows.
    """
    work.require("draw.compare")
    row, file = await _list(work, id)
    found = await compare_platform(work, draw_no, file)
    await settle(work, row, "done", {"draw_no": draw_no}, action="draw.compare")
    return found


async def take_inbound(work: Work, id: UUID, subject: str, period: str) -> TakenOver:
    """Take a list that came in over as a draw, whole or not at all.

    Raises:
        Missing, WrongState: the file. As `import_external_draw`: rules, period, person, rows.
    """
    work.require("draw.take_in")
    row, file = await _list(work, id)
    kind = "routine" if subject == work.scope.bureau else "overlay"
    taken = await import_external_draw(work, ExternalDraw(subject, period, file, kind=kind))
    await settle(work, row, "done", {"draw_no": taken.draw_no}, action="draw.take_in")
    return taken


async def _list(work: Work, id: UUID) -> tuple[InboundFile, PlatformFile]:
    row = await inbound.locked(work.db, work.scope, id)
    profile = await fitting(work, row)
    if row.state != "ready" or profile.takes != "draw":
        raise WrongState(row.state, wanted="ready")
    data = FileConnector(profile).table(row.name, await bytes_of(work, row))
    return row, PlatformFile(row.key, data, f"{row.key}.csv")
