"""A bureau chooses its own rules: proposed, previewed, approved by a second person, withdrawn, compared."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody, QueryParameter

from policies.rulebook.rule_changes import difference
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.rule_bodies import (
    ApprovedOut,
    ChangeOut,
    ChoiceOrder,
    ChoiceOut,
    PreviewOut,
    WithdrawalOrder,
    approved_out,
    change_out,
    choice_out,
    preview_out,
)
from services.api.types import AnyBureau, Bureau, KeyInPath, Search
from services.ruling.ruleset import rules_for
from services.usecases.approve_rule import approve_rule
from services.usecases.preview_rule import Preview, preview_row, preview_rule
from services.usecases.propose_rule import propose_rule
from services.usecases.withdraw_rule import withdraw_rule
from services.web.depends import InWork
from services.work import Work
from tenants.stores import choices

InDay = Annotated[date, QueryParameter(description="A day, e.g. 2026-01-05.")]
AnyYear = Annotated[int | None, QueryParameter(ge=2000, le=2999, description="Year of the plan to compare.")]


@reads("/bureaus/{bureau:str}/rules/proposals", action="plan.read")
async def list_rule_proposals(work: InWork, bureau: Bureau, key: Search = None) -> list[ChoiceOut]:
    """The history of a bureau's choices by key and day, withdrawn and open ones included."""
    work.require("plan.read", bureau=bureau)
    rows = await choices.all_of(work.db, work.scope, bureau)
    return [choice_out(row) for row in rows if key in (None, row.key)]


@reads("/bureaus/{bureau:str}/rules/difference", action="plan.read")
async def compare_rules(
    work: InWork, bureau: Bureau, before: InDay, after: InDay, subject: AnyBureau = None
) -> list[ChangeOut]:
    """Every key whose value or citation differs between two days."""
    work.require("plan.read", bureau=bureau)
    old = await rules_for(work, bureau, subject=subject or "", on=before)
    new = await rules_for(work, bureau, subject=subject or "", on=after)
    return [change_out(one) for one in difference(old, new)]


@acts("/bureaus/{bureau:str}/rules/previews", action="rules.choose")
async def preview_rule_choice(
    once: InOnce, bureau: Bureau, data: JSONBody[ChoiceOrder], year: AnyYear = None
) -> Response[PreviewOut]:
    """Try a choice out: what changes, what is warned about, and the running year's plan. Nothing is kept.

    The counts are those of the year's kept plan, else of the roster as it stands.
    """
    return await once.run(lambda work: preview_rule(work, data.proposal(), year), preview_out)


@acts("/bureaus/{bureau:str}/rules/proposals", action="rules.choose")
async def propose_rule_choice(
    once: InOnce, bureau: Bureau, data: JSONBody[ChoiceOrder]
) -> Response[PreviewOut]:
    """Propose a choice; it counts once another person has approved it.

    Refused below the bureau's own text; where the text undercuts a parent's floor, that is warned about.
    """
    return await once.run(lambda work: propose_rule(work, data.proposal()), preview_out)


@reads(
    "/bureaus/{bureau:str}/rules/proposals/{choice:uuid}/preview",
    action="rules.choose",
    read_only=True,
    noting=True,
)
async def preview_kept_choice(
    work: InWork, bureau: Bureau, choice: KeyInPath, year: AnyYear = None
) -> PreviewOut:
    """What an open proposal would change as of today, for the person who is to approve it."""
    return preview_out(await _preview(work, bureau, choice, year))


@acts("/bureaus/{bureau:str}/rules/proposals/{choice:uuid}/approval", action="rules.approve")
async def approve_rule_choice(once: InOnce, bureau: Bureau, choice: KeyInPath) -> Response[ApprovedOut]:
    """Approve a proposal; not by the one who made it. The hash of the rules enters the public log."""
    return await once.run(lambda work: approve_rule(work, choice), approved_out)


@acts("/bureaus/{bureau:str}/rules/proposals/{choice:uuid}/withdrawal", action="rules.choose")
async def withdraw_rule_choice(
    once: InOnce, bureau: Bureau, choice: KeyInPath, data: JSONBody[WithdrawalOrder]
) -> Response[ChoiceOut]:
    """Take a proposal back, or turn it down; it stays in the history with its reason."""
    return await once.run(lambda work: withdraw_rule(work, choice, data.why), choice_out)


async def _preview(work: Work, bureau: str, choice: UUID, year: int | None) -> Preview:
    work.require("rules.choose", bureau=bureau)
    return await preview_row(work, await choices.get(work.db, work.scope, bureau, choice), year)


routes = [
    list_rule_proposals,
    compare_rules,
    preview_rule_choice,
    propose_rule_choice,
    preview_kept_choice,
    approve_rule_choice,
    withdraw_rule_choice,
]
