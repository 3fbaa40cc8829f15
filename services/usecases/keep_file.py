"""Photos and signatures of a drawn visit: sent by its team before the record, read with it.

Basis: obligation 26.
"""

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from policies.errors import Missing
from policies.visiting.files import MOST_BYTES, MOST_FILES, MOST_TOTAL, FileFacts, check_file
from services.usecases.my_tasks import OPEN, assigned_task, certificate_of
from services.usecases.review_visit import VisitFile, read_visit
from services.visiting.file_errors import FileForged, FileTooLarge
from services.visiting.pictures import Picture, picture_of
from services.visiting.visit_errors import AlreadyRecorded
from services.work import Work
from tenants import journal
from tenants.attachment_rows import Attachment
from tenants.stores import attachments
from tenants.stores.attachments import file as stored


@dataclass(frozen=True, slots=True)
class Picked:
    """A file that is what it says; made before a transaction begins, since reading a picture takes time."""

    data: bytes
    sha256: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it was kept; `repeated`: the visit had the very same one before."""

    sha256: str
    kind: str
    media: str
    size: int
    repeated: bool


async def pick(data: bytes, named: str) -> Picked:
    """Look at the bytes of a file.

    Args:
        data: as sent. named: the SHA-256 it was sent under, hex.

    Raises:
        FileTooLarge, FileForged, NotAPicture.
    """
    if not 0 < len(data) <= MOST_BYTES:
        raise FileTooLarge(f"{len(data)} B", need=f"≤ {MOST_BYTES // 1024 // 1024} MB")
    found = await asyncio.to_thread(lambda: sha256(data).hexdigest())
    if found != named:
        raise FileForged(found, sha256=named[:64])
    return Picked(data, found, await asyncio.to_thread(picture_of, data))


async def keep_file(work: Work, draw_no: int, slot: int, given: Picked, facts: FileFacts) -> KeptFile:
    """Keep a file of a visit that is not recorded yet; the same again answers as before.

    Raises:
        NotYours: not dispatched to the person, or not yet. AlreadyRecorded: a record stands.
        RecordRefused: `facts`. FileTooLarge: the visit has too many files.
    """
    work.require("visit.record", assigned=True)
    task, _ = await assigned_task(work, draw_no, slot)
    bureau = work.scope.bureau
    known = await attachments.of_task(work.db, work.scope, bureau, draw_no, slot)
    if found := next((one for one in known if one.sha256 == given.sha256), None):
        return KeptFile(found.sha256, found.kind, found.media, found.size, repeated=True)
    if task.state not in OPEN:
        raise AlreadyRecorded(f"{draw_no}/{slot}")
    check_file(facts, work.now)
    if len(known) >= MOST_FILES or sum(one.size for one in known) + len(given.data) > MOST_TOTAL:
        raise FileTooLarge(f"{len(known) + 1}", need=f"≤ {MOST_FILES}, ≤ {MOST_TOTAL // 1024 // 1024} MB")
    row = Attachment(
        bureau=bureau,
        draw_no=draw_no,
        slot=slot,
        sha256=given.sha256,
        kind="signature" if facts.kind == "signature" else "photo",
        media=given.picture.media,
        width=given.picture.width,
        height=given.picture.height,
        size=len(given.data),
        facts=facts.as_dict(),
        by=work.principal.subject,
        certificate=await certificate_of(work),
        at=work.now,
    )
    fresh = await attachments.keep(work.db, work.scope, row, given.data)
    if fresh:
        await journal.note(
            work.db, work.scope, actor=work.principal, action="visit.record",
            target=f"draw/{bureau}/{draw_no}/{slot}/file",
            after={"sha256": row.sha256, "kind": row.kind, "size": row.size}, at=work.now,
        )  # fmt: skip
    return KeptFile(row.sha256, row.kind, row.media, row.size, repeated=not fresh)


async def kept_files(work: Work, file: VisitFile) -> frozenset[str]:
    """Hashes of the record's files that lie here; those of a joint visit lie with the side that recorded."""
    visit = file.visit
    if "record" not in file.seen or visit.draw_no is None or visit.slot is None:
        return frozenset()
    rows = await attachments.of_task(work.db, work.scope, visit.bureau, visit.draw_no, visit.slot)
    return frozenset(one.sha256 for one in rows)


async def visit_file(work: Work, visit_id: UUID, named: str) -> tuple[Attachment, bytes]:
    """A file that a record names, for those who read the record.

    Raises:
        Missing: no such record, the reader is not shown its content, it names no such file, or the other
            side of a joint visit keeps it.
    """
    file = await read_visit(work, visit_id)
    visit = file.visit
    if "record" not in file.seen or named not in visit.form.get("attachments", ()) or visit.draw_no is None:
        raise Missing(named[:12], what="附件")
    row, data = await stored(work.db, work.scope, visit.bureau, visit.draw_no, visit.slot or 0, named)
    if await asyncio.to_thread(lambda: sha256(data).hexdigest()) != named:
        raise FileForged(named[:12], sha256=named)
    return row, data
