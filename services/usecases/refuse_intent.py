"""A confirmation that did not fit its act leaves a row in the journal of the bureau acted for."""

from policies.errors import Problem
from policies.terms import Principal
from services.work import App
from tenants import journal


async def refuse_intent(app: App, principal: Principal, action: str, path: str, problem: Problem) -> None:
    """Notes who tried what, and which refusal was given; the content is not kept.

    Args:
        action: row of the matrix that was tried. path: its address.
        problem: the refusal.
    """
    async with app.work(principal) as work:
        await journal.note(
            work.db,
            work.scope,
            actor=principal,
            action="intent.refused",
            target=path[:200],
            why=problem.wording("zh").title,
            after={"action": action, "refusal": problem.code},
            at=work.now,
        )
