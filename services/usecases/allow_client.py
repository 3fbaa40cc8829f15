"""Programs of the province: let in for a bureau from one day to another, and ended.

The identity service proves which program asks; what it may read, and where, stands here.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal
from uuid import UUID, uuid4

from policies.errors import Language, Missing, Problem, Wording
from services.work import Work
from tenants import journal
from tenants.client_rows import ApiClient
from tenants.stores import api_clients

ROLE: Literal["provincial_client"] = "provincial_client"
LONGEST = timedelta(days=366)  # our own limit: somebody looks again at least once a year
CLIENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class BadClient(Problem):
    """An order to let a program in that cannot be carried out."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("接口客户端不能登记", "{need}", "请核对后重试。"),
        "en": Wording("The API client cannot be registered", "{need}", "Check what was entered."),
    }


class ClientStands(Problem):
    """The program is let in already."""

    kind: ClassVar = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("该客户端已登记且未结束", "未登记或已结束的客户端", "续期请先结束原登记，再重新登记。"),
        "en": Wording("This client is registered already", "one not registered, or ended", "End it first."),
    }


@dataclass(frozen=True, slots=True)
class NewClient:
    """A program to let in from today.

    Attributes:
        client: its client id at the identity service, never the site's own.
        subject: the `sub` of its account there; "" takes whichever account that client has.
        name: the platform it belongs to. until: last day, at most a year ahead.
    """

    client: str
    name: str
    until: date
    subject: str = ""


async def allow_client(work: Work, order: NewClient) -> ApiClient:
    """Let a program read for this bureau and those below it: plans, and the numbers of draws.

    Raises:
        BadClient: id, name or days. ClientStands: an earlier registration has not been ended.
    """
    work.require("client.allow")
    _check(work, order)
    kept = await api_clients.in_bureau(work.control, work.scope, work.scope.bureau)
    if any(one.client == order.client and one.ended_at is None for one in kept):
        raise ClientStands(order.client)
    made = ApiClient(
        bureau=work.scope.bureau,
        id=uuid4(),
        client=order.client,
        subject=order.subject,
        name=order.name.strip(),
        role=ROLE,
        valid_from=work.today,
        valid_until=order.until,
        allowed_by=work.principal.subject,
        allowed_at=work.now,
    )
    await api_clients.allow(work.control, work.scope, made)
    await _note(work, "client.allow", made)
    return made


async def end_client(work: Work, id: UUID) -> ApiClient:
    """End a registration: it is gone with the program's next request.

    Raises:
        Missing: none of this bureau. WrongState: it is over already.
    """
    work.require("client.allow")
    kept = await api_clients.in_bureau(work.control, work.scope, work.scope.bureau)
    found = next((one for one in kept if one.id == id), None)
    if found is None:
        raise Missing(str(id), what="接口客户端")
    await api_clients.end(work.control, work.scope, id, by=work.principal.subject, at=work.now)
    await _note(work, "client.end", found, before={"ended": False})
    return replace(found, ended_at=work.now, ended_by=work.principal.subject)


async def clients(work: Work, bureau: str = "") -> tuple[ApiClient, ...]:
    """Programs let in by the own bureau, or one below it; ended ones included."""
    target = bureau or work.scope.bureau
    work.require("client.read", bureau=target)
    return await api_clients.in_bureau(work.control, work.scope, target)


def _check(work: Work, order: NewClient) -> None:
    settings = work.app.settings
    if not CLIENT.fullmatch(order.client):
        raise BadClient(order.client[:60], need="身份服务中的客户端标识：字母、数字、点、下划线、连字符")
    if order.client in (settings.keycloak_client, settings.keycloak_admin_client):
        raise BadClient(order.client, need="省平台自己的客户端，不是本站的客户端")
    if not order.name.strip() or len(order.name) > 100 or not order.name.isprintable():
        raise BadClient("", need="平台名称，1 至 100 个字符")
    if len(order.subject) > 100 or not order.subject.isprintable():
        raise BadClient("", need="服务账号标识（sub），至多 100 个字符")
    if not work.today <= order.until <= work.today + LONGEST:
        last = (work.today + LONGEST).isoformat()
        raise BadClient(order.until.isoformat(), need=f"最后一天在 {work.today.isoformat()} 至 {last} 之间")


async def _note(work: Work, action: str, made: ApiClient, before: dict[str, bool] | None = None) -> None:
    after = {"client": made.client, "name": made.name, "role": made.role}
    after |= {"from": made.valid_from.isoformat(), "until": made.valid_until.isoformat()}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"client/{made.client}",
        before=before,
        after=after,
        at=work.now,
    )
