"""A bureau's connection to another system is set up or changed: the former one ends and stays readable."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from services.connectors import Profile, profiles
from services.connectors.profiles import ACKNOWLEDGE, FORMATS
from services.exchange.errors import BadConnection
from services.exchange.opening import sealed_place
from services.notify.vault import Vault
from services.work import Work
from tenants import journal
from tenants.exchange_rows import Connection, Mode
from tenants.stores import connections

_FOLDER = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LINES, _REPEATS = 60, 3
MODES: Mapping[str, Mode] = {"http": "http", "folder": "folder", "manual": "manual"}


@dataclass(frozen=True, slots=True)
class NewConnection:
    """A connection as it was filled in.

    Attributes:
        profile: id of the system's profile. mode: one of `MODES`. target: address, or folder's name.
        token: bearer token; blank leaves the one before in force while the address stays.
        columns: lines "heading = field"; "" keeps those of the profile.
        codes: lines "field: our word = the system's word". receipt: regular expression. format: of the file.
    """

    profile: str
    mode: str
    target: str = ""
    token: str = field(default="", repr=False)
    columns: str = ""
    codes: str = ""
    receipt: str = ""
    format: str = ""


async def list_connections(work: Work) -> tuple[Connection, ...]:
    """The connections that stand; tokens stay sealed."""
    work.require("exchange.read")
    return await connections.live(work.db, work.scope, work.scope.bureau)


async def keep_connection(work: Work, order: NewConnection) -> Connection:
    """Set a connection up, in the place of the one of its profile.

    Raises:
        BadConnection: a field, named. HostRefused: not one of the operator's servers.
        Conflict: somebody else set one up this moment.
    """
    work.require("exchange.manage")
    profile = profiles().get(order.profile)
    if profile is None:
        raise BadConnection(order.profile[:40], field="profile", need="、".join(profiles()))
    settings = _target(work, order) | _format(order, profile)
    standing = await connections.live(work.db, work.scope, work.scope.bureau)
    former = next((one for one in standing if one.profile == profile.id), None)
    vault, token = Vault(work.db, work.scope, work.app.keys), order.token.strip()
    if not token and former and former.settings.get("url") == settings.get("url") is not None:
        token = (await vault.open(sealed_place(former.id), former.sealed)).get("token", "")
    made = Connection(
        bureau=work.scope.bureau,
        id=(id := uuid4()),
        profile=profile.id,
        mode=MODES[order.mode],
        settings=settings,
        sealed=await vault.seal(sealed_place(id), {"token": token}, work.now),
        made_by=work.principal.subject,
        made_at=work.now,
    )
    if former is not None:
        await connections.end(work.db, work.scope, former.id, by=work.principal.subject, at=work.now)
    await connections.put(work.db, work.scope, made)
    await _note(work, made, former.settings if former else {}, settings | {"token": bool(token)})
    return made


async def end_connection(work: Work, id: UUID) -> Connection:
    """End a connection; what is on its way waits for a person. Raises Missing, WrongState."""
    work.require("exchange.manage")
    former = await connections.get(work.db, work.scope, id)
    await connections.end(work.db, work.scope, id, by=work.principal.subject, at=work.now)
    await _note(work, former, former.settings, {"ended": True})
    return await connections.get(work.db, work.scope, id)


def _target(work: Work, order: NewConnection) -> dict[str, Any]:
    target = order.target.strip()
    if order.mode == "folder":
        if work.app.settings.exchange_folder is None:
            raise BadConnection(target[:40], field="target", need="EXCHANGE_FOLDER（运维人员设置）")
        if not _FOLDER.fullmatch(target):
            raise BadConnection(target[:40], field="target", need="a-z 0-9 -")
        return {"folder": target}
    if order.mode == "manual":
        return {}
    if order.mode not in MODES:
        raise BadConnection(order.mode[:40], field="mode", need=" / ".join(MODES))
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise BadConnection(target[:80], field="target", need="https://host/path")
    encrypted = parts.scheme == "https"
    port = _port(target) or (443 if encrypted else 80)
    work.app.settings.notify_reach.require(parts.hostname, port, encrypted=encrypted)
    return {"url": target.rstrip("/")}


def _port(target: str) -> int | None:
    try:
        return urlsplit(target).port
    except ValueError:
        raise BadConnection(target[:80], field="target", need="https://host:port/path") from None


def _format(order: NewConnection, profile: Profile) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if order.columns.strip():
        settings["columns"] = _columns(order.columns, profile.fields)
    if order.codes.strip():
        settings["codes"] = _codes(order.codes, profile.fields)
    if order.receipt.strip():
        settings["receipt"] = _receipt(order.receipt.strip(), profile)
    if order.format not in ("", profile.format):
        if order.format not in FORMATS:
            raise BadConnection(order.format[:40], field="format", need="、".join(FORMATS))
        settings["format"] = order.format
    return settings


def _columns(text: str, fields: Mapping[str, str]) -> list[list[str]]:
    found = []
    for n, line in _lines(text):
        heading, _, name = (part.strip() for part in line.rpartition("="))
        if not heading or name not in fields:
            raise BadConnection(line[:60], field=f"columns {n}", need=f"标题 = {' / '.join(fields)}")
        found.append([heading, name])
    if len({heading for heading, _ in found}) != len(found):
        raise BadConnection("=", field="columns", need="标题互不相同")
    return found


def _codes(text: str, fields: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for n, line in _lines(text):
        name, _, pair = (part.strip() for part in line.partition(":" if ":" in line else "："))
        ours, equal, theirs = (part.strip() for part in pair.partition("="))
        if name not in fields or not equal or not ours:
            raise BadConnection(line[:60], field=f"codes {n}", need="result: 未发现问题 = 1")
        found.setdefault(name, {})[ours] = theirs
    return found


def _receipt(text: str, profile: Profile) -> str:
    if profile.direction == "out":
        return _pattern(text)
    if text not in ACKNOWLEDGE:
        raise BadConnection(text[:60], field="receipt", need=" / ".join(ACKNOWLEDGE))
    return text


def _pattern(text: str) -> str:
    """A pattern that no receipt can keep busy for long: without groups, with three repetitions at most."""
    try:
        re.compile(text)
    except re.error:
        raise BadConnection(text[:60], field="receipt", need="[0-9A-Za-z-]{4,40}") from None
    if len(text) > 80 or "(" in text or sum(text.count(one) for one in "*+?{") > _REPEATS:
        raise BadConnection(text[:60], field="receipt", need=f"≤ 80，没有括号，* + ? {{}} ≤ {_REPEATS}")
    return text


def _lines(text: str) -> list[tuple[int, str]]:
    found = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(found) > _LINES or any(len(line) > 120 for _, line in found):
        raise BadConnection(len(found), field="lines", need=f"≤ {_LINES}")
    return found


async def _note(work: Work, made: Connection, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="exchange.manage",
        target=f"connection/{made.profile}",
        before=dict(before),
        after=dict(after),
        at=work.now,
    )
