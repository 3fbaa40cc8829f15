"""A proposal is taken back or turned down before anyone approved it; it stays for the record."""

from uuid import UUID

from services.ruling.rule_choice_errors import WhyMissing
from services.usecases.propose_rule import note_choice
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices


async def withdraw_rule(work: Work, choice: UUID, why: str) -> RuleChoice:
    """Withdraw an open proposal.

    Raises:
        WhyMissing: no reason. Missing: no such choice. WrongState: it is approved or withdrawn already.
    """
    work.require("rules.choose")
    if not why.strip():
        raise WhyMissing
    row = await choices.get(work.db, work.scope, work.scope.bureau, choice)
    await choices.withdraw(
        work.db, work.scope, row.id, by=work.principal.subject, at=work.now, why=why.strip()
    )
    after: dict[str, object] = {"key": row.key, "withdrawn": True}
    await note_choice(work, "rules.choose", row, after, why.strip(), {"state": row.state})
    return await choices.get(work.db, work.scope, row.bureau, row.id)
