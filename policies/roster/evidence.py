"""What shows that a site is special: criteria of the rules, dated records, and whether one still stands.

Basis: 昆区分局方案 五、3 and 西环〔2024〕3号 一（四） name the cases; the dated record is our own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policies.roster.evidence_errors import CriterionUnknown, EvidenceIncomplete, EvidenceLater, EvidenceOver
from policies.terms import Basis, Mark

Stated = tuple[Mapping[str, str], Basis]  # cases a text names, and where it stands
LONGEST = 300  # of a document's name and number, and of a criterion in its own words
NOTE = 1000


@dataclass(frozen=True, slots=True)
class Criterion:
    """One case in which a site is special.

    Attributes:
        key: code in the bureau's rules. words: the case as the rules name it.
        cite: document and clause. mark: how sure the citation is.
        quote: the sentence as it stands in a published text; "" where none is kept verbatim.
    """

    key: str
    words: str
    cite: str
    mark: Mark
    quote: str


@dataclass(frozen=True, slots=True)
class NewEvidence:
    """A record as somebody enters it.

    Attributes:
        criterion: key of the criterion; where the bureau's rules name none, the case in its own words.
        document: name and number of the document. dated: its date.
        note: what it says of the site, or "". until: last day it counts; None = no end.
    """

    criterion: str
    document: str
    dated: date | None
    note: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A record as it is kept, complete."""

    criterion: Criterion
    document: str
    dated: date
    note: str
    until: date | None


def criteria(now: Stated, texts: Sequence[Stated] = ()) -> tuple[Criterion, ...]:
    """The criteria in force, each with the clause that names it.

    Args:
        now: what holds, the bureau's own choice before its text. texts: those that say the same key, nearest
            first: a case that a text names in the same words keeps that text's clause.
    """
    return tuple(_cited(key, words, (*texts, now)) for key, words in now[0].items())


def _cited(key: str, words: str, stated: Sequence[Stated]) -> Criterion:
    basis = next(basis for cases, basis in stated if cases.get(key) == words)
    quote = basis.sentence if basis.mark is Mark.QUOTED else ""
    return Criterion(key, words, basis.cite(), basis.mark, quote)


def judge(new: NewEvidence, known: Sequence[Criterion], today: date) -> Judged:
    """The record as it is kept.

    Args:
        known: criteria of the bureau's rules of the day; without any, the words of the record count.
        today: calendar day in China.

    Raises:
        CriterionUnknown: the rules name no such criterion. EvidenceIncomplete: something is missing.
        EvidenceLater: the document is of a day to come. EvidenceOver: its last day has passed.
    """
    document, note = new.document.strip()[:LONGEST], new.note.strip()[:NOTE]
    if not document or new.dated is None or not new.criterion.strip():
        raise EvidenceIncomplete(document or "—")
    found = _criterion(new.criterion.strip()[:LONGEST], known)
    if new.dated > today:
        raise EvidenceLater(new.dated, today=today)
    if new.until is not None and (new.until < today or new.until < new.dated):
        raise EvidenceOver(new.until, today=today)
    return Judged(found, document, new.dated, note, new.until)


def _criterion(given: str, known: Sequence[Criterion]) -> Criterion:
    if not known:
        return Criterion("", given, "", Mark.DEFAULT, "")
    for one in known:
        if given in (one.key, one.words):
            return one
    raise CriterionUnknown(given[:40], known="、".join(one.words for one in known))
