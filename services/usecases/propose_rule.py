"""A bureau proposes a dated, cited choice. Basis: 西环〔2024〕3号 一（四）; obligation 17."""

from collections.abc import Iterable

from services.notify.telling import tell
from services.ruling.plan_effects import effects
from services.ruling.rule_proposals import Proposal, row_of
from services.ruling.rule_trials import Trial, trial
from services.usecases.preview_rule import Preview
from services.work import Work
from tenants import journal
from tenants.errors import SecondChoice
from tenants.rows import RuleChoice
from tenants.stores import choices


async def propose_rule(work: Work, proposal: Proposal) -> Preview:
    """Keep a proposal; it counts once another person has approved it.

    Returns:
        The kept row with what it will change.

    Raises:
        As `preview_rule`. SecondChoice: the key has a choice of that day already.
    """
    work.require("rules.choose")
    row = await row_of(work, proposal)
    first_of_its_day(row, await choices.all_of(work.db, work.scope, row.bureau))
    tried = await trial(work, row)
    effect = await effects(work, tried)
    await choices.put(work.db, work.scope, row)
    await note_choice(work, "rules.choose", row, proposed_note(row, tried))
    await tell(work, "approval.waiting", act="rules.approve")
    return Preview(tried, effect)


def first_of_its_day(row: RuleChoice, kept: Iterable[RuleChoice]) -> None:
    """Said in words before the constraint says it without any. Raises SecondChoice."""
    for one in kept:
        same = (one.key, one.effective, one.item, one.subject) == (
            row.key,
            row.effective,
            row.item,
            row.subject,
        )
        if same and one.state not in ("withdrawn", "revoked"):
            raise SecondChoice(f"{row.key} {row.effective}")


def proposed_note(row: RuleChoice, tried: Trial | None) -> dict[str, object]:
    """What the journal keeps of a proposal."""
    return {
        "key": row.key,
        "effective": row.effective.isoformat(),
        "value": row.value,
        "basis": row.basis,
        "warnings": [warning.code for warning in tried.warnings] if tried else [],
    }


async def note_choice(
    work: Work,
    action: str,
    row: RuleChoice,
    after: dict[str, object],
    why: str = "",
    before: dict[str, object] | None = None,
) -> None:
    """A row of the journal about a choice."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"rules/{row.bureau}/{row.id}",
        why=why,
        before=before,
        after=after,
        at=work.now,
    )
