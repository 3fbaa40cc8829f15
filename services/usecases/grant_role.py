"""Roles of a bureau's people: given, dated, ended; the identity service never decides them.

One person grants ordinary roles; those of `SENSITIVE` are proposed and approved, see `propose_grant`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from policies.access_matrix import ROLES, SENSITIVE
from policies.errors import Missing
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.restore_roles import RESTORING
from services.work import Work
from tenants import journal, locks
from tenants.errors import GrantedByOne, LastOne
from tenants.rows import Membership
from tenants.stores import members

LASTING = frozenset({"bureau_head", "bureau_admin"})  # a bureau is never without one
# no membership
FROM_ELSEWHERE = frozenset(
    {"anonymous", "system", "provincial_client", "invited_witness", "visited_firm", "support"}
)


async def grant_role(
    work: Work,
    subject: str,
    name: str,
    role: str,
    *,
    certificate: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Membership:
    """Give a person an ordinary role in the bureau acted for.

    One that runs already keeps its first day: a later last day appends a period behind it, an earlier one
    shortens it, name and certificate are corrected.

    Args:
        subject: stable id of the login, as the identity service knows it (`sub`).
        certificate: of an inspector; ties the login to the officer.
        since: first day, from today on; default today. until: last day, if it is known.

    Raises:
        Missing: no such role. GrantedByOne: two people grant it. FieldMissing: the days.
        Conflict: the person holds a role that excludes this one, or this one on some of the days.
    """
    work.require("people.grant")
    check_order(work, role, since, until)
    if role in SENSITIVE:
        raise GrantedByOne(ROLES[role][0])
    runs = await held_role(work, subject, role)
    made = Membership(work.scope.bureau, subject, role, name, since or work.today, until, certificate)
    if runs is None or since is not None:
        await members.grant(work.control, work.scope, made)
    else:
        made = await _again(work, runs, made)
    await _note(work, "people.grant", made, runs)
    return made


async def end_role(work: Work, subject: str, role: str) -> Membership:
    """End a role: it is gone with the person's next request, and today stays its last day.

    So who kept the roster this morning is given no role that excludes it before tomorrow. Every period that
    has not begun yet is called off: none takes the role up again by itself.

    Raises:
        Missing: the person does not hold it today or later. LastOne: nobody else is head or administrator.
    """
    work.require("people.grant")
    found = await _standing(work, subject, role)
    if not found:
        raise Missing(f"{subject} {role}", what="岗位")
    if role in LASTING and not await _others(work, found):  # the database refuses it as well
        raise LastOne(f"{subject} {role}")
    if role in RESTORING and not await _restorable(work, subject):
        raise LastOne(f"{subject} {role}")
    ended = [await _end(work, one) for one in found]
    return ended[0]


async def people(work: Work, bureau: str = "") -> tuple[Membership, ...]:
    """Who holds which role today, in the bureau acted for or one below it."""
    whose = bureau or work.scope.bureau
    work.require("people.read", bureau=whose)
    return await members.in_bureau(work.control, work.scope, whose, work.today)


async def past_roles(work: Work, bureau: str = "") -> tuple[Membership, ...]:
    """Periods that do not hold today, the latest first: ended, over, or not begun."""
    whose = bureau or work.scope.bureau
    work.require("people.read", bureau=whose)
    today = set(await members.in_bureau(work.control, work.scope, whose, work.today))
    every = await members.in_bureau(work.control, work.scope, whose)
    past = [one for one in every if one not in today]
    return tuple(sorted(past, key=lambda one: (one.valid_until or date.max, one.valid_from), reverse=True))


def check_order(work: Work, role: str, since: date | None, until: date | None) -> None:
    """Role and days of an order. Raises Missing, FieldMissing."""
    if role not in ROLES or role in FROM_ELSEWHERE:
        raise Missing(role, what="岗位")
    first = since or work.today
    if first < work.today:
        raise FieldMissing(first.isoformat(), field="第一天", need=f"{work.today.isoformat()} 或以后")
    if until is not None and until < first:
        raise FieldMissing(until.isoformat(), field="最后一天", need=f"{first.isoformat()} 或以后，或留空")


async def held_role(work: Work, subject: str, role: str) -> Membership | None:
    """The period of a role that holds today."""
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    return next((m for m in held if (m.subject, m.role) == (subject, role)), None)


async def _note(work: Work, action: str, made: Membership, before: Membership | None) -> None:
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


async def _again(work: Work, runs: Membership, new: Membership) -> Membership:
    """The running period corrected; what stands behind its new last day cut, or periods appended there.

    The person then holds the role on every day until the new last one: gaps before it are filled as well.
    """
    if (runs.name, runs.certificate) != (new.name, new.certificate):
        await members.rename(work.control, work.scope, runs, new.name, new.certificate)
    wanted, last = new.valid_until or date.max, runs
    told = replace(runs, name=new.name, certificate=new.certificate)
    for one in await _standing(work, runs.subject, runs.role):
        if one.valid_from > wanted:
            await _end(work, one)
            continue
        if last.valid_until and one.valid_from > (free := last.valid_until + timedelta(days=1)):
            gap = replace(new, valid_from=free, valid_until=one.valid_from - timedelta(days=1))
            await members.grant(work.control, work.scope, gap)
            await _note(work, "people.grant", gap, None)
        last = one if one.valid_from > runs.valid_from else told
        if wanted < (one.valid_until or date.max):
            await members.shorten(work.control, work.scope, one, wanted)
            last = replace(last, valid_until=wanted)
    if last.valid_until is None or last.valid_until >= wanted:
        return last
    behind = replace(new, valid_from=last.valid_until + timedelta(days=1))
    await members.grant(work.control, work.scope, behind)
    return behind


async def _end(work: Work, one: Membership) -> Membership:
    by, at = work.principal.subject, work.now
    await members.end(work.control, work.scope, one, on=work.today, by=by, at=at)
    ended = replace(one, valid_until=work.today, ended_by=by, ended_at=at)
    await _note(work, "people.end", ended, one)
    return ended


async def _standing(work: Work, subject: str, role: str) -> list[Membership]:
    """Periods of today and later that nobody ended, the earliest first."""
    every = await members.in_bureau(work.control, work.scope, work.scope.bureau)
    mine = (one for one in every if (one.subject, one.role) == (subject, role) and one.ended_at is None)
    return [one for one in mine if one.valid_until is None or one.valid_until >= work.today]


async def _others(work: Work, ending: list[Membership]) -> bool:
    """True when others hold the role on every day that the person would have."""
    one = ending[0]
    every = await members.in_bureau(work.control, work.scope, work.scope.bureau)
    there = [m for m in every if m.role == one.role and m.ended_at is None and not m.rests]
    left = [m for m in there if m.subject != one.subject]
    return all(covered(left, max(m.valid_from, work.today), m.valid_until or date.max) for m in ending)


async def _restorable(work: Work, leaving: str) -> bool:
    """False when roles rest and nobody but the one who leaves could end that."""
    await locks.hold(work.control, "rest", work.scope.bureau)
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    resting = [one for one in held if one.rests and one.subject != leaving]
    able = {one.subject for one in held if one.role in RESTORING and not one.rests} - {leaving}
    return all(able - {one.subject, *one.suspended_hands} for one in resting)


def covered(held: Iterable[Membership], first: date, last: date) -> bool:
    """True when periods cover every day from the first to the last one; `date.max` is no end."""
    day = first
    for one in sorted(held, key=lambda m: m.valid_from):
        until = one.valid_until or date.max
        if one.valid_from <= day <= until:
            if until >= last:
                return True
            day = until + timedelta(days=1)
    return False


def _told(one: Membership) -> dict[str, str | None]:
    until = one.valid_until.isoformat() if one.valid_until else None
    told = {"role": one.role, "from": one.valid_from.isoformat(), "until": until, "name": one.name}
    return told | ({"certificate": one.certificate} if one.certificate else {})
