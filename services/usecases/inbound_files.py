"""What the steps of a file that came in share: who may, its bytes, how it is read, its row of the journal."""

import asyncio
from base64 import b64decode
from collections.abc import Mapping
from uuid import UUID

from policies.errors import Missing
from services.connectors import FileConnector, Profile
from services.connectors.profiles import incoming
from services.exchange.opening import fitted
from services.exchange.remote import Offer
from services.jobs.orders import SYSTEM
from services.notify.vault import Vault
from services.usecases.import_check import check_file
from services.work import Work
from tenants import journal
from tenants.inbound_rows import InboundFile
from tenants.stores import connections

ACTION = "inbound.fetch"
REFUSALS = ("invalid", "conflict", "missing")  # of what was read: it waits to be read again


def allow(work: Work) -> None:
    """Move 1: the job of the night may, and whom the matrix allows."""
    if SYSTEM not in work.principal.roles:
        work.require(ACTION)


async def read_file(work: Work, profile: Profile, file: Offer, data: bytes) -> UUID | None:
    """Read a file by the columns of its connection; a roster goes through the check of every import.

    Returns:
        The import check of a roster; None of a list of drawn sites, whose rows are judged beside a draw.

    Raises:
        Problem: the file is unreadable, or lacks a column of the profile.
    """
    told = await asyncio.to_thread(FileConnector(profile).table, file.name, data)
    if profile.takes == "draw":
        return None
    return (await check_file(work, "sites", told, f"{file.key}.csv", inline=True)).id


async def bytes_of(work: Work, row: InboundFile) -> bytes:
    """A kept file, opened. Raises SealBroken."""
    opened = await Vault(work.db, work.scope, work.app.keys).open(place_of(row.id), row.sealed)
    return b64decode(opened["data"])


def place_of(id: UUID) -> str:
    """Where a kept file belongs."""
    return f"inbound/{id}"


async def note_inbound(
    work: Work, target: str, before: Mapping[str, object], after: Mapping[str, object], action: str = ACTION
) -> None:
    """A row of the journal: keys and numbers, nothing of what is in a file."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=target,
        before=dict(before),
        after=dict(after),
        at=work.now,
    )


def profile_of(row: InboundFile) -> Profile:
    """The profile of a kept file. Raises Missing: this version of the product knows the system no more."""
    found = incoming().get(row.profile)
    if found is None:
        raise Missing(row.profile, what="系统连接")
    return found


async def fitting(work: Work, row: InboundFile) -> Profile:
    """The profile of a kept file as the bureau has set it by now. Raises Missing."""
    profile, standing = profile_of(row), await connections.live(work.db, work.scope, row.bureau)
    found = next((one for one in standing if one.profile == row.profile), None)
    return fitted(profile, found.settings) if found else profile
