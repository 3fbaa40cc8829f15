"""A document of the bureau with all its values: previewed, proposed, approved or withdrawn as one set."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import uuid4

from litestar import Response
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.rule_bodies import (
    ApprovedOut,
    ChangeOut,
    ChoiceOut,
    EffectOut,
    Name,
    WithdrawalOrder,
    approved_out,
    change_out,
    choice_out,
    effect_out,
)
from services.api.rules import WarningOut
from services.api.types import Body, Bureau, Out, Words, show
from services.ruling.plan_effects import CLASSES, Assumed
from services.ruling.rule_proposals import Proposal
from services.usecases.state_text import (
    TextTried,
    approve_text,
    propose_text,
    text_rows,
    try_text,
    withdraw_text,
)
from services.web.depends import InWork
from tenants.rows import RuleChoice

Document = Annotated[str, PathParameter(pattern=r"^[0-9a-f]{32}$", description="Id of the document.")]
AnyCount = Annotated[int, Meta(ge=0, le=1_000_000)] | None
Clause = Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")]


class TextRow(Body):
    """One rule the document states, in the form of docs/rules.md; `quote`: its sentence, word for word."""

    key: Name
    value: Any
    clause: Clause
    quote: Words = ""
    note: Words = ""


class TextTrial(Body):
    """Numbers to plan with instead of the roster's, for a preview only."""

    year: Annotated[int, Meta(ge=2000, le=2999)] | None = None
    staff: AnyCount = None
    key: AnyCount = None
    general: AnyCount = None
    special: AnyCount = None
    key_special: AnyCount = None

    def assumed(self) -> Assumed:
        """As the use case takes it."""
        return Assumed({name: getattr(self, name) for name in CLASSES}, self.staff)


class TextOrder(Body):
    """A document and every rule it states.

    `mark` is `stated` for the bureau's own text, then every row needs its sentence; other marks are choices
    under that text, and a ratio among them needs the six `factors`.
    """

    text: Clause
    effective: date
    rows: Annotated[list[TextRow], Meta(min_length=1, max_length=200)]
    mark: Literal["stated", "default", "confirmed", "secondary", "unverified"] = "stated"
    published: date | None = None
    checked_on: date | None = None
    until: date | None = None
    item: Words = ""
    subject: Annotated[str, Meta(pattern=r"^(\d{6})?$")] = ""
    factors: dict[str, Words] = {}
    trial: TextTrial | None = None

    def proposals(self) -> list[Proposal]:
        """As the use case takes it, with an id of the document made now."""
        document = uuid4().hex
        return [
            Proposal(
                key=row.key,
                value=row.value,
                effective=self.effective,
                text=self.text,
                clause=row.clause,
                mark=self.mark,
                checked_on=self.checked_on,
                until=self.until,
                quote=row.quote,
                item=self.item,
                subject=self.subject,
                note=row.note,
                factors=self.factors if row.key.startswith("rate.") and self.mark != "stated" else {},
                document=document,
                published=self.published,
            )
            for row in self.rows
        ]


class TextOut(Out):
    """A document tried out or kept; `document` is empty when nothing of it is new.

    `unchanged`: keys that say what is in force already. The rest tells what all rows change together.
    """

    document: str
    choices: list[ChoiceOut]
    unchanged: list[str]
    changes: list[ChangeOut]
    warnings: list[WarningOut]
    effects: list[EffectOut]


@acts("/bureaus/{bureau:str}/rules/texts/previews", action="rules.choose")
async def preview_rule_text(once: InOnce, bureau: Bureau, data: JSONBody[TextOrder]) -> Response[TextOut]:
    """Try a whole document out, with the roster's numbers or those of `trial`. Nothing is kept.

    A refusal lists under `faults` what is wrong, key by key.
    """
    trial = data.trial or TextTrial()
    return await once.run(
        lambda work: try_text(work, data.proposals(), trial.year, trial.assumed()), _text_out
    )


@acts("/bureaus/{bureau:str}/rules/texts", action="rules.choose")
async def propose_rule_text(once: InOnce, bureau: Bureau, data: JSONBody[TextOrder]) -> Response[TextOut]:
    """Propose every rule of a document, all or nothing; another person approves them in one act."""
    return await once.run(lambda work: propose_text(work, data.proposals()), _text_out)


@reads("/bureaus/{bureau:str}/rules/texts/{document:str}", action="plan.read")
async def get_rule_text(work: InWork, bureau: Bureau, document: Document) -> list[ChoiceOut]:
    """Every rule entered from a document, settled ones included."""
    return [choice_out(row) for row in await text_rows(work, document, bureau)]


@acts("/bureaus/{bureau:str}/rules/texts/{document:str}/approval", action="rules.approve")
async def approve_rule_text(once: InOnce, bureau: Bureau, document: Document) -> Response[list[ApprovedOut]]:
    """Approve what is open of a document in one act; the rules it makes enter the public log once."""
    return await once.run(
        lambda work: approve_text(work, document), lambda done: [approved_out(one) for one in done]
    )


@acts("/bureaus/{bureau:str}/rules/texts/{document:str}/withdrawal", action="rules.choose")
async def withdraw_rule_text(
    once: InOnce, bureau: Bureau, document: Document, data: JSONBody[WithdrawalOrder]
) -> Response[list[ChoiceOut]]:
    """Take back, or turn down, what is open of a document."""
    return await once.run(lambda work: withdraw_text(work, document, data.why), _choices)


def _choices(rows: tuple[RuleChoice, ...]) -> list[ChoiceOut]:
    return [choice_out(row) for row in rows]


def _text_out(tried: TextTried) -> TextOut:
    rules = tried.tried
    return TextOut(
        document=str(tried.rows[0].basis.get("document", "")) if tried.rows else "",
        choices=_choices(tried.rows),
        unchanged=list(tried.unchanged),
        changes=[change_out(one) for one in rules.changes] if rules else [],
        warnings=[show(one.as_dict(), WarningOut) for one in rules.warnings] if rules else [],
        effects=[effect_out(one) for one in tried.effects],
    )


routes = [preview_rule_text, propose_rule_text, get_rule_text, approve_rule_text, withdraw_rule_text]
