"""Webhooks (Standard Webhooks): endpoints, secrets shown once, the log of deliveries, told anew."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from policies.access_errors import Stranger
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import Page, moment_key, paged
from services.api.types import NO_NUL, Body, Bureau, Code, Cursor, KeyInPath, Limit, Out, show
from services.usecases.keep_hook import (
    MadeHook,
    end_hook,
    hook_log,
    keep_hook,
    list_hooks,
    renew_secret,
    tell_again,
    try_hook,
)
from services.web.depends import InWork
from services.work import Work
from tenants.hook_rows import Hook, HookDelivery, HookState

AnyRequest = Request[Any, Any, Any]
HOME = "/bureaus/{bureau:str}/webhooks"
Event = Literal[
    "draw.frozen", "draw.drawn", "draw.voided", "draw.opened", "notice.published", "notice.withdrawn"
]
InState = Annotated[HookState | None, QueryParameter(description="Only deliveries in this state.")]


class HookBody(Body):
    """An https address and the events it is told of. `words`: what it is for."""

    url: Annotated[str, Meta(max_length=500, pattern=NO_NUL, examples=["https://platform.example.org/in"])]
    events: Annotated[tuple[Event, ...], Meta(min_length=1, max_length=6)]
    words: Annotated[str, Meta(max_length=100, pattern=NO_NUL)] = ""


class HookOut(Out):
    """An endpoint. `former_until`: until when the secret before signs too. `gone_at`: it answered 410."""

    id: UUID
    bureau: Code
    url: str
    words: str
    events: tuple[str, ...]
    made_by: str
    made_at: datetime
    former_until: datetime | None
    gone_at: datetime | None
    ended_at: datetime | None


class MadeHookOut(Out):
    """An endpoint with its secret, `whsec_…`, which is shown this once."""

    hook: HookOut
    secret: str


class HookDeliveryOut(Out):
    """One event told to one endpoint. `id` is `webhook-id`; `body`: what is sent, byte for byte.
    `status`, `answer`: of the last try, the latter cut after 200 characters.
    """

    id: UUID
    hook: UUID
    event: str
    body: str
    made_at: datetime
    state: str
    tries: int
    tried_at: datetime | None
    settled_at: datetime | None
    status: int | None
    answer: str | None
    last_error: str | None


class OrderedOut(Out):
    """The delivery that was ordered."""

    delivery: UUID


@reads(HOME, action="hook.read")
async def list_webhooks(work: InWork, bureau: Bureau) -> list[HookOut]:
    """Endpoints that stand."""
    return [_hook(one) for one in await list_hooks(work)]


@acts(HOME, action="hook.manage")
async def make_webhook(work: InWork, bureau: Bureau, data: JSONBody[HookBody]) -> MadeHookOut:
    """Enter an endpoint; the secret is in this answer and nowhere else, so no answer is kept to repeat."""
    _within(work, bureau)
    return _made(await keep_hook(work, data.url, data.words, data.events))


@acts(f"{HOME}/{{hook:uuid}}/secret", action="hook.manage")
async def renew_webhook_secret(work: InWork, bureau: Bureau, hook: KeyInPath) -> MadeHookOut:
    """Another secret; for a day the one before signs beside it. As above, no answer is kept to repeat."""
    _within(work, bureau)
    return _made(await renew_secret(work, hook))


@acts(f"{HOME}/{{hook:uuid}}/end", action="hook.manage")
async def end_webhook(once: InOnce, bureau: Bureau, hook: KeyInPath) -> Response[HookOut]:
    """End an endpoint; what waits for it is given up."""
    return await once.run(lambda work: end_hook(work, hook), _hook)


@acts(f"{HOME}/{{hook:uuid}}/test", action="hook.send")
async def test_webhook(once: InOnce, bureau: Bureau, hook: KeyInPath) -> Response[OrderedOut]:
    """Send a test event; an endpoint that was gone is tried again."""
    return await once.run(lambda work: try_hook(work, hook), OrderedOut)


@reads("/bureaus/{bureau:str}/webhook-deliveries", action="hook.read")
async def list_webhook_deliveries(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    delivery_state: InState = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[HookDeliveryOut]]:
    """What was told and what came of it, the latest first."""
    rows = await hook_log(work, state=delivery_state, after=moment_key(cursor), limit=limit + 1)
    return paged(request, rows, limit, key=lambda one: f"{one.made_at.isoformat()} {one.id}", form=_delivery)


@acts("/bureaus/{bureau:str}/webhook-deliveries/{told:uuid}/redelivery", action="hook.send")
async def redeliver_webhook(once: InOnce, bureau: Bureau, told: KeyInPath) -> Response[HookDeliveryOut]:
    """Tell it anew with the same `webhook-id` and a new moment."""
    return await once.run(lambda work: tell_again(work, told), _delivery)


def _within(work: Work, bureau: str) -> None:
    """The path names the bureau acted for. Raises Stranger."""
    if bureau != work.scope.bureau:
        raise Stranger(bureau)


def _hook(row: Hook) -> HookOut:
    return show(row, HookOut)


def _made(made: MadeHook) -> MadeHookOut:
    return MadeHookOut(_hook(made.hook), made.secret)


def _delivery(row: HookDelivery) -> HookDeliveryOut:
    facts = {name: getattr(row, name) for name in HookDeliveryOut.__struct_fields__ if name != "body"}
    return HookDeliveryOut(**facts, body=row.body.decode())


routes = [
    list_webhooks,
    make_webhook,
    renew_webhook_secret,
    end_webhook,
    test_webhook,
    list_webhook_deliveries,
    redeliver_webhook,
]
