"""A bureau's own choices as they are ordered and answered."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta

from policies.rulebook.rule_changes import RuleChange
from services.api.rules import RuleOut, WarningOut
from services.api.types import Body, Code, Hash, Index, Out, Reason, Words, show
from services.ruling.plan_effects import PlanEffect
from services.ruling.rule_proposals import Proposal
from services.usecases.approve_rule import Approved
from services.usecases.preview_rule import Preview
from tenants.rows import RuleChoice

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z_.]+$", examples=["rate.key"])]


class ChoiceOrder(Body):
    """A dated, cited choice in the form of docs/rules.md; see `/rules/schema`.

    `value` is JSON, or its YAML text: `{base: share, value: 1/4, per: quarter}`. A chosen ratio needs the six
    `factors`. `subject` narrows it to a district's roster, `item` to one item of inspection.
    """

    key: Name
    value: Any
    effective: date
    text: Words
    clause: Words
    mark: Literal["confirmed", "secondary", "unverified", "default", "stated"] = "default"
    checked_on: date | None = None
    until: date | None = None
    quote: Words = ""
    item: Words = ""
    subject: Annotated[str, Meta(pattern=r"^(\d{6})?$")] = ""
    note: Words = ""
    factors: dict[str, Words] = {}

    def proposal(self) -> Proposal:
        """As the use case takes it."""
        return Proposal(**{name: getattr(self, name) for name in self.__struct_fields__})


class WithdrawalOrder(Body):
    """Why the proposal is taken back or turned down; kept with it."""

    why: Reason


class ChoiceOut(Out):
    """A choice and where it stands; `basis` as in a law file."""

    id: UUID
    bureau: Code
    key: str
    effective: date
    item: str
    subject: str
    value: Any
    basis: dict[str, Any]
    factors: dict[str, Any]
    state: Literal["proposed", "approved", "withdrawn", "revoked"]
    proposed_by: str
    at: datetime
    approved_by: str | None
    approved_at: datetime | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    revoked_at: datetime | None


class ChangeOut(Out):
    """One key before and after; `cited`: the same value from another text or day."""

    key: str
    zh: str
    en: str
    kind: Literal["added", "removed", "changed", "cited"]
    before: RuleOut | None
    after: RuleOut | None


class EffectOut(Out):
    """The year of one roster and item; `lines`: numbers that differ; `missing`: a key without a rule."""

    subject: Code
    item: str
    year: int
    source: Literal["plan", "roster", "assumed"]
    counts: dict[str, int]
    staff: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    lines: list[dict[str, Any]]
    missing: str


class PreviewOut(Out):
    """What a choice changes from `on` on; `backdated`: plans made since then are to be made again."""

    choice: ChoiceOut
    on: date
    backdated: bool
    changes: list[ChangeOut]
    warnings: list[WarningOut]
    effects: list[EffectOut]


class ApprovedOut(Out):
    """`h` is the SHA-256 of the JCS of the rules in force on `on`; entry `log` of the public log holds it."""

    choice: ChoiceOut
    h: Hash
    log: Index
    on: date
    warnings: list[WarningOut]


def choice_out(row: RuleChoice) -> ChoiceOut:
    """One choice."""
    return show(row, ChoiceOut)


def preview_out(preview: Preview) -> PreviewOut:
    """A preview, or a proposal just kept."""
    tried = preview.tried
    return PreviewOut(
        choice=choice_out(tried.row),
        on=tried.on,
        backdated=tried.backdated,
        changes=[change_out(one) for one in tried.changes],
        warnings=[show(one.as_dict(), WarningOut) for one in tried.warnings],
        effects=[effect_out(one) for one in preview.effects],
    )


def change_out(change: RuleChange) -> ChangeOut:
    """One key."""
    return show(change.as_dict(), ChangeOut)


def approved_out(done: Approved) -> ApprovedOut:
    """An approval with its place in the log."""
    return ApprovedOut(
        choice=choice_out(done.row),
        h=done.h,
        log=done.index,
        on=done.on,
        warnings=[show(one.as_dict(), WarningOut) for one in done.warnings],
    )


def effect_out(effect: PlanEffect) -> EffectOut:
    """The plan of one roster and item."""
    return show(effect, EffectOut)
