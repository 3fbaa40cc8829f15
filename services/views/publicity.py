"""Results of the running year: due, owed to the public, published."""

from policies.planning.publicity import Publicity, publicity
from policies.terms import Period
from services.ruling.ruleset import rules_for
from services.usecases.publish_notice import waiting_results
from services.work import Work
from tenants.stores import visits


async def publicity_of(work: Work, year: int) -> Publicity | None:
    """Counted over the draws of a year, by visits whose last day of publication has passed."""
    due, open_ = set(), set()
    for period in (str(Period(year, quarter)) for quarter in (1, 2, 3, 4)):
        found = await visits.of_period(work.db, work.scope, work.scope.bureau, period)
        due |= {
            v.id
            for v in found
            if v.visit_type == "random"
            and v.state != "returned"
            and v.publish_due is not None
            and v.publish_due < work.today
        }
        open_ |= {one.visit.id for one in await waiting_results(work, period)}
    return publicity(await rules_for(work, work.scope.bureau), len(due), len(due - open_))
