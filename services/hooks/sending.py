"""The worker delivers one webhook: signed, sent, noted. Killed in between, it is sent again with its id.

Sending stands between two short transactions, so no lock waits for another machine.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from policies.errors import Kind, Language, Problem, Wording
from policies.hooking.signing import headers_of
from services.jobs.backoff import given_up
from services.logs import say
from services.metrics import REGISTRY
from services.notify.errors import NotDelivered
from services.notify.posting import request
from services.notify.vault import Vault
from services.work import App
from tenants.hook_rows import Hook, HookDelivery
from tenants.records import OutboxItem
from tenants.scope import Scope
from tenants.stores import hooks

SHOWN = 200  # characters of an answer that are kept
GONE = 410


class HookUnheard(Problem):
    """The other side did not take it; it is tried again."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("对方没有接受推送", "2xx", "稍后自动重试；多次失败后在推送记录中显示。"),
        "en": Wording("The webhook was not taken", "2xx", "It is tried again."),
    }


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: int | None
    answer: str | None
    error: str | None


def hook_place(id: object) -> str:
    """Where an endpoint's secrets belong."""
    return f"hook/{id}"


async def deliver_hook(app: App, item: OutboxItem) -> None:
    """Carry out one order to tell an endpoint.

    Raises:
        HookUnheard: it failed, was noted, and is to be tried again.
    """
    scope, id = Scope.own(item.bureau, "system"), UUID(item.payload["delivery"])
    async with app.database.unit(scope) as db:
        row = await hooks.delivery(db, scope, id)
        hook = await hooks.get(db, scope, row.hook)
        if row.state != "waiting":
            return
        if hook.ended_at or hook.gone_at:
            await hooks.tried(db, scope, id, app.clock.now(), error="Ended", settled="dead")
            return
        secrets = await Vault(db, scope, app.keys).open(hook_place(hook.id), hook.sealed)
    found = await _send(app, hook, row, secrets)
    taken = found.status is not None and 200 <= found.status < 300
    over = found.status == GONE or given_up(item.tries)
    async with app.database.unit(scope) as db:
        await hooks.tried(
            db,
            scope,
            id,
            app.clock.now(),
            status=found.status,
            answer=found.answer,
            error=None if taken else found.error,
            settled="sent" if taken else "dead" if over else None,
        )
        if found.status == GONE:
            await hooks.gone(db, scope, hook.id, app.clock.now())
    REGISTRY.count(
        "shuangsui_messages_total", item.bureau, outcome="sent" if taken else "dead" if over else "failed"
    )
    if taken:
        return
    if not over:
        raise HookUnheard(found.status or found.error or "")
    say("hook.dead", bureau=item.bureau, level="warning", problem=found.error or str(found.status))
    REGISTRY.count("shuangsui_alarms_total", item.bureau, what="notify")


async def _send(app: App, hook: Hook, row: HookDelivery, secrets: dict[str, str]) -> _Outcome:
    now = app.wall.now()
    former = hook.former_until is not None and now < hook.former_until
    keys = [secrets["secret"], *([secrets["former"]] if former and secrets.get("former") else [])]
    headers = headers_of(str(row.id), int(now.timestamp()), row.body, keys)
    headers |= {"content-type": "application/json", "user-agent": "shuangsui-webhook/1"}
    try:
        answer = await request(app.settings.notify_reach, "POST", hook.url, row.body, headers, judge=False)
    except NotDelivered as problem:
        return _Outcome(None, None, problem.code)
    shown = answer.raw.decode("utf-8", "replace").replace("\x00", "")[:SHOWN]
    return _Outcome(answer.status, shown, f"HTTP {answer.status}")
