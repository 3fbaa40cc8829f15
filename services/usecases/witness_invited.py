"""What an invited witness does: enter by link and code, see the numbers, commit, call, hand over. No login.

The person is a principal of the bureau that draws with the role `invited_witness`, made from the invitation
at every request: withdrawn, expired or locked, and the next request is refused.
"""

import hmac
from dataclasses import dataclass

from policies.terms import Principal
from services.drawing.witness_errors import BadInvitation, InvitationOver, WrongCode
from services.usecases.ceremony import note, superior_of
from services.usecases.commit_secret import keep_commitment
from services.usecases.enter_beacon import Entered, keep_beacon, logged_beacon
from services.usecases.invite_witness import MOST_TRIES, code_digest, invitation_state, link_digest
from services.usecases.reveal_secret import keep_secret
from services.views.draws import DrawFace, cut_face, draw_face
from services.work import App, Work
from tenants.rows import Draw
from tenants.stores import commits, draws, invitations, log
from tenants.witness_rows import Invitation

ROLE = "invited_witness"
OPEN = ("open", "entered")


@dataclass(frozen=True, slots=True)
class Pass:
    """Which invitation a browser entered by."""

    bureau: str
    draw_no: int
    n: int


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything an invited witness sees: numbers, fingerprints, rules; no site, no officer.

    Attributes:
        commit: the witness's commitment as kept, hex; "" before. mine: it came by this invitation.
        told: the witness's secret was handed over. r: the logged beacon's value, hex; "" before.
        superior, escrow_public: to whom the copy of the secret is sealed, key in hex; "" without one.
    """

    row: Invitation
    face: DrawFace
    suite: int
    commit: str
    mine: bool
    told: bool
    r: str
    superior: str
    escrow_public: str


def principal_of_pass(held: Pass, name: str = "") -> Principal:
    """The person behind an invitation."""
    subject = f"invited-{held.bureau}-{held.draw_no}-{held.n}"
    return Principal(subject, name, held.bureau, frozenset({ROLE}))


async def look_at(app: App, bureau: str, token: str) -> Invitation:
    """The invitation behind a link, before the code: only whether it is open may be told.

    Raises:
        Missing: no such link. InvitationOver: it ended.
    """
    async with app.work(principal_of_pass(Pass(bureau, 0, 0))) as work:
        row = await invitations.by_link(work.db, work.scope, link_digest(token))
        return _open(work, row)


async def enter_by_code(app: App, bureau: str, token: str, code: str) -> Pass:
    """Check the six digits; a wrong one is counted for good, the tenth locks.

    Raises:
        Missing: no such link. InvitationOver: withdrawn, expired, locked. WrongCode: counted.
    """
    async with app.work(principal_of_pass(Pass(bureau, 0, 0))) as work:
        row = _open(work, await invitations.by_link(work.db, work.scope, link_digest(token)))
        right = hmac.compare_digest(code_digest(token, code.strip()), row.code)
        held = Pass(bureau, row.draw_no, row.n)
        facts = {"n": row.n, "wrong": row.tries + (not right)}
        if right:
            await invitations.entered(work.db, work.scope, row.draw_no, row.n, work.now)
        else:
            await invitations.count_wrong(work.db, work.scope, row.draw_no, row.n)
        before = {"entered_at": row.entered_at and row.entered_at.isoformat(), "wrong": row.tries}
        act = "witness.entered" if right else "witness.wrong_code"
        await note(work, act, row.draw_no, facts, before=before)
    if right:
        return held
    left = MOST_TRIES - row.tries - 1
    raise WrongCode(left=left) if left else InvitationOver("locked", most=MOST_TRIES)


async def see_draw(work: Work, held: Pass) -> Sight:
    """The draw as far as a witness sees it."""
    row, draw = await _witnessed(work, held)
    kept = await commits.of_draw(work.db, work.scope, held.bureau, held.draw_no)
    own = next((one for one in kept if one.role == "witness"), None)
    entries = await log.of_draw(work.control, draw.m) if draw.m else ()
    seen = work.seen("witness.act", assigned=work.principal.subject == principal_of_pass(held).subject)
    logged = await logged_beacon(work, draw) if draw.m else None
    key = await superior_of(work, held.bureau) if draw.state == "prepared" else None
    sight = Sight(
        row=row,
        face=cut_face(draw_face(draw, entries), seen),
        suite=draw.suite,
        commit=own.c if own else "",
        mine=own is not None and own.by == work.principal.subject,
        told=own is not None and own.revealed is not None,
        r=str(logged.entry["r"]) if logged else "",
        superior=key.name if key else "",
        escrow_public=key.escrow_public.hex() if key and key.escrow_public else "",
    )
    return seen.of("witnessed", sight)


async def commit_invited(
    work: Work, held: Pass, c: str, escrow_copy: bytes, suite: int, device_key: str
) -> None:
    """The witness's commitment, and the key its device will sign the minutes with ("" where it made none).

    Raises:
        as `commit_secret`. BadInvitation: not a device's key.
    """
    row, _ = await _witnessed(work, held)
    if device_key and (len(device_key) != 64 or not set(device_key) <= set("0123456789abcdef")):
        raise BadInvitation(device_key[:20], most=MOST_TRIES)
    await keep_commitment(work, held.draw_no, "witness", c, escrow_copy, suite)
    if device_key:
        await invitations.keep_device(work.db, work.scope, held.draw_no, held.n, device_key)
        before, after = {"device_key": row.device_key}, {"n": held.n, "device_key": device_key}
        await note(work, "witness.act", held.draw_no, after, before=before)


async def call_invited(work: Work, held: Pass, digits: str) -> Entered:
    """The digits the witness called, into the public log. Raises as `enter_beacon`."""
    await _witnessed(work, held)
    return await keep_beacon(work, held.draw_no, {"digits": digits})


async def reveal_invited(work: Work, held: Pass, key: bytes, digits: str | None) -> None:
    """The witness's secret, after the beacon. Raises as `reveal_secret`."""
    await _witnessed(work, held)
    await keep_secret(work, held.draw_no, "witness", key, digits)


async def invited_row(work: Work, held: Pass) -> Invitation:
    """The invitation, when it is still open. Raises Missing, InvitationOver."""
    return _open(work, await invitations.get(work.db, work.scope, held.draw_no, held.n))


async def _witnessed(work: Work, held: Pass) -> tuple[Invitation, Draw]:
    """The first two moves of every act: allowed, and for this draw only."""
    work.require("witness.act", assigned=work.principal.subject == principal_of_pass(held).subject)
    row = await invited_row(work, held)
    return row, await draws.get(work.db, work.scope, held.bureau, held.draw_no)


def _open(work: Work, row: Invitation) -> Invitation:
    state = invitation_state(row, work.now)
    if state not in OPEN:
        raise InvitationOver(state, most=MOST_TRIES)
    return row
