"""A bureau enters its own text: one file in the format of docs/rules.md, every value proposed, then approved.

The text is not held by the product, so its sentences are the bureau's statement and marked so.
Basis: obligations 1, 13–17.
"""

import re
from dataclasses import dataclass
from uuid import uuid4

from policies.rulebook.law_entries import read_file
from policies.rulebook.law_entry import Entry
from policies.rulebook.law_errors import BadQuote
from policies.rulebook.law_values import plain
from policies.terms import Mark
from services.ruling.rule_choice_errors import TextRefused
from services.ruling.rule_proposals import Proposal
from services.usecases.approve_rule import Approved, approve_rows
from services.usecases.state_text import propose_text
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices

_WORDS = ("text", "clause", "quote", "note", "open_text")  # copied verbatim: no character of theirs changes
_KEY = re.compile(r"([ \t]*(?:-[ \t]+)?)([a-z][a-z_.]*)[ \t]*[:：][ \t]*")
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")


@dataclass(frozen=True, slots=True)
class Stated:
    """What was proposed, and what says nothing new; `document` is the id all rows share."""

    rows: tuple[RuleChoice, ...]
    unchanged: tuple[str, ...]
    document: str = ""


async def state_rules(work: Work, body: str, file: str = "rules.yaml") -> Stated:
    """Propose every value of a file: all or nothing.

    Args:
        work: of the bureau whose text it is.
        body: as a law file; values of the text marked `stated` with their sentence, own choices otherwise.

    Raises:
        LawProblem: the first fault, with file, line and remedy; `quoted` is refused, the text is not held.
        SecondChoice: a key has a value of that day already; an open statement of it is replaced instead.
    """
    work.require("rules.choose")
    entries = read_file(body, file)
    for entry in entries:
        if entry.basis.mark is Mark.QUOTED:
            raise BadQuote(entry.basis.mark.value, where=entry.where, key=entry.key)
    document = uuid4().hex
    try:
        async with work.db.begin_nested():  # a caller that shows the fault goes on with nothing of it kept
            tried = await propose_text(work, [_proposal(entry, document) for entry in entries])
    except TextRefused as refused:
        raise next(iter(refused.faults.values())) from refused
    return Stated(tried.rows, tried.unchanged, document)


def from_form(text: str) -> str:
    """A text typed into a page: full-width “：” after a key and “％” in a value become ":" and "%".

    Quoted strings and what is copied verbatim (text, clause, quote, note) stay as typed; lines keep numbers.
    """
    return "\n".join(_line(line) for line in text.split("\n"))


async def approve_stated(work: Work) -> tuple[Approved, ...]:
    """Approve everything proposed in the bureau in one act; raises as `approve_rows`."""
    work.require("rules.approve")
    kept = await choices.all_of(work.db, work.scope, work.scope.bureau)
    return await approve_rows(work, [row for row in kept if row.state == "proposed"])


def _line(line: str) -> str:
    found = _KEY.match(line)
    if found is None:
        return line
    lead, key, value = found[1], found[2], line[found.end() :]
    head = f"{lead}{key}: {value}" if "：" in found[0] else line
    if key in _WORDS:
        return head
    parts = _QUOTED.split(head)  # every second part is a quoted string
    return "".join(part if i % 2 else _halved(part) for i, part in enumerate(parts))


def _halved(part: str) -> str:
    return re.sub(r"：[ \t]*", ": ", part).replace("％", "%")


def _proposal(entry: Entry, document: str) -> Proposal:
    basis = entry.basis
    return Proposal(
        key=entry.key,
        value=plain(entry.value),
        effective=basis.effective,
        text=basis.text,
        clause=basis.clause,
        mark=basis.mark.value,
        checked_on=basis.checked_on,
        until=entry.until,
        quote=basis.sentence,
        item=entry.scope.item,
        subject=entry.scope.subject,
        note=entry.note,
        factors=entry.factors,
        document=document,
    )
