"""What stands and stood of an officer's own recusals and leave, for the login it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.terms import Officer
from services.usecases.my_tasks import certificate_of
from services.work import Work
from tenants.officer_rows import Span
from tenants.stores import officer_spans, officers


@dataclass(frozen=True, slots=True)
class OwnRecusals:
    """The officer, what was entered or declared (newest first), and code → name of the sites."""

    officer: Officer
    spans: tuple[Span, ...]
    sites: Mapping[str, str]

    @property
    def filed(self) -> tuple[str, ...]:
        """Sites that only the roster file names."""
        standing = {one.site for one in self.spans if one.ended_at is None}
        return tuple(code for code in self.officer.recusals if code not in standing)


async def own_recusals(work: Work) -> OwnRecusals:
    """The recusals and leave of the officer of the login. Raises NotYours: it belongs to no officer."""
    work.require("officer.declare", assigned=True)
    own, bureau = await certificate_of(work), work.scope.bureau
    officer = await officers.one(work.db, work.scope, bureau, own)
    spans = await officer_spans.in_bureau(work.db, work.scope, bureau, own)
    codes = sorted({*officer.recusals, *(one.site for one in spans if one.site)})
    names = await officer_spans.site_names(work.db, work.scope, bureau, codes)
    return OwnRecusals(officer, spans, names)
