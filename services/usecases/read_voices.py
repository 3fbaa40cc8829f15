"""Ratings and complaints for who answers them: not for those who made the visit.

Basis: ours; the separation follows 行政处罚法 43 (who has an interest steps aside) without being asked by it.
"""

from dataclasses import dataclass
from uuid import UUID

from policies.terms import Period
from policies.visiting.voice_errors import OwnVisit
from policies.visiting.voices import LONGEST_ANSWER, Average, average, check_words
from services.notify.vault import Vault
from services.visiting.firm_door import vault_of
from services.work import Work
from tenants import journal
from tenants.errors import SealBroken
from tenants.stores import arrivals, officers, tasks, voices
from tenants.voice_rows import Complaint

UNREADABLE = "（密文无法打开）"


@dataclass(frozen=True, slots=True)
class Read:
    """A complaint as the reader sees it.

    Attributes:
        own: the reader was at the visit: text, contact and answer stay closed.
        contact: only for who answers; "" otherwise.
    """

    row: Complaint
    own: bool
    text: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Voices:
    """Of one bureau. `words`: texts of ratings, of visits the reader was not at, in no order of time."""

    period: Period
    average: Average
    words: tuple[str, ...]
    complaints: tuple[Read, ...]

    @property
    def open(self) -> int:
        """Complaints without an answer."""
        return sum(one.row.answer is None for one in self.complaints)


async def read_voices(work: Work, period: Period, bureau: str = "") -> Voices:
    """Ratings of visits of a quarter, and the newest complaints; the reading is journalled.

    Args:
        bureau: of a district for the city's auditor, who sees no contact; default the own one.

    Raises:
        Forbidden, Stranger.
    """
    whose = bureau or work.scope.bureau
    work.require("visit.voices", bureau=whose)
    answers = whose == work.principal.bureau
    mine, vault = await _certificates(work), vault_of(work, whose)
    rated = await voices.ratings(work.db, work.scope, whose, period)
    rows = await voices.complaints(work.db, work.scope, whose)
    places = {(one.draw_no, one.slot) for one in rated} | {(one.draw_no, one.slot) for one in rows}
    made = {place: await _was_there(work, whose, *place, mine) for place in sorted(places)}
    words = [
        await _opened(vault, f"rating/{one.draw_no}/{one.slot}", one.words, "words")
        for one in rated
        if one.words and not made[one.draw_no, one.slot]
    ]
    found = []
    for row in rows:
        if made[row.draw_no, row.slot]:
            found.append(Read(row, True))
            continue
        text = await _opened(vault, f"complaint/{row.id}/text", row.text, "text")
        shown = row.contact if answers else None
        contact = await _opened(vault, f"complaint/{row.id}/contact", shown, "contact") if shown else ""
        found.append(Read(row, False, text, contact))
    if answers and found:
        await _note(work, "visit.voices", f"voices/{whose}", {"complaints": len(found)})
    return Voices(period, average(one.marks for one in rated), tuple(words), tuple(found))


async def answer_complaint(work: Work, id: UUID, words: str) -> None:
    """Answer a complaint of the own bureau, once; the firm reads it by its receipt.

    Raises:
        Missing. OwnVisit: the person was at the visit. BadVoice. WrongState: it is answered.
    """
    work.require("visit.answer")
    row = await voices.complaint(work.db, work.scope, id)
    if await _was_there(work, row.bureau, row.draw_no, row.slot, await _certificates(work)):
        raise OwnVisit(work.principal.name)
    said = check_words(words, "answer", LONGEST_ANSWER, 2)
    await voices.answer(work.db, work.scope, id, said, work.principal.subject, work.now)
    await _note(work, "visit.answer", f"complaint/{row.bureau}/{id}", {"answered": True})


async def _opened(vault: Vault, place: str, blob: bytes, name: str) -> str:
    """What was sealed; one row that does not open any more keeps nobody from the others."""
    try:
        return (await vault.open(place, blob))[name]
    except SealBroken:
        return UNREADABLE


async def _certificates(work: Work) -> frozenset[str]:
    """Every certificate the person holds in the own bureau."""
    own = work.principal.bureau
    db = await work.at(own)
    found = await officers.of_person(db, work.scope, own, work.principal.subject)
    return frozenset({one.certificate for one in found} | {work.principal.certificate} - {""})


async def _was_there(work: Work, bureau: str, draw_no: int, slot: int, mine: frozenset[str]) -> bool:
    """True for who noted the arrival, stood there or was ever of the team."""
    noted = await arrivals.of_task(work.db, work.scope, bureau, draw_no, slot)
    team = await tasks.assignments(work.db, work.scope, bureau, draw_no, slot)
    there = {str(one["certificate"]) for one in noted.officers} if noted else set()
    there |= {one.certificate for one in team}
    return bool(there & mine) or (noted is not None and noted.by == work.principal.subject)


async def _note(work: Work, action: str, target: str, after: dict[str, object]) -> None:
    await journal.note(
        work.db, work.scope, actor=work.principal, action=action, target=target, after=after, at=work.now
    )
