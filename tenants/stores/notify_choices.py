"""How each person wants to be told; the addresses come and go sealed."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.notify_rows import Choice
from tenants.scope import Scope, own
from tenants.stores.common import many, run
from tenants.tables import notify_choice as t


async def of_person(db: AsyncConnection, scope: Scope, subject: str) -> Choice | None:
    """A person's choice in the own bureau, None before the first."""
    query = select(t).where(own(scope, t.c.bureau), t.c.subject == subject)
    return next(iter(await many(db, query, Choice)), None)


async def of_people(db: AsyncConnection, scope: Scope, subjects: Collection[str]) -> tuple[Choice, ...]:
    """The choices of several people of the own bureau, by login."""
    query = select(t).where(own(scope, t.c.bureau), t.c.subject.in_(subjects))
    return await many(db, query.order_by(t.c.subject), Choice)


async def keep(
    db: AsyncConnection,
    scope: Scope,
    subject: str,
    *,
    mail: bytes | None,
    mobile: bytes | None,
    events: Mapping[str, str],
    at: datetime,
) -> None:
    """Keep a person's choice in the place of the one before; an address left out is gone."""
    values = {"mail": mail, "mobile": mobile, "events": dict(events), "changed_at": at}
    added = insert(t).values(bureau=scope.bureau, subject=subject, **values)
    await run(db, added.on_conflict_do_update(index_elements=[t.c.bureau, t.c.subject], set_=values))
