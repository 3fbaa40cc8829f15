"""A proposed choice: from the form or the API to the row that is kept, in the format of docs/rules.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from policies.errors import Missing
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_yaml import load
from policies.rulebook.rule_changes import choosable
from policies.terms import Mark
from services.ruling.rule_choice_errors import NotChoosable
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import bureaus

_PLAIN = ("text", "choice", "monthday")  # forms whose value is a text as it stands
_CHOOSABLE = frozenset(key.name for key in choosable())


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a bureau wants to choose.

    Attributes:
        key: name in `policies.rulebook.law_keys.KEYS`.
        value: JSON data, or its YAML/JSON text as in docs/rules.md.
        effective: first day. until: last day, None = until something newer.
        text, clause: the bureau's own decision.
        mark, quote: as in docs/rules.md.
        checked_on: day a person compared it with the text; None = today.
        item, subject: to what it is narrowed; "" = everything.
        factors: the six factors, needed beside a chosen ratio; not beside the bureau's own text (`stated`).
        document: id shared by everything that was entered from one document, "" for a single choice.
        published: the day the document was published, as the bureau says.
    """

    key: str
    value: Any
    effective: date
    text: str
    clause: str
    mark: str = Mark.DEFAULT.value
    checked_on: date | None = None
    until: date | None = None
    quote: str = ""
    item: str = ""
    subject: str = ""
    note: str = ""
    factors: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    published: date | None = None


async def row_of(work: Work, proposal: Proposal) -> RuleChoice:
    """The row of a proposal, not kept yet.

    Raises:
        NotChoosable: unknown, or a duty of a statute.
        Missing: `subject` is no district below. LawProblem: the value text is not readable.
    """
    if proposal.key not in _CHOOSABLE:
        raise NotChoosable(proposal.key, key=KEYS[proposal.key].zh if proposal.key in KEYS else proposal.key)
    bureau = work.scope.bureau
    below = {one.code for one in await bureaus.children(work.control, bureau)}
    if proposal.subject not in below | {"", bureau}:
        raise Missing(proposal.subject, what="下级单位")
    return RuleChoice(
        bureau=bureau,
        key=proposal.key,
        effective=proposal.effective,
        value=_value(proposal),
        basis=_basis(proposal, work.today),
        factors={name: words.strip() for name, words in proposal.factors.items() if words.strip()},
        proposed_by=work.principal.subject,
        approved_by=None,
        at=work.now,
        item=proposal.item,
        subject=proposal.subject,
    )


def _value(proposal: Proposal) -> Any:
    given = proposal.value
    if not isinstance(given, str) or KEYS[proposal.key].form in _PLAIN:
        return given.strip() if isinstance(given, str) else given
    return load(given, proposal.key).raw()


def _basis(proposal: Proposal, today: date) -> dict[str, Any]:
    days = {
        "checked_on": proposal.checked_on or today,
        "until": proposal.until,
        "published": proposal.published,
    }
    words = {
        "text": proposal.text,
        "clause": proposal.clause,
        "mark": proposal.mark,
        "sentence": proposal.quote,
        "note": proposal.note,
        "item": proposal.item,
        "subject": proposal.subject,
        "document": proposal.document,
    }
    found = {name: said.strip() for name, said in words.items() if said.strip()}
    return found | {name: day.isoformat() for name, day in days.items() if day is not None}
