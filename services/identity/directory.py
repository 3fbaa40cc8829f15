"""From a proven person to a principal: bureau and roles come from our own table and nowhere else."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access_glass import SUPPORT, Glass
from policies.terms import Principal
from services.identity.sessions import Session
from services.looking import held
from tenants.client_rows import ApiClient
from tenants.databases import Databases
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.session import Database
from tenants.stores import api_clients, bureaus, members


class Directory(Protocol):
    """Knows who holds which role where."""

    async def of_subject(self, subject: str, on: date) -> Sequence[Membership]:
        """Memberships of a person that hold on that day, in every bureau."""

    async def of_client(self, client: str, on: date) -> Sequence[ApiClient]:
        """Registrations of a program that hold on that day, in every bureau."""

    async def names_of(self, subject: str, codes: Sequence[str]) -> Mapping[str, str]:
        """Code → name of bureaus, as far as they are known; asked on behalf of a person."""


class Requests(Protocol):
    """Knows which break-glass requests are open."""

    async def of_glass(self, subject: str, id: UUID, now: datetime) -> Glass | None:
        """The person's own request, if it is open at that moment; else None."""


class NoRequests:
    """A deployment, or a test, without break-glass access."""

    async def of_glass(self, subject: str, id: UUID, now: datetime) -> Glass | None:
        """None."""
        del subject, id, now
        return None


class TenantRequests:
    """The table of requests, asked on every request: a look that was ended is gone with the next one."""

    def __init__(self, database: Databases | Database) -> None:
        self._database = database

    async def of_glass(self, subject: str, id: UUID, now: datetime) -> Glass | None:
        """The person's own request, if it is open at that moment; else None."""
        return await held(self._database, subject, id, now)


class TenantDirectory:
    """The membership table, asked on every request: a role taken away is gone with the next one."""

    def __init__(self, database: Databases | Database) -> None:
        self._database = database

    def within(self, control: AsyncConnection) -> "OpenDirectory":
        """The same, asked in a transaction of the control database whose scope names the person."""
        return OpenDirectory(self, control)

    async def of_subject(self, subject: str, on: date) -> Sequence[Membership]:
        """Memberships of a person that hold on that day, in every bureau."""
        async with self._database.unit(Scope.login(subject), read_only=True) as db:
            return await members.of_subject(db, subject, on)

    async def of_client(self, client: str, on: date) -> Sequence[ApiClient]:
        """Registrations of a program that hold on that day, in every bureau."""
        async with self._database.unit(Scope.login(client), read_only=True) as db:
            return await api_clients.of_client(db, client, on)

    async def names_of(self, subject: str, codes: Sequence[str]) -> Mapping[str, str]:
        """Code → name of bureaus, as far as they are known."""
        async with self._database.unit(Scope.login(subject), read_only=True) as db:
            return {b.code: b.name for b in await bureaus.all_(db) if b.code in codes}


class OpenDirectory:
    """The membership table, asked in a transaction that is open already."""

    def __init__(self, whole: TenantDirectory, control: AsyncConnection) -> None:
        self.control = control
        self.of_client, self.names_of = whole.of_client, whole.names_of

    async def of_subject(self, subject: str, on: date) -> Sequence[Membership]:
        """Memberships of the person the transaction's scope names."""
        return await members.of_subject(self.control, subject, on)


def bureaus_of(memberships: Sequence[Membership]) -> tuple[str, ...]:
    """Codes of the bureaus a person belongs to, sorted."""
    return tuple(sorted({m.bureau for m in memberships}))


def as_principal(
    subject: str, bureau: str, memberships: Sequence[Membership], *, acr: int, auth_time: int
) -> Principal | None:
    """The person acting for one bureau; None when no role holds there.

    Args:
        subject: stable id of the login.
        bureau: code acted for.
        memberships: all that hold today.
        acr: authentication level.
        auth_time: seconds since 1970 on the product's clock.
    """
    here = [m for m in memberships if m.bureau == bureau]
    if not here:
        return None
    certificate = next((m.certificate for m in here if m.certificate), "")
    return Principal(
        subject=subject,
        name=here[0].name,
        bureau=bureau,
        roles=frozenset(m.role for m in here) - {SUPPORT},  # lent by a request, never by a membership
        acr=acr,
        auth_time=auth_time,
        certificate=certificate or "",
    )


def nowhere(session: Session) -> Principal:
    """Signed in, but acting for no bureau yet: may do what the public may."""
    return Principal(session.subject, "", "", frozenset({"anonymous"}))


def of_program(subject: str, bureau: str, registered: Sequence[ApiClient]) -> Principal | None:
    """The program in that bureau, with the role of its registration; None if it is not let in there.

    Args:
        subject: the token's `sub`; must be the account that was registered, where one was.
        bureau: code asked for; "" is enough for a program of a single bureau.
    """
    fitting = [one for one in registered if one.subject in ("", subject)]
    chosen = bureau or (fitting[0].bureau if len(fitting) == 1 else "")
    found = next((one for one in fitting if one.bureau == chosen), None)
    if found is None:
        return None
    return Principal(subject=subject, name=found.name, bureau=found.bureau, roles=frozenset({found.role}))
