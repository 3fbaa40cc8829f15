"""Draws of the bureaus directly below that are past their day of opening and still closed. Basis: rd1 §11."""

from dataclasses import replace

from services.fanout import Noted, Spanned, over
from services.work import Work
from tenants.stores import bureaus, comparing
from tenants.stores.comparing import OverdueDraw

NOTED = Noted("draw.read", "draws past their day of opening")


async def overdue_draws(work: Work) -> Spanned[OverdueDraw]:
    """The oldest first, and the bureaus that could not be asked; each bureau seen notes the read."""
    work.require("draw.read")
    work.seen("draw.read")  # where nothing is overdue, everybody sees the same
    below = [entry.code for entry in await bureaus.children(work.control, work.scope.bureau)]
    seen = [code for code in below if code in work.scope.visible]

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[OverdueDraw, ...]:
        return await comparing.overdue_in(there.db, there.scope, codes, there.today)

    found = await over(work, seen, read, NOTED)
    cut = replace(found, found=tuple(_cut(work, one) for one in found.found))
    return cut.sorted_by(lambda one: (one.reveal_by, one.bureau, one.draw_no))


def _cut(work: Work, one: OverdueDraw) -> OverdueDraw:
    """As far as the reader's role sees it; a hidden number is none, not nought."""
    return work.seen("draw.read", bureau=one.bureau).of("overdue", one, outstanding=None)
