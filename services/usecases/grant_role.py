"""Roles of a bureau's people: given, dated, ended; the identity service never decides them."""

from dataclasses import replace
from datetime import date, timedelta

from policies.access_matrix import ROLES
from policies.errors import Missing
from services.work import Work
from tenants import journal
from tenants.rows import Membership
from tenants.stores import members

FROM_ELSEWHERE = frozenset({"anonymous", "system"})


async def grant_role(
    work: Work, subject: str, name: str, role: str, *, certificate: str = "", until: date | None = None
) -> Membership:
    """Give a person a role in the bureau acted for, from today.

    Args:
        subject: stable id of the login, as the identity service knows it (`sub`).
        certificate: of an inspector; ties the login to the officer.
        until: last day, if it is known.

    Raises:
        Missing: no such role. Conflict: the person holds a role that excludes this one.
    """
    work.require("people.grant")
    if role not in ROLES or role in FROM_ELSEWHERE:
        raise Missing(role, what="岗位")
    made = Membership(work.scope.bureau, subject, role, name, work.today, until, certificate)
    await members.grant(work.db, work.scope, made)
    await _note(work, "people.grant", made)
    return made


async def end_role(work: Work, subject: str, role: str) -> Membership:
    """End a role with yesterday as its last day: it is gone with the person's next request.

    Raises:
        Missing: the person does not hold it today.
    """
    work.require("people.grant")
    held = await members.in_bureau(work.db, work.scope, work.scope.bureau, work.today)
    found = next((m for m in held if (m.subject, m.role) == (subject, role)), None)
    if found is None:
        raise Missing(f"{subject} {role}", what="岗位")
    yesterday = work.today - timedelta(days=1)  # days are inclusive, and it must not hold today
    ended = replace(found, valid_from=min(found.valid_from, yesterday), valid_until=yesterday)
    await members.grant(work.db, work.scope, ended)
    await _note(work, "people.end", ended)
    return ended


async def people(work: Work) -> tuple[Membership, ...]:
    """Who holds which role today."""
    work.require("people.read")
    return await members.in_bureau(work.db, work.scope, work.scope.bureau, work.today)


async def _note(work: Work, action: str, made: Membership) -> None:
    until = made.valid_until.isoformat() if made.valid_until else None
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"people/{made.subject}",
        after={"role": made.role, "from": made.valid_from.isoformat(), "until": until},
        at=work.now,
    )
