"""Where a file on its way into a roster lies, and its refused rows beside it; the bureau is in the name."""

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from policies.roster import RosterCheck
from services.home import Home, write_whole
from services.sheets import write_refused
from services.usecases.import_errors import CheckExpired
from services.work import Work
from tenants.import_rows import ImportCheck

DAYS = 7  # a check can be taken for so long
_GIVEN = "import-"


async def keep_given(work: Work, row: ImportCheck, data: bytes) -> None:
    """Keep the file as it was handed in; the bureau's old uploads are tidied away by age."""
    await asyncio.to_thread(write_whole, given_path(work.app.home, row.bureau, row.id), data)


async def given(work: Work, row: ImportCheck) -> bytes:
    """The file's bytes, the very ones that were handed in. Raises CheckExpired: they are gone."""
    path = given_path(work.app.home, row.bureau, row.id)
    data = await asyncio.to_thread(read_if_there, path)
    if data is None or await asyncio.to_thread(_hash, data) != row.sha256:
        raise CheckExpired(row.file_name, days=DAYS)
    return data


async def keep_refused(home: Home, bureau: str, kind: str, id: str, check: RosterCheck[Any]) -> None:
    """Write the refused rows of a check for download; nothing when none was refused."""
    if check.refused:
        data = await asyncio.to_thread(write_refused, check)
        await asyncio.to_thread(write_whole, refused_path(home, bureau, kind, id), data)


def given_path(home: Home, bureau: str, id: UUID) -> Path:
    """Where a bureau's uploaded file lies."""
    return home.of_bureau(bureau, "uploads", f"{_GIVEN}{id}")


def is_given(path: Path) -> bool:
    """True for a roster as it was handed in, whole, with the persons it names."""
    return path.name.partition("-")[2].startswith(_GIVEN)


def refused_path(home: Home, bureau: str, kind: str, id: str) -> Path:
    """Where a bureau's refused rows lie; bureau and kind in the name keep others out."""
    return home.of_bureau(bureau, "uploads", f"{kind}-{id}-refused.xlsx")


def read_if_there(path: Path) -> bytes | None:
    """The bytes of a file, or None."""
    return path.read_bytes() if path.is_file() else None


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()
