"""Who carries out which kind of order. A kind without a consumer stays on the outbox, visibly, untried."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from policies.errors import Problem
from services.exchange.carrying import SEND, hand_over, hand_over_all
from services.hooks.sending import deliver_hook
from services.jobs.checking import check_journal
from services.jobs.importing import check_import, take_import
from services.notify.delivering import deliver_message
from services.notify.passing import pass_on
from services.notify.spreading import spread
from services.work import App
from tenants.records import OutboxItem

Run = Callable[[App, OutboxItem], Awaitable[None]]
Many = Callable[[App, Sequence[OutboxItem]], Awaitable[dict[UUID, Problem | None]]]
Asked = Callable[[App, OutboxItem], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Handler:
    """A consumer.

    Attributes:
        run: carries the order out; called again after a failure or a crash, so the same twice does no harm.
        many: carries out several of one bureau together, and says of each why it failed.
        told: asked before a second try whether the first one reached its end after all (query before resend).
    """

    run: Run
    told: Asked | None = None
    many: Many | None = None


async def _verify(app: App, item: OutboxItem) -> None:
    await check_journal(app, item.bureau)


async def _settle(app: App, item: OutboxItem) -> None:
    """Nothing is left to do: it was to tell somebody outside, and nobody outside is told.

    Versions before wrote such orders; no act does any more. The change itself stands in the visits, in the
    journal of both bureaus and, salted, in the public log.
    """


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        SEND: Handler(hand_over, many=hand_over_all),
        "hook.send": Handler(deliver_hook),
        "import.check": Handler(check_import),
        "import.take": Handler(take_import),
        "journal.verify": Handler(_verify),
        "notify.pass": Handler(pass_on),
        "notify.send": Handler(deliver_message),
        "notify.tell": Handler(spread),
        "visit.changed": Handler(_settle),
        "visit.partner_changed": Handler(_settle),
    }
)
