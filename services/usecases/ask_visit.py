"""A visit no draw chose is asked for beforehand: where, why, who goes, on which days."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID, uuid4

from policies.visiting.request_errors import RequestRefused
from policies.visiting.requests import Asked, check, check_words
from services.notify.telling import tell
from services.ruling.ruleset import rules_for
from services.starting import require_state
from services.usecases.my_tasks import certificate_of
from services.visiting.kinds import types_of
from services.visiting.visit_errors import NotYours
from services.work import Work
from tenants import journal
from tenants.request_rows import VisitRequest
from tenants.stores import officers, sites, visit_requests


async def ask_visit(work: Work, asked: Asked) -> VisitRequest:
    """Ask for a visit; it may be made once somebody else approved it.

    Raises:
        RequestRefused: kind, words, officers or days. Missing: no such site on the bureau's roster.
    """
    work.require("request.ask", assigned=await names_self(work, asked.officers))
    rules = await rules_for(work, work.scope.bureau, on=work.today)
    named = types_of(rules)
    if asked.visit_type not in named:
        told = "、".join(f"{code} {words}" for code, words in named.items())
        raise RequestRefused(asked.visit_type, need=f"检查类型为其中之一：{told}")
    known = {one.certificate for one in await officers.all_of(work.db, work.scope, work.scope.bureau)}
    check(asked, known, rules.integer("record.officers"), work.today)
    await sites.one(work.db, work.scope, work.scope.bureau, asked.site_code)
    made = VisitRequest(
        bureau=work.scope.bureau,
        id=uuid4(),
        **asdict(asked) | {"matter": asked.matter.strip(), "officers": tuple(dict.fromkeys(asked.officers))},
        asked_by=work.principal.subject,
        asked_name=work.principal.name,
        asked_at=work.now,
    )
    await keep_request(work, made)
    return made


async def keep_request(work: Work, made: VisitRequest) -> None:
    """Keep a request, note it, and tell who may decide on it."""
    await visit_requests.keep(work.db, work.scope, made)
    await note(work, "request.ask", made, "")
    await tell(work, "approval.waiting", act="request.decide")


async def drop_request(work: Work, id: UUID, why: str) -> VisitRequest:
    """Take a request back before a visit is made of it.

    Raises:
        Missing: none of this bureau. WrongState: decided against, or used. RequestRefused: no reason.
    """
    found = await visit_requests.get(work.db, work.scope, id, hold=True)
    mine = found.asked_by == work.principal.subject or await names_self(work, found.officers)
    work.require("request.drop", assigned=mine)
    require_state("request.drop", found.state)
    check_words(why, what="撤回的理由")
    await visit_requests.drop(work.db, work.scope, id, work.now, why.strip())
    made = await visit_requests.get(work.db, work.scope, id)
    await note(work, "request.drop", made, why, found)
    return made


async def requests_of(
    work: Work, *, state: str = "", after: tuple[datetime, UUID] | None = None
) -> tuple[VisitRequest, ...]:
    """Requests of the bureau, the latest first; at most 200 from a place on."""
    work.require("request.read")
    return await visit_requests.newest(work.db, work.scope, work.scope.bureau, state=state, after=after)


async def own_requests(work: Work) -> tuple[VisitRequest, ...]:
    """Requests the person asked for or is named in, the latest first."""
    work.require("request.own", assigned=True)
    own = await _own_certificate(work)
    return await visit_requests.of_person(work.db, work.scope, work.principal.subject, own)


async def names_self(work: Work, certificates: Collection[str]) -> bool:
    """Whether the person acting is among the officers."""
    return await _own_certificate(work) in certificates


async def _own_certificate(work: Work) -> str:
    try:
        return await certificate_of(work)
    except NotYours:  # a login that belongs to no officer goes on no visit
        return ""


async def note(
    work: Work, action: str, made: VisitRequest, why: str, before: VisitRequest | None = None
) -> None:
    """A step in the journal; the matter stays in its row, since it may tell of people."""
    after = {
        "state": made.state,
        "type": made.visit_type,
        "since": made.since.isoformat(),
        "until": made.until.isoformat(),
        "urgent": made.urgent_why is not None,
    }
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"visit-request/{made.bureau}/{made.id}",
        why=why,
        before={"state": before.state} if before else None,
        after=after,
        at=work.now,
    )
