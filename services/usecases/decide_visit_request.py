"""Who neither asked nor goes decides on a visit no draw chose. Basis: 国办发〔2024〕54号 (secondary)."""

from uuid import UUID

from policies.visiting.request_errors import RequestOver
from policies.visiting.requests import check_words
from services.ruling.approvers import require_approver
from services.starting import require_state
from services.usecases.ask_visit import names_self, note
from services.usecases.ask_waiver import hand_of
from services.work import Work
from tenants.errors import SameHand
from tenants.request_rows import VisitRequest
from tenants.stores import visit_requests


async def decide_request(work: Work, id: UUID, *, approve: bool, why: str = "") -> VisitRequest:
    """Approve a request, or refuse it with a reason; an urgent visit is decided on after it was made.

    Raises:
        Missing: none of this bureau. WrongState: decided already. RequestOver: its last day has passed.
        SameHand: asked by, or naming, the person acting. NotTheApprover: this is none of the leaders entered.
        RequestRefused: no reason given for a refusal.
    """
    work.require("request.decide")
    await require_approver(work)
    found = await visit_requests.get(work.db, work.scope, id, hold=True)
    require_state("request.decide", found.state)
    if found.asked_by == work.principal.subject or await names_self(work, found.officers):
        raise SameHand(work.principal.name)
    if not approve or why.strip():
        check_words(why, what="不批准的理由")
    if approve and found.urgent_why is None and found.until < work.today:
        raise RequestOver(found.until.isoformat())
    await visit_requests.decide(work.db, work.scope, id, hand_of(work), why.strip(), approved=approve)
    made = await visit_requests.get(work.db, work.scope, id)
    await note(work, "request.decide", made, why.strip(), found)
    return made
