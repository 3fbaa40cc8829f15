"""Requests for visits for pages: the site's name, the officers' names, what may be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.access import possible
from policies.planning.deadlines import working_days_left
from policies.visiting.request_errors import RequestRefused
from policies.visiting.requests import LONGEST_MATTER, LONGEST_SOURCE, Asked
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.views.record_form import many_of, text_of
from services.visiting.kinds import types_of
from services.work import Work
from tenants.request_rows import VisitRequest
from tenants.stores import officers, sites

LIMITS = {"matter": LONGEST_MATTER, "source": LONGEST_SOURCE}


@dataclass(frozen=True, slots=True)
class RequestFace:
    """A request in words. `left`: working days to the decision of an urgent one, None for any other."""

    row: VisitRequest
    site: str
    people: tuple[str, ...]
    left: int | None

    def may(self, action: str) -> bool:
        """True when its state lets the act start."""
        return possible(action, self.row.state) and (action != "request.drop" or self.row.visit_id is None)


async def request_faces(work: Work, rows: Sequence[VisitRequest]) -> tuple[RequestFace, ...]:
    """In the order given."""
    bureau = work.scope.bureau
    found = await sites.some(work.db, work.scope, bureau, sorted({one.site_code for one in rows}))
    names = {one.code: one.name for one in found}
    people = {one.certificate: one.name for one in await officers.all_of(work.db, work.scope, bureau)}
    calendar = await calendar_for(work)
    return tuple(
        RequestFace(
            one,
            names.get(one.site_code, one.site_code),
            tuple(people.get(number, number) for number in one.officers),
            working_days_left(work.today, one.file_by, calendar)
            if one.file_by and one.state == "asked"
            else None,
        )
        for one in rows
    )


def asked_of(data: Mapping[str, Any]) -> Asked:
    """A request as typed. Raises RequestRefused: a day that cannot be read."""
    return Asked(
        text_of(data, "visit_type"),
        text_of(data, "site_code"),
        text_of(data, "matter"),
        text_of(data, "source"),
        tuple(one for one in many_of(data, "officers") if one),
        _day(data, "since", "第一天"),
        _day(data, "until", "最后一天"),
    )


def _day(data: Mapping[str, Any], name: str, what: str) -> date:
    text = text_of(data, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestRefused(text[:20], need=f"{what}，如 2026-01-05") from None


async def asking(work: Work) -> Mapping[str, Any]:
    """What the form to ask with offers: kinds of visits, officers with a valid certificate, lengths."""
    every = await officers.all_of(work.db, work.scope, work.scope.bureau)
    return {
        "kinds": types_of(await rules_for(work, work.scope.bureau, on=work.today)),
        "people": sorted(
            (one for one in every if one.valid_until is None or one.valid_until >= work.today),
            key=lambda one: one.certificate,
        ),
        "limits": LIMITS,
        "today": work.today,
    }
