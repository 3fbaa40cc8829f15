"""A bureau proposes a dated, cited choice. Basis: 西环〔2024〕3号 一（四）; DOMAIN row 17."""

from services.ruling.rule_proposals import Proposal, row_of
from services.ruling.rule_trials import effects, trial
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
    await _first_of_its_day(work, row)
    tried = await trial(work, row)
    effect = await effects(work, tried)
    await choices.put(work.db, work.scope, row)
    after = {
        "key": row.key,
        "effective": row.effective.isoformat(),
        "value": row.value,
        "basis": row.basis,
        "warnings": [warning.code for warning in tried.warnings],
    }
    await note_choice(work, "rules.choose", row, after)
    return Preview(tried, effect)


async def _first_of_its_day(work: Work, row: RuleChoice) -> None:
    """Said in words before the constraint says it without any."""
    for one in await choices.all_of(work.db, work.scope, row.bureau):
        same = (one.key, one.effective, one.item, one.subject) == (
            row.key,
            row.effective,
            row.item,
            row.subject,
        )
        if same and one.state != "withdrawn":
            raise SecondChoice(f"{row.key} {row.effective}")


async def note_choice(
    work: Work, action: str, row: RuleChoice, after: dict[str, object], why: str = ""
) -> None:
    """A row of the journal about a choice."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"rules/{row.bureau}/{row.id}",
        why=why,
        after=after,
        at=work.now,
    )
