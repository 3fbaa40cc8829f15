"""Filings received by the government of the own area, or by the superior of the bureaus below."""

from datetime import datetime
from typing import Annotated

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import Body, Bureau, Code, Id, Out, show
from services.ruling.filings import Filing
from services.usecases.note_receipt import acknowledge_filing
from services.usecases.received_filings import received_filings
from services.web.depends import InWork


class FilingOut(Out):
    """One filing: `about` is plan/<year>/<version> or draw/<number>; `sealed` the sealed copy's SHA-256."""

    bureau: Code
    about: str
    recipient: str
    name: str
    basis: str
    mark: str
    at: datetime
    visits: int
    fingerprint: str
    sealed: str
    receipt: str
    received_at: datetime | None


class ReceivedOut(Out):
    """Filings, those waiting for a receipt first, and bureaus whose database does not answer."""

    rows: tuple[FilingOut, ...]
    missing: tuple[str, ...]


class Acknowledgement(Body):
    """Which filing of the own bureau; `recipient` as in the rules."""

    about: Annotated[str, Meta(pattern=r"^(plan/[0-9]{4}/[0-9]{1,5}|draw/[0-9]{1,9})$")]
    recipient: Id


@reads("/received-filings", action="filing.read", noted=True)
async def list_received(work: InWork) -> ReceivedOut:
    """Everything filed with the reader."""
    found = await received_filings(work)
    return ReceivedOut(
        rows=tuple(_out(one) for one in found.found), missing=tuple(one.code for one in found.absent)
    )


@acts("/bureaus/{bureau:str}/filings/acknowledgement", action="filing.acknowledge")
async def acknowledge(once: InOnce, bureau: Bureau, data: JSONBody[Acknowledgement]) -> Response[FilingOut]:
    """The recipient within the bureau's area says that it has the filing."""
    return await once.run(lambda work: acknowledge_filing(work, data.about, data.recipient), _out)


def _out(one: Filing) -> FilingOut:
    return show(one, FilingOut)


routes = [list_received, acknowledge]
