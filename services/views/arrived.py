"""What other systems sent and nobody has decided yet, for those who may."""

from collections.abc import Collection

from services.usecases.decide_inbound import waiting_inbound
from services.views.urgency import Todo
from services.work import Work

KINDS = {"site.import": "sites", "draw.take_in": "draw", "draw.compare": "draw"}


async def arrived(work: Work, rights: Collection[str]) -> list[Todo]:
    """Rosters that wait for their keeper, lists of drawn sites that wait to be compared or taken over."""
    mine = sorted({kind for action, kind in KINDS.items() if action in rights})
    waiting = await waiting_inbound(work) if mine else {}
    return [
        Todo(f"inbound.{kind}", "/desk/exchange/inbound", waiting[kind]) for kind in mine if waiting[kind]
    ]
