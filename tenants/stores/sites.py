"""The roster of sites (污染源)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from policies.terms import Site, SiteKind, SiteStatus, Stratum
from tenants.rows import Change, Counts
from tenants.scope import Scope, within
from tenants.stores import bulk
from tenants.tables import site as t
from tenants.tables import site_change

_COLUMNS = [column for column in t.c if column.name in Site.__dataclass_fields__]


async def upsert(
    db: AsyncConnection,
    scope: Scope,
    sites: Sequence[Site],
    *,
    batch: UUID | None = None,
    at: datetime,
    by: str,
    reason: str,
) -> Counts:
    """Add or change sites of the own bureau; sites not named stay as they are."""
    return await bulk.upsert(db, scope, ROSTER, sites, bulk.Stamp(at, by, reason, batch))


async def listing(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    stratum: Stratum | str | None = None,
    status: SiteStatus | str | None = None,
    text: str | None = None,
    after: str = "",
    limit: int = 50,
) -> tuple[Site, ...]:
    """A page of the roster by code: the `limit` sites after the code `after`."""
    query = _of(scope, bureau).where(t.c.code > after).order_by(t.c.code).limit(limit)
    if stratum is not None:
        query = query.where(_in_stratum(Stratum(stratum)))
    if status is not None:
        query = query.where(t.c.status == str(status))
    if text:
        query = query.where(
            or_(t.c.name.icontains(text, autoescape=True), t.c.code.startswith(text, autoescape=True))
        )
    return tuple(_read(row) for row in await db.execute(query))


async def all_of(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Site, ...]:
    """The whole roster by code, every status."""
    return tuple(_read(row) for row in await db.execute(_of(scope, bureau).order_by(t.c.code)))


async def one(db: AsyncConnection, scope: Scope, bureau: str, code: str) -> Site:
    """One site. Raises Missing."""
    row = (await db.execute(_of(scope, bureau).where(t.c.code == code))).first()
    if row is None:
        raise Missing(code, what="污染源")
    return _read(row)


async def history(db: AsyncConnection, scope: Scope, bureau: str, code: str) -> tuple[Change, ...]:
    """Changes of one site, oldest first."""
    return await bulk.history(db, scope, ROSTER, bureau, code)


async def counts(db: AsyncConnection, scope: Scope, bureau: str) -> dict[str, int]:
    """Numbers of sites.

    Returns:
        Active sites: `active` = `key` + `general`; `special` and `key_special` (both flags) are counted
        within these, since special is a flag beside key and general. `stratum_special`, `stratum_key`,
        `stratum_general` are the disjoint strata of a draw. `all`, `suspended`, `closed`, `moved` count
        by status.
    """
    active = t.c.status == SiteStatus.ACTIVE.value
    tests: Mapping[str, ColumnElement[bool]] = {
        "all": t.c.code.is_not(None),
        **{str(s.value): t.c.status == s.value for s in SiteStatus},
        "key": and_(active, t.c.key),
        "general": and_(active, ~t.c.key),
        "special": and_(active, t.c.special),
        "key_special": and_(active, t.c.key, t.c.special),
        **{f"stratum_{s.value}": and_(active, _in_stratum(s)) for s in Stratum},
    }
    numbers = [func.count().filter(test).label(name) for name, test in tests.items()]
    query = select(*numbers).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return dict((await db.execute(query)).one()._mapping)


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _in_stratum(stratum: Stratum) -> ColumnElement[bool]:
    return {
        Stratum.SPECIAL: t.c.special.is_(True),
        Stratum.KEY: and_(~t.c.special, t.c.key),
        Stratum.GENERAL: and_(~t.c.special, ~t.c.key),
    }[stratum]


def _read(row: Any) -> Site:
    values = {name: row._mapping[name] for name in Site.__dataclass_fields__}
    values["kind"] = SiteKind(values["kind"])
    values["status"] = SiteStatus(values["status"])
    values["pollution"] = tuple(values["pollution"])
    values["overrides"] = tuple(values["overrides"])
    values["special_cases"] = tuple(values["special_cases"])
    values["extra"] = tuple(sorted(values["extra"].items()))
    return Site(**values)


ROSTER = bulk.Roster(t, site_change, "code", _read)
