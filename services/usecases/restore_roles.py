"""Weighty roles rest after a new password or a forgotten second factor, until a second one says whose it is.

Whoever gives out a password, or takes a second factor away, could sign in as that person. So what two people
grant is not in force again before a second one has seen the person with the login.
Basis: our own separation of duties, no text prescribes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from policies.access_matrix import SENSITIVE
from policies.errors import Missing
from services.identity.login_errors import NobodyRestores
from services.work import Work
from tenants import journal
from tenants.rows import Membership
from tenants.stores import members

RESTORING = frozenset({"bureau_head", "security_admin"})  # who holds `people.approve`


async def suspend_roles(work: Work, subject: str) -> tuple[Membership, ...]:
    """Let the person's weighty roles of today and later rest.

    Raises:
        NobodyRestores: nobody but the two of them could end the rest; nothing was changed.
    """
    every = await members.in_bureau(work.control, work.scope, work.scope.bureau)
    mine = [one for one in every if one.subject == subject and one.role in SENSITIVE and _stands(work, one)]
    if not mine:
        return ()
    if not _restorers(work, every, subject):
        raise NobodyRestores(subject)
    for one in mine:
        by, at = work.principal.subject, work.now
        await members.suspend(work.control, work.scope, one, by=by, at=at)
        await _note(work, "people.suspend", one, {"rests": one.rests}, {"rests": True})
    return tuple(mine)


async def restore_roles(work: Work, subject: str) -> tuple[Membership, ...]:
    """Let the person's roles hold again: the one who acts has seen the person sign in.

    Raises:
        Missing: nothing of the person rests. SameHand: by who reset the login, or for oneself.
    """
    work.require("people.approve")
    resting = [one for one in await resting_roles(work) if one.subject == subject]
    if not resting:
        raise Missing(subject, what="暂停的岗位")
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


def _restorers(work: Work, every: Sequence[Membership], subject: str) -> bool:
    """True when a third person holds today a role that may end the rest."""
    two = (subject, work.principal.subject)
    held = [one for one in every if one.role in RESTORING and _stands(work, one) and not one.rests]
    return any(one.subject not in two and one.valid_from <= work.today for one in held)


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
