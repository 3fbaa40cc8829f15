"""Draws of the bureaus directly below that are past their day of opening and still closed. Basis: rd1 §11."""

from services.fanout import Noted, Spanned, over
from services.work import Work
from tenants.stores import bureaus, comparing
from tenants.stores.comparing import OverdueDraw

NOTED = Noted("draw.read", "draws past their day of opening")


async def overdue_draws(work: Work) -> Spanned[OverdueDraw]:
    """The oldest first, and the bureaus that could not be asked; each bureau seen notes the read."""
    work.require("draw.read")
    below = [entry.code for entry in await bureaus.children(work.control, work.scope.bureau)]
    seen = [code for code in below if code in work.scope.visible]

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[OverdueDraw, ...]:
        return await comparing.overdue_in(there.db, there.scope, codes, there.today)

    found = await over(work, seen, read, NOTED)
    return found.sorted_by(lambda one: (one.reveal_by, one.bureau, one.draw_no))
