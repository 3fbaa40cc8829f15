"""The two clocks of a recorded visit, upload and publication, and the end of a list's secrecy."""

from datetime import date

from policies.planning.deadlines import NATIONAL, Calendar, Deadline, add_working_days, upload_deadline
from policies.rulebook.rules import Rules
from policies.terms import Period


def result_clocks(
    rules: Rules,
    visit_end: date,
    *,
    period: Period | None = None,
    ordered: bool = False,
    calendar: Calendar = NATIONAL,
) -> tuple[Deadline, Deadline]:
    """Last days to upload and to publish the result of a visit.

    Args:
        rules: of the bureau that keeps the record.
        visit_end: day the visit ended, local.
        period: of the draw; None for visits that no draw chose.
        ordered: a correction was ordered: an enforcement decision, published by `days.publish_decision` when
            that is sooner than `days.publish`.

    Basis: obligations 24, 26 and 28; §2 (国办发〔2018〕118号).
    """
    upload = upload_deadline(rules, upload_start(rules, visit_end, period), calendar)
    decision = rules.get("days.publish_decision") if ordered else None
    days = min([rules.integer("days.publish"), *([decision.value] if decision is not None else [])])
    return upload, add_working_days(visit_end, days, calendar)


def upload_start(rules: Rules, visit_end: date, period: Period | None) -> date:
    """The day after which the working days of `days.upload` are counted.

    Both texts count from the end of the field work (现场抽查工作结束后). `visit_end` reads it as this visit,
    `draw_end` as the field work of the whole draw: the last day of its quarter. A visit that ends later
    starts its own clock; one that no draw chose has no quarter and always does.
    """
    start = rules.get("days.upload_start")
    if period is None or start is None or start.value != "draw_end":
        return visit_end
    return max(visit_end, period.last)


def reveal_deadline(rules: Rules, period: Period, calendar: Calendar = NATIONAL) -> date:
    """Last day of a list's secrecy where the bureau names none: `days.reveal` after its quarter."""
    return add_working_days(period.last, rules.integer("days.reveal"), calendar).day
