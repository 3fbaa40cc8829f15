"""Weighty roles rest after a new password or a forgotten second factor, until a second one says whose it is.

Whoever gives out a password, or takes a second factor away, could sign in as that person. So what two people
grant is not in force again before a second one has seen the person with the login.
Basis: our own separation of duties, no text prescribes it.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from policies.access_matrix import SENSITIVE
from policies.errors import Missing
from services.identity.login_errors import NobodyRestores, RestChanged
from services.work import Work
from tenants import journal, locks
from tenants.rows import Membership
from tenants.stores import members

RESTORING = frozenset({"bureau_head", "security_admin"})  # who holds `people.approve`


async def suspend_roles(work: Work, subject: str) -> tuple[Membership, ...]:
    """Let the person's weighty roles of today and later rest.

    Raises:
        NobodyRestores: nobody but the two of them could end the rest; nothing was changed.
    """
    await locks.hold(work.control, "rest", work.scope.bureau)  # two resets leave somebody who restores
    every = await members.in_bureau(work.control, work.scope, work.scope.bureau)
    mine = [one for one in every if one.subject == subject and one.role in SENSITIVE and _stands(work, one)]
    if not mine:
        return ()
    hands = {hand for one in mine if one.rests for hand in one.suspended_hands}
    if not _restorers(work, every, {subject, work.principal.subject, *hands}):
        raise NobodyRestores(subject)
    for one in mine:
        by, at = work.principal.subject, work.now
        await members.suspend(work.control, work.scope, one, by=by, at=at)
        await _note(work, "people.suspend", one, {"rests": one.rests}, {"rests": True})
    return tuple(mine)


async def restore_roles(work: Work, subject: str, since: datetime | None = None) -> tuple[Membership, ...]:
    """Let the person's roles hold again: the one who acts has seen the person sign in.

    Args:
        subject: whose roles.
        since: since when they rest, as read; a reset after it is another one, and nobody has seen the person
            since. None: whatever rests now.

    Raises:
        Missing: nothing of the person rests. RestChanged: the login was reset once more since it was read.
        SameHand: by one who reset the login, or for oneself.
    """
    work.require("people.approve")
    resting = [one for one in await resting_roles(work) if one.subject == subject]
    if not resting:
        raise Missing(subject, what="暂停的岗位")
    last = max(one.suspended_at for one in resting if one.suspended_at)
    if since is not None and last != since:
        raise RestChanged(since.isoformat(), last=last.isoformat())
    at, by = work.now, work.principal.subject
    for one in resting:
        await members.restore(work.control, work.scope, one, by=by, at=at)
        after = {"rests": False, "suspended_by": one.suspended_by}
        await _note(work, "people.restore", one, {"rests": True}, after)
    return tuple([replace(one, restored_at=at, restored_by=by) for one in resting])


async def resting_roles(work: Work) -> tuple[Membership, ...]:
    """Roles of the bureau acted for that rest now."""
    work.require("people.read")
    every = await members.in_bureau(work.control, work.scope, work.scope.bureau)
    return tuple(one for one in every if one.rests and _stands(work, one))


def _stands(work: Work, one: Membership) -> bool:
    return one.ended_at is None and (one.valid_until is None or one.valid_until >= work.today)


def _restorers(work: Work, every: Sequence[Membership], concerned: Set[str]) -> bool:
    """True when somebody else holds today a role that may end the rest."""
    held = [one for one in every if one.role in RESTORING and _stands(work, one) and not one.rests]
    return any(one.subject not in concerned and one.valid_from <= work.today for one in held)


async def _note(
    work: Work, action: str, one: Membership, before: Mapping[str, object], after: Mapping[str, object]
) -> None:
    told = {"role": one.role, "name": one.name, "from": one.valid_from.isoformat()}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"people/{one.subject}",
        before={**told, **before},
        after={**told, **after},
        at=work.now,
    )
