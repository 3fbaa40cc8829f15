"""The one check that approvals follow the duties a bureau has entered. Basis: obligation 33."""

from policies.access_errors import NotTheApprover
from policies.approvers import Held, approvers, may_approve
from services.work import Work
from tenants.organisation_rows import Duty
from tenants.stores import standing


async def require_approver(work: Work) -> None:
    """Refuse an approval by somebody else than the leaders entered for today.

    Raises:
        NotTheApprover: leaders are entered with their logins, and this is none of them.
    """
    rows = await standing.all_of(work.db, work.scope, Duty, work.scope.bureau, on=work.today)
    held = [Held(row.unit, row.duty, row.name, row.person) for row in rows]
    if not may_approve(work.principal.subject, held):
        leaders = "、".join(f"{one.duty}{one.name}" for one in approvers(held))
        raise NotTheApprover(work.principal.name, leaders=leaders)
