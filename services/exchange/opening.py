"""From a kept connection to the other side: its address looked at, its token opened, its words put in."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.connectors import Profile, profiles
from services.connectors.profiles import Column
from services.exchange.errors import ConnectionOver
from services.exchange.folder import FolderRemote
from services.exchange.http import HttpRemote
from services.exchange.remote import Remote
from services.notify.vault import Vault
from services.work import App
from tenants.exchange_rows import Connection
from tenants.scope import Scope


def sealed_place(id: UUID) -> str:
    """Where a connection's token belongs."""
    return f"connection/{id}"


async def remote_of(app: App, db: AsyncConnection, scope: Scope, connection: Connection) -> Remote:
    """The other side of a connection.

    Raises:
        ConnectionOver: the operator shares no folder any more. SealBroken: the token does not open.
    """
    system = profiles()[connection.profile].target
    if connection.mode == "folder":
        root = app.settings.exchange_folder
        if root is None:
            raise ConnectionOver("—")
        return FolderRemote(system, root / connection.bureau / str(connection.settings["folder"]))
    if connection.mode == "manual":
        raise ConnectionOver("—")
    opened = await Vault(db, scope, app.keys).open(sealed_place(connection.id), connection.sealed)
    base = str(connection.settings["url"]).rstrip("/")
    return HttpRemote(app.settings.notify_reach, system, base, opened.get("token", ""))


def fitted(profile: Profile, settings: dict[str, Any]) -> Profile:
    """The profile with what the bureau set differently: headings, words, format, form of the receipt."""
    columns = settings.get("columns")
    return replace(
        profile,
        columns=tuple(Column(one[0], one[1], 16) for one in columns) if columns else profile.columns,
        codes={**profile.codes, **settings.get("codes", {})},
        receipt=settings.get("receipt") or profile.receipt,
        format=settings.get("format") or profile.format,
    )
