"""Who holds which role: given by one person or two, ended, kept as periods; and what each role bars from."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.access_errors import Stranger
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Code, Flag, KeyInPath, Number, Out, show
from services.usecases.approve_grant import approve_grant
from services.usecases.grant_role import end_role, past_roles, people
from services.usecases.propose_grant import (
    Given,
    RoleOrder,
    give_role,
    proposed_grants,
    withdraw_grant,
)
from services.usecases.restore_roles import restore_roles
from services.views.duty_bars import DrawBars, RoleBar, draw_bars, role_bars, roster_bars
from services.web.depends import InWork
from services.work import Work
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.stores import draws

Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Optional = Annotated[str, Meta(max_length=100, pattern=NO_NUL)]


class RoleBody(Body):
    """A role for a person. `since`: first day, default today. `why`: told to who approves."""

    subject: Line
    name: Line
    role: Line
    certificate: Optional = ""
    since: date | None = None
    until: date | None = None
    why: Optional = ""


class NamedRole(Body):
    """A person and a role, as read."""

    subject: Line
    role: Line


class RestBody(Body):
    """Whose roles rest, and since when as `suspended_at` was read; left out, whatever rests now."""

    subject: Line
    since: datetime | None = None


class HeldOut(Out):
    """A period of a role. `origin`: one or two people granted it, it founded the bureau, or is from before.

    `ended_at`: it holds no more from then on; its last day still counts where roles exclude each other.
    """

    bureau: Code
    subject: str
    name: str
    role: str
    certificate: str
    valid_from: date
    valid_until: date | None
    ended_at: datetime | None
    ended_by: str | None
    origin: Literal["one", "two", "founding", "earlier"]
    grant_id: UUID | None
    suspended_at: datetime | None
    restored_at: datetime | None


class RoleGrantOut(Out):
    """A role that two people grant: proposed, then approved by another or withdrawn."""

    id: UUID
    bureau: Code
    subject: str
    name: str
    role: str
    certificate: str
    since: date
    until: date | None
    why: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None


class GivenOut(Out):
    """What an order came to: a period that holds, or a proposal that waits for another person."""

    membership: HeldOut | None
    proposal: RoleGrantOut | None


class BarredOut(Out):
    """A drawer who changed the rosters: how many rows of each, and when first."""

    subject: str
    name: str
    sites: int
    officers: int
    first: datetime


class DrawBarsOut(Out):
    """Who may freeze and run, and who may not. `since`: changes from then on count; null: all ever made."""

    since: datetime | None
    barred: list[BarredOut]
    free: list[str]


class RoleBarOut(Out):
    """Roles a person may not hold beside one that is held; `until`: its last day, null = open."""

    subject: str
    role: str
    others: list[str]
    until: date | None


class BarsOut(Out):
    """Of the next draw from the own roster, and of the roles held today."""

    roster: DrawBarsOut
    roles: list[RoleBarOut]


@reads("/bureaus/{bureau:str}/people", action="people.read")
async def list_people(work: InWork, bureau: Bureau, past: Flag = False) -> list[HeldOut]:
    """Roles held today; with `past` the periods that do not hold today instead."""
    found = await (past_roles if past else people)(work, bureau)
    return [show(one, HeldOut) for one in found]


@acts("/bureaus/{bureau:str}/people", action="people.grant")
async def give_a_role(once: InOnce, bureau: Bureau, data: JSONBody[RoleBody]) -> Response[GivenOut]:
    """Grant an ordinary role, or propose one that two people grant."""
    order = RoleOrder(**{name: getattr(data, name) for name in data.__struct_fields__})
    return await once.run(lambda work: give_role(work, order), _given)


@acts("/bureaus/{bureau:str}/people/end", action="people.grant")
async def end_a_role(once: InOnce, bureau: Bureau, data: JSONBody[NamedRole]) -> Response[HeldOut]:
    """End a role: it is gone with the person's next request."""
    return await once.run(lambda work: end_role(work, data.subject, data.role), _held)


@reads("/bureaus/{bureau:str}/people/proposals", action="people.read")
async def list_proposed_roles(work: InWork, bureau: Bureau) -> list[RoleGrantOut]:
    """Roles proposed for two people to grant, the latest first, settled ones included."""
    return [show(one, RoleGrantOut) for one in await proposed_grants(work, bureau)]


@acts("/bureaus/{bureau:str}/people/proposals/{grant:uuid}/approve", action="people.approve")
async def approve_a_role(
    once: InOnce, bureau: Bureau, grant: KeyInPath, data: JSONBody[NamedRole]
) -> Response[HeldOut]:
    """Approve a proposed role, naming its person and role as read; not by who proposed it or gets it."""
    return await once.run(lambda work: approve_grant(work, grant, data.subject, data.role), _held)


@acts("/bureaus/{bureau:str}/people/restore", action="people.approve")
async def restore_roles_of(once: InOnce, bureau: Bureau, data: JSONBody[RestBody]) -> Response[list[HeldOut]]:
    """Let roles that rest after a new password hold again; not by who gave it, nor for oneself."""
    return await once.run(
        lambda work: restore_roles(work, data.subject, data.since),
        lambda made: [show(one, HeldOut) for one in made],
    )


@acts("/bureaus/{bureau:str}/people/proposals/{grant:uuid}/withdraw", action="people.withdraw")
async def withdraw_a_role(once: InOnce, bureau: Bureau, grant: KeyInPath) -> Response[RoleGrantOut]:
    """Take back or decline a proposed role."""
    return await once.run(lambda work: withdraw_grant(work, grant), _proposal)


@reads("/bureaus/{bureau:str}/people/bars", action="people.read")
async def list_duty_bars(work: InWork, bureau: Bureau) -> BarsOut:
    """Who may not freeze and run the next draw, and which roles exclude which; why, and until when."""
    _within(work, bureau)
    roles = [_bar(one) for one in await role_bars(work, bureau)]
    return BarsOut(roster=_bars(await roster_bars(work)), roles=roles)


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/bars", action="draw.read")
async def get_draw_bars(work: InWork, bureau: Bureau, draw_no: Number) -> DrawBarsOut | None:
    """Who may not freeze, enter the beacon and run; null once that is over, and for who sees no hands."""
    _within(work, bureau)
    seen = work.seen("draw.read")
    draw = await draws.get(work.db, work.scope, bureau, draw_no)
    found = await draw_bars(work, draw) if "hands" in seen else None
    return _bars(found) if found else None


def _within(work: Work, bureau: str) -> None:
    """The path names the bureau acted for. Raises Stranger."""
    if bureau != work.scope.bureau:
        raise Stranger(bureau)


def _given(one: Given) -> GivenOut:
    return GivenOut(
        membership=_held(one.membership) if one.membership else None,
        proposal=_proposal(one.proposal) if one.proposal else None,
    )


def _held(one: Membership) -> HeldOut:
    return show(one, HeldOut)


def _proposal(one: RoleGrant) -> RoleGrantOut:
    return show(one, RoleGrantOut)


def _bars(found: DrawBars) -> DrawBarsOut:
    barred: list[Any] = [show(one, BarredOut) for one in found.barred]
    return DrawBarsOut(since=found.since, barred=barred, free=list(found.free))


def _bar(one: RoleBar) -> RoleBarOut:
    return show(one, RoleBarOut)


routes = [
    list_people,
    give_a_role,
    end_a_role,
    list_proposed_roles,
    approve_a_role,
    restore_roles_of,
    withdraw_a_role,
    list_duty_bars,
    get_draw_bars,
]
