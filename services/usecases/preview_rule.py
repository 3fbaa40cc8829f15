"""What a choice would change, before anything is proposed: rules, warnings, and the running year's plan."""

from dataclasses import dataclass

from services.ruling.plan_effects import NOTHING_ASSUMED, Assumed, PlanEffect, effects
from services.ruling.rule_proposals import Proposal, row_of
from services.ruling.rule_trials import Trial, trial
from services.work import Work
from tenants.rows import RuleChoice


@dataclass(frozen=True, slots=True)
class Preview:
    """A choice tried out; nothing is kept."""

    tried: Trial
    effects: tuple[PlanEffect, ...]

    @property
    def row(self) -> RuleChoice:
        """The choice as it would be kept."""
        return self.tried.row


async def preview_rule(
    work: Work, proposal: Proposal, year: int | None = None, assumed: Assumed = NOTHING_ASSUMED
) -> Preview:
    """Try a proposal out, with the roster's numbers or others.

    Raises:
        LawProblem: unreadable, without basis, below the bureau's own text, outside the range.
        NotChoosable, NothingChanges, Missing: see `rule_proposals.row_of`.
    """
    work.require("rules.choose")
    return await preview_row(work, await row_of(work, proposal), year, assumed)


async def preview_row(
    work: Work, row: RuleChoice, year: int | None = None, assumed: Assumed = NOTHING_ASSUMED
) -> Preview:
    """Try out a choice that is kept already, as it stands today; raises as `preview_rule`."""
    tried = await trial(work, row)
    return Preview(tried, await effects(work, tried, year, assumed))
