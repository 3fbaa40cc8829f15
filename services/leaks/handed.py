"""A found list as handed in: pasted words, or a file of any kind that holds a table."""

import asyncio
from typing import Protocol

from services.sheets.limits import MEGABYTE, Limits
from services.sheets.reader import read_lines

MOST = 2 * MEGABYTE
LIMITS = Limits(file_bytes=MOST)


class Handed(Protocol):
    """A file of a form."""

    filename: str

    async def read(self, size: int = -1) -> bytes:
        """Its bytes."""
        ...


async def lines_of(pasted: str, file: Handed | None) -> tuple[bytes, tuple[str, ...]]:
    """(bytes handed in, lines). The file counts when both are given; nothing gives no lines.

    Raises:
        WrongFileType, DamagedFile, FileTooLarge, EmptyFile, BadText, BadCsv: of the file.
    """
    body = await file.read() if file is not None else b""
    if body and file is not None:
        return body, await asyncio.to_thread(read_lines, body, file.filename, LIMITS)
    raw = pasted.encode()[:MOST]
    return raw, tuple(line for line in raw.decode("utf-8", "ignore").splitlines() if line.strip())
