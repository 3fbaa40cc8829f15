"""A role hands in its commitment and the copy sealed to the superior, before the lists are frozen."""

import re

from policies.access import states_of
from policies.errors import Forbidden
from services.drawing.draw_errors import BadCommitment, CommitmentTaken
from services.drawing.duty_errors import OneHandCommits
from services.drawing.suite_errors import WrongSuite
from services.usecases.ceremony import draw_in, note
from services.work import Work
from tenants.stores import draws

ROLES = {
    "bureau": frozenset({"drawer", "city_drawer"}),
    "witness": frozenset({"witness", "invited_witness"}),
}
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)


async def commit_secret(
    work: Work, draw_no: int, role: str, c: str, escrow_copy: bytes, suite: int | None = None
) -> None:
    """Keep the commitment of `role` ("bureau" or "witness"); the same one again changes nothing.

    Args:
        work: in the scope of the bureau that draws; a superior's witness opens it for that bureau.
        c: 64 hex digits, H over the secret and its place.
        escrow_copy: the secret sealed to the superior; the server cannot open it.
        suite: of the draw, as the device was told; None when the device does not say.

    Raises:
        BadCommitment: not of that form. CommitmentTaken: the role committed to something else.
        WrongSuite: the device hashed by another suite than the draw does.
        OneHandCommits: the other secret of the draw came from this person.
    """
    work.require("draw.commit")
    await keep_commitment(work, draw_no, role, c, escrow_copy, suite)


async def keep_commitment(
    work: Work, draw_no: int, role: str, c: str, escrow_copy: bytes, suite: int | None = None
) -> None:
    """As `commit_secret`, for callers that asked the matrix themselves: the invited witness's page."""
    draw = await draw_in(work, draw_no, *states_of("draw.commit"))
    if suite not in (None, draw.suite):
        raise WrongSuite(suite, wanted=draw.suite)
    if role not in ROLES or not _HEX.fullmatch(c) or not 49 < len(escrow_copy) < 1024:
        raise BadCommitment(f"{role} {c[:16]}… {len(escrow_copy)}")
    if not work.principal.roles & ROLES[role]:
        raise Forbidden(role, action="draw.commit")
    for kept in await draws.commits(work.db, work.scope, work.scope.bureau, draw_no):
        if kept.role in ROLES and kept.role != role and kept.by == work.principal.subject:
            raise OneHandCommits(work.principal.name)
        if kept.role == role:
            if kept.c != c:
                raise CommitmentTaken(role)
            return
    who = work.principal.subject
    await draws.keep_commit(work.db, work.scope, draw_no, role, c, escrow_copy, work.now, who)
    await note(work, "draw.commit", draw_no, {"role": role, "c": c})
