"""A draw that is not frozen is given another intent: its number and commitments stay.

A number is never given back and numbers are frozen in order, so this is the way out of a mistyped period, a
missed window, or a draw nobody wants any more. Commitments name bureau and number only. Basis: rd1 §2, §3.
"""

from datetime import date, datetime

from services.usecases.ceremony import held_draw, note
from services.usecases.prepare_draw import PrepareDraw, intent_of, shown
from services.work import Work
from tenants.rows import DrawIntent
from tenants.stores import draws


async def amend_draw(
    work: Work,
    draw_no: int,
    beacon_at: datetime | None = None,
    reveal_by: date | None = None,
    *,
    subject: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    item: str | None = None,
) -> DrawIntent:
    """Change what a draw is to be; whatever is None stays as it is.

    Another unfrozen draw with the new intent takes over the former one: the two change places.

    Args:
        beacon_at: aware; lies in the draw window of the period.
        reveal_by: last day of secrecy, no later than `days.reveal` allows; with a new period and
            no day given, the default of that period.

    Raises:
        WrongState: frozen already; void it instead.
        OutsideWindow, BadDates, BadOrder: as for `prepare_draw`. SecondDraw: a frozen draw has that intent.
    """
    work.require("draw.prepare")
    draw = await held_draw(work, draw_no, "prepared")
    order = PrepareDraw(
        subject or draw.subject,
        period or draw.period,
        beacon_at or draw.beacon_at or work.now,
        item or draw.item,
        kind or draw.kind,
        reveal_by or (draw.reveal_by if period in (None, draw.period) else None),
    )
    intent = await intent_of(work, order)
    await draws.amend(work.db, work.scope, draw_no, intent)
    named = ("subject", "item", "kind", "period")
    before: dict[str, object] = {name: getattr(draw, name) for name in named}
    before["beacon_at"] = draw.beacon_at.isoformat() if draw.beacon_at else None
    await note(work, "draw.prepare", draw_no, shown(intent), before=before)
    return intent
