"""A witness invited for one draw, and the minutes that drawer and witness confirm."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Response
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from policies.errors import Missing
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import Body, Bureau, Hash, Number, Out, show
from services.seen import Seen
from services.usecases.confirm_minutes import Minutes, confirm_minutes, minutes_for, minutes_seen
from services.usecases.invite_witness import (
    invitation_state,
    invitations_of,
    invite_witness,
    withdraw_invitation,
)
from services.web.depends import InWork
from services.work import Work


class InvitationOrder(Body):
    """`name`: who is invited, with the office; shown to the bureau only."""

    name: Annotated[str, Meta(min_length=2, max_length=80, examples=["区纪委 某某"])]


class InvitedOut(Out):
    """Told once: `link`, a path of this site, by one way, `code`, six digits, by another.

    Keep neither. Without an Idempotency-Key only: an answer that is kept would keep both.
    """

    draw_no: int
    n: int
    name: str
    expires_at: datetime
    link: str
    code: str


class InvitationOut(Out):
    """An invitation; `state`: open, entered, expired, locked (ten wrong codes) or withdrawn."""

    n: int
    name: str
    at: datetime
    expires_at: datetime
    tries: int
    state: str


class WithdrawnOut(Out):
    """The number of the invitation that ended."""

    n: int


class MinutesWordOut(Out):
    """`sig`: the device's signature over the fingerprint, where an invited witness's device made a key.

    `h`, `name`, `sig` are null for a role that is not shown them.
    """

    role: str
    h: Hash | None
    name: str | None
    at: datetime
    sig: str | None


class MinutesOut(Out):
    """The minutes as they stand, their fingerprint, and who stands by them; no site, no officer.

    A role that is shown less gets fewer members of `body`; `h` is null where fingerprints are not shown.
    """

    h: Hash | None
    body: dict[str, Any]
    words: list[MinutesWordOut]


class MinutesRead(Body):
    """`h`: fingerprint of the minutes that were read."""

    h: Hash


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/invitations", action="witness.invite")
async def invite(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[InvitationOrder]
) -> Response[InvitedOut]:
    """Invite a witness without a login for one draw, while it is not frozen."""
    once.key = None  # the answer holds the link: it is never kept, so every call is a new invitation

    def form(made: Any) -> InvitedOut:
        return InvitedOut(made.draw_no, made.n, made.name, made.expires_at, made.link, made.code)

    return await once.run(lambda work: invite_witness(work, draw_no, data.name), form)


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/invitations", action="witness.withdraw")
async def list_invitations(work: InWork, bureau: Bureau, draw_no: Number) -> list[InvitationOut]:
    """Who was invited, and how far it went; links and codes are kept nowhere."""
    if bureau != work.scope.bureau:
        raise Missing(draw_no, what="抽查")
    return [
        InvitationOut(row.n, row.name, row.at, row.expires_at, row.tries, invitation_state(row, work.now))
        for row in await invitations_of(work, draw_no)
    ]


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/invitations/{n:int}/withdrawal", action="witness.withdraw")
async def withdraw_witness(
    once: InOnce, bureau: Bureau, draw_no: Number, n: FromPath[int]
) -> Response[WithdrawnOut]:
    """End an invitation at once."""
    return await once.run(lambda work: withdraw_invitation(work, draw_no, n), lambda _: WithdrawnOut(n=n))


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/minutes", action="draw.read")
async def get_minutes(work: InWork, bureau: Bureau, draw_no: Number) -> MinutesOut:
    """The minutes of a draw that has its result."""
    return _out(await _kept(work, draw_no, bureau), minutes_seen(work, bureau))


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/minutes", action="minutes.confirm", enter=True)
async def confirm(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[MinutesRead]
) -> Response[MinutesOut]:
    """Stand by the minutes that were read: a drawer of the bureau, and the superior's witness."""

    async def act(work: Work) -> MinutesOut:
        await confirm_minutes(work, draw_no, data.h)
        return _out(await _kept(work, draw_no, bureau), minutes_seen(work, bureau))

    return await once.run(act, lambda made: made)


async def _kept(work: Work, draw_no: int, bureau: str) -> Minutes:
    found = await minutes_for(work, draw_no, bureau)
    if found is None:
        raise Missing(draw_no, what="抽查")
    return found


def _out(found: Minutes, seen: Seen) -> MinutesOut:
    words = [seen.of("word", show(one, MinutesWordOut)) for one in found.words]
    body = seen.members("minutes_body", found.body)
    return seen.of("minutes", MinutesOut(h=found.h, body=body, words=words))


routes = [invite, list_invitations, withdraw_witness, get_minutes, confirm]
