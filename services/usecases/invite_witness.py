"""The bureau invites a witness without a login for one draw: a link by one way, six digits by another.

Basis: rd1 §3 (an invited citizen may be the witness). That who invites does not draw is our own rule.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from policies.access import states_of
from services.drawing.witness_errors import BadInvitation, WitnessTooLate
from services.usecases.ceremony import note
from services.work import Work
from tenants.stores import draws, invitations
from tenants.witness_rows import Invitation

MOST = 10  # invitations a draw
MOST_TRIES = 10  # wrong codes
AFTER_BEACON = timedelta(days=7)  # to hand over the secret and to confirm the minutes
SHORTEST, LONGEST = 2, 80


@dataclass(frozen=True, slots=True)
class Invited:
    """Shown once: neither is kept. `link` is a path of this site."""

    draw_no: int
    n: int
    name: str
    expires_at: datetime
    link: str = field(repr=False)
    code: str = field(repr=False)


async def invite_witness(work: Work, draw_no: int, name: str) -> Invited:
    """Make an invitation; it ends a week after the beacon's moment, or when it is withdrawn.

    Args:
        name: who is invited, with the office; shown to the bureau only.

    Raises:
        WitnessTooLate: the draw is frozen. BadInvitation: nobody named, or ten invitations already.
    """
    work.require("witness.invite")
    draw = await draws.locked(work.db, work.scope, draw_no)
    if draw.state not in states_of("witness.invite"):
        raise WitnessTooLate(draw.state)
    known = await invitations.of_draw(work.db, work.scope, work.scope.bureau, draw_no)
    words = " ".join(name.split())
    if not SHORTEST <= len(words) <= LONGEST or len(known) >= MOST:
        raise BadInvitation(words[:LONGEST] or len(known), most=MOST)
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}"
    expires = max(draw.beacon_at or work.now, work.now) + AFTER_BEACON
    made = Invitation(
        bureau=work.scope.bureau,
        draw_no=draw_no,
        n=len(known) + 1,
        name=words,
        link=link_digest(token),
        code=code_digest(token, code),
        tries=0,
        at=work.now,
        by=work.principal.subject,
        expires_at=expires,
    )
    await invitations.invite(work.db, work.scope, made)
    facts = {"n": made.n, "name": words, "expires_at": expires.isoformat()}
    await note(work, "witness.invite", draw_no, facts)
    return Invited(draw_no, made.n, words, expires, f"/w/{work.scope.bureau}/{token}", code)


async def withdraw_invitation(work: Work, draw_no: int, n: int) -> None:
    """End an invitation at once; what the witness handed in before stays.

    Raises:
        Missing: no such invitation. WrongState: withdrawn already.
    """
    work.require("witness.withdraw")
    row = await invitations.get(work.db, work.scope, draw_no, n)
    await invitations.withdraw(work.db, work.scope, draw_no, n, work.now)
    before = {"n": n, "state": invitation_state(row, work.now)}
    await note(work, "witness.withdraw", draw_no, {"n": n, "name": row.name}, before=before)


async def invitations_of(work: Work, draw_no: int) -> tuple[Invitation, ...]:
    """The invitations of a draw of the bureau acted for."""
    work.require("draw.read")
    return await invitations.of_draw(work.db, work.scope, work.scope.bureau, draw_no)


def invitation_state(row: Invitation, now: datetime) -> str:
    """withdrawn, locked, expired, entered or open."""
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.tries >= MOST_TRIES:
        return "locked"
    if row.expires_at <= now:
        return "expired"
    return "entered" if row.entered_at else "open"


def link_digest(token: str) -> str:
    """What is kept of a link's number."""
    return sha256(b"shuangsui/witness-link/1\n" + token.encode()).hexdigest()


def code_digest(token: str, code: str) -> str:
    """What is kept of the six digits: bound to the link's number, which is kept nowhere, so that a million
    guesses at the kept value lead nowhere."""
    return hmac.new(token.encode(), b"shuangsui/witness-code/1\n" + code.encode(), sha256).hexdigest()
