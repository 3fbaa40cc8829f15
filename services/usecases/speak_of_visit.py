"""The firm rates its visit, complains about it, and reads the answer by its receipt. See `firm_door`.

The team that shows the code can open the page too: so nothing written is shown there again, and a change
or an answer needs the receipt that was given once to who wrote. Basis: ours.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

from policies.errors import Missing
from policies.visiting.voice_errors import AlreadyRated, ComplaintsFull
from policies.visiting.voices import (
    LONGEST_CONTACT,
    LONGEST_TEXT,
    LONGEST_WORDS,
    MOST_COMPLAINTS,
    check_marks,
    check_words,
)
from services.visiting.firm_door import Entered, digest_of, own_door, vault_of
from services.work import Work
from tenants import journal
from tenants.stores import voices
from tenants.voice_rows import Complaint, Rating

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that are taken for another
SHORTEST_TEXT = 5


async def rate_visit(
    work: Work, entered: Entered, marks: Mapping[str, object], words: str = "", receipt: str = ""
) -> str:
    """Keep the rating, or change it by its receipt, which is answered. Raises BadVoice, AlreadyRated."""
    work.require("visit.rate", assigned=own_door(work, entered))
    kept, said = check_marks(marks), check_words(words, "words", LONGEST_WORDS)
    door = entered.door
    await work.hold(door.bureau, "visit_rating", str(door.draw_no), str(door.slot))
    known = await voices.rating_of(work.db, work.scope, door.draw_no, door.slot)
    given = plain_receipt(receipt) if known else _new_receipt()
    if known and not hmac.compare_digest(digest_of("rating", given), known.receipt):
        raise AlreadyRated(known.at.date())
    place = f"rating/{door.draw_no}/{door.slot}"
    sealed = await vault_of(work, door.bureau).seal(place, {"words": said}, work.now) if said else None
    row = Rating(
        door.bureau, door.draw_no, door.slot, kept, sealed, digest_of("rating", given), work.now, work.now
    )
    if known:
        await voices.rate_again(work.db, work.scope, replace(row, at=known.at))
    else:
        await voices.rate(work.db, work.scope, row)
    await _note(work, entered, "visit.rate", {"changed": known is not None})
    return given


async def complain(work: Work, entered: Entered, text: str, contact: str = "") -> str:
    """Keep a complaint; the answer is its receipt. Raises BadVoice, ComplaintsFull."""
    work.require("visit.complain", assigned=own_door(work, entered))
    said = check_words(text, "text", LONGEST_TEXT, SHORTEST_TEXT)
    reached = check_words(contact, "contact", LONGEST_CONTACT)
    door, vault = entered.door, vault_of(work, entered.door.bureau)
    await work.hold(door.bureau, "visit_complaint", str(door.draw_no), str(door.slot))
    known = await voices.complaints_of(work.db, work.scope, door.draw_no, door.slot)
    if len(known) >= MOST_COMPLAINTS:
        raise ComplaintsFull(len(known), most=MOST_COMPLAINTS)
    given, id = _new_receipt(), uuid4()
    row = Complaint(
        door.bureau,
        id,
        door.draw_no,
        door.slot,
        await vault.seal(f"complaint/{id}/text", {"text": said}, work.now),
        await vault.seal(f"complaint/{id}/contact", {"contact": reached}, work.now) if reached else None,
        digest_of("complaint", given),
        work.now,
    )
    await voices.complain(work.db, work.scope, row)
    await _note(work, entered, "visit.complain", {"complaint": str(id), "contact": bool(reached)})
    return given


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receipt shows: never the complaint itself."""

    row: Complaint
    receipt: str


async def answer_by_receipt(work: Work, entered: Entered, receipt: str) -> Answered:
    """The complaint of a receipt, about this visit. Raises Missing."""
    work.require("visit.seen", assigned=own_door(work, entered))
    given = plain_receipt(receipt)
    wanted = digest_of("complaint", given)
    for row in await voices.complaints_of(work.db, work.scope, entered.door.draw_no, entered.door.slot):
        if hmac.compare_digest(row.receipt, wanted):
            return Answered(row, given)
    raise Missing("", what="回执")


def plain_receipt(typed: str) -> str:
    """A receipt as it was given: capital letters in three groups of four."""
    letters = "".join(one for one in typed.upper()[:40] if one in LETTERS)
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _new_receipt() -> str:
    return plain_receipt("".join(secrets.choice(LETTERS) for _ in range(12)))


async def _note(work: Work, entered: Entered, action: str, after: Mapping[str, object]) -> None:
    """Who wrote is the firm of the visit; what it wrote stands nowhere but in its sealed row."""
    door = entered.door
    await journal.note(
        work.db, work.scope, actor=work.principal, action=action,
        target=f"draw/{door.bureau}/{door.draw_no}/{door.slot}/voice", after=dict(after), at=work.now,
    )  # fmt: skip
