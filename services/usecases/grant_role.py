"""Roles of a bureau's people: given, dated, ended; the identity service never decides them."""

from dataclasses import replace
from datetime import date, timedelta

from policies.access_matrix import ROLES
from policies.errors import Missing
from services.work import Work
from tenants import journal
from tenants.errors import LastOne
from tenants.rows import Membership
from tenants.stores import members

LASTING = frozenset({"bureau_head", "bureau_admin"})  # a bureau is never without one
FROM_ELSEWHERE = frozenset({"anonymous", "system", "provincial_client", "invited_witness"})  # no membership


async def grant_role(
    work: Work, subject: str, name: str, role: str, *, certificate: str = "", until: date | None = None
) -> Membership:
    """Give a person a role in the bureau acted for, from today; one that runs already keeps its first day.

    Args:
        subject: stable id of the login, as the identity service knows it (`sub`).
        certificate: of an inspector; ties the login to the officer.
        until: last day, if it is known.

    Raises:
        Missing: no such role. Conflict: the person holds a role that excludes this one. LastOne: the last
            head or administrator would be given an earlier last day.
    """
    work.require("people.grant")
    if role not in ROLES or role in FROM_ELSEWHERE:
        raise Missing(role, what="岗位")
    runs = await _held(work, subject, role)
    since = runs.valid_from if runs else work.today
    made = Membership(work.scope.bureau, subject, role, name, since, until, certificate)
    await members.grant(work.control, work.scope, made)
    await _note(work, "people.grant", made, runs)
    return made


async def end_role(work: Work, subject: str, role: str) -> Membership:
    """End a role with yesterday as its last day: it is gone with the person's next request.

    Raises:
        Missing: the person does not hold it today. LastOne: nobody else is head or administrator today.
    """
    work.require("people.grant")
    found = await _held(work, subject, role)
    if found is None:
        raise Missing(f"{subject} {role}", what="岗位")
    if role in LASTING and not await _others(work, subject, role):  # the database refuses it as well
        raise LastOne(f"{subject} {role}")
    yesterday = work.today - timedelta(days=1)  # days are inclusive, and it must not hold today
    ended = replace(found, valid_from=min(found.valid_from, yesterday), valid_until=yesterday)
    await members.grant(work.control, work.scope, ended)
    await _note(work, "people.end", ended, found)
    return ended


async def _held(work: Work, subject: str, role: str) -> Membership | None:
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    return next((m for m in held if (m.subject, m.role) == (subject, role)), None)


async def _others(work: Work, subject: str, role: str) -> bool:
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    return any(m.role == role and m.subject != subject for m in held)


async def people(work: Work) -> tuple[Membership, ...]:
    """Who holds which role today."""
    work.require("people.read")
    return await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)


def _told(one: Membership) -> dict[str, str | None]:
    until = one.valid_until.isoformat() if one.valid_until else None
    return {"role": one.role, "from": one.valid_from.isoformat(), "until": until}


async def _note(work: Work, action: str, made: Membership, before: Membership | None = None) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"people/{made.subject}",
        before=_told(before) if before else None,
        after=_told(made),
        at=work.now,
    )
