"""An approved choice is revoked before its day: asked for, approved by a second person, public."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.rule_bodies import WithdrawalOrder
from services.api.types import Body, Bureau, Code, Hash, Index, KeyInPath, Out, Reason, show
from services.usecases.revoke_rule import (
    Revoked,
    approve_revocation,
    propose_revocation,
    withdraw_revocation,
)
from services.web.depends import InPublic, InWork
from tenants.revocation_rows import Revocation
from tenants.stores import public as store
from tenants.stores import revocations


class RevocationOrder(Body):
    """Why the choice shall not take effect; public once approved."""

    why: Reason


class RevocationOut(Out):
    """A revocation and where it stands."""

    id: UUID
    bureau: Code
    choice: UUID
    why: str
    state: Literal["proposed", "approved", "withdrawn"]
    proposed_by: str
    at: datetime
    approved_by: str | None
    approved_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None


class RevokedOut(Out):
    """`h`: SHA-256 of the JCS of the rules without the choice, as entry `log` of the public log holds it."""

    revocation: RevocationOut
    h: Hash
    log: Index


class PublishedRevocation(Out):
    """An approved revocation; the two people stay inside the bureau."""

    id: UUID
    bureau: Code
    choice: UUID
    why: str
    approved_at: datetime


@reads("/bureaus/{bureau:str}/rules/revocations", action="plan.read")
async def list_rule_revocations(work: InWork, bureau: Bureau) -> list[RevocationOut]:
    """Every revocation asked for, oldest first."""
    work.require("plan.read", bureau=bureau)
    return [_out(one) for one in await revocations.all_of(work.db, work.scope, bureau)]


@acts("/bureaus/{bureau:str}/rules/proposals/{choice:uuid}/revocation", action="rules.choose")
async def propose_rule_revocation(
    once: InOnce, bureau: Bureau, choice: KeyInPath, data: JSONBody[RevocationOrder]
) -> Response[RevocationOut]:
    """Ask to revoke an approved choice whose first day is still to come; what is in force never is."""
    return await once.run(
        lambda work: propose_revocation(work, [choice], data.why), lambda done: _out(done[0])
    )


@acts("/bureaus/{bureau:str}/rules/revocations/{revocation:uuid}/approval", action="rules.approve")
async def approve_rule_revocation(
    once: InOnce, bureau: Bureau, revocation: KeyInPath
) -> Response[RevokedOut]:
    """Revoke; not by the one who asked. The rules that stand without the choice enter the public log."""
    return await once.run(lambda work: approve_revocation(work, [revocation]), _revoked)


@acts("/bureaus/{bureau:str}/rules/revocations/{revocation:uuid}/withdrawal", action="rules.choose")
async def withdraw_rule_revocation(
    once: InOnce, bureau: Bureau, revocation: KeyInPath, data: JSONBody[WithdrawalOrder]
) -> Response[RevocationOut]:
    """Take it back, or turn it down: the choice takes effect as approved."""
    return await once.run(
        lambda work: withdraw_revocation(work, [revocation], data.why), lambda done: _out(done[0])
    )


@reads("/bureaus/{bureau:str}/rules/revoked", action="rules.read")
async def list_revoked_choices(public: InPublic, bureau: Bureau) -> list[PublishedRevocation]:
    """Approved revocations, for anyone to check."""
    await store.public_bureau(public, bureau)
    found = await revocations.public_revocations(public, bureau)
    return [show(one, PublishedRevocation) for one in found]


@reads("/bureaus/{bureau:str}/rules/revoked/{revocation:uuid}/composed", action="rules.read")
async def get_rules_after_revocation(
    public: InPublic, bureau: Bureau, revocation: KeyInPath
) -> dict[str, Any]:
    """The whole rules that stand without the choice.

    SHA-256 over the RFC 8785 form of this answer is `h` of a `rules` entry in the public log.
    """
    return await revocations.public_composed(public, bureau, revocation)


def _out(one: Revocation) -> RevocationOut:
    return show(one, RevocationOut)


def _revoked(done: Revoked) -> RevokedOut:
    return RevokedOut(revocation=_out(done.rows[0]), h=done.h, log=done.index)


routes = [
    list_rule_revocations,
    propose_rule_revocation,
    approve_rule_revocation,
    withdraw_rule_revocation,
    list_revoked_choices,
    get_rules_after_revocation,
]
