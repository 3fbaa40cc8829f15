"""The roster of sites (污染源)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from policies.roster.gaps import EVIDENCE, PLACE
from policies.roster.undo import Step
from policies.terms import Site, SiteKind, SiteStatus, Stratum
from tenants.locks import hold
from tenants.ready import ANYONE, Ready, given
from tenants.rows import Change, Counts
from tenants.scope import Scope, own, within
from tenants.stores import bulk, evidence
from tenants.tables import site as t
from tenants.tables import site_change

_FIELDS = tuple(Site.__dataclass_fields__)
_COLUMNS = [column for column in t.c if column.name in _FIELDS]
_TEXTS = frozenset(column.name for column in _COLUMNS if isinstance(column.type, Text))
_COUNTED = (
    "all", *(one.value for one in SiteStatus), "key", "general", "special", "key_special",
    *(f"stratum_{one.value}" for one in Stratum),
)  # fmt: skip


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
    division: str = "",
    industry: str = "",
    pollution: str = "",
    lacking: str = "",
    on: date = date.min,
    by_name: bool = False,
    down: bool = False,
    after: str = "",
    after_name: str | None = None,
    limit: int = 50,
) -> tuple[Site, ...]:
    """A page of the roster by code or by name: the `limit` sites after the one with the code `after`.

    Args:
        by_name: by name (as its characters are numbered), equal names by code. down: the last first.
        after_name: name of the site before the page, where the order is by name.
        text: in the name, or what the site's code or its credit code begins with.
        division, industry: in these. pollution: one of its kinds.
        lacking: a field that is empty: a column, "place", a bureau's own field, or "evidence": special
            sites for which no dated record stands on the day `on`.
    """
    asked = _asked(stratum, status, text, division, industry, pollution, lacking, on)
    query = _of(scope, bureau).with_only_columns(t.c.code).where(*asked)
    keys = (t.c.name, t.c.code) if by_name else (t.c.code,)
    if after:
        before = (after_name or "", after) if by_name else (after,)
        query = query.where(tuple_(*keys) < before if down else tuple_(*keys) > before)
    order = [key.desc() if down else key for key in keys]
    # the codes are found in an index alone, then only the page's rows are read
    found = query.order_by(*order).limit(limit).subquery("found")
    page = _of(scope, bureau).join(found, found.c.code == t.c.code).order_by(*order)
    return tuple(_read(row) for row in await db.execute(page))


async def matching(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    stratum: Stratum | str | None = None,
    status: SiteStatus | str | None = None,
    text: str | None = None,
    division: str = "",
    industry: str = "",
    pollution: str = "",
    lacking: str = "",
    on: date = date.min,
    most: int = 10_000,
) -> int:
    """How many sites a query of `listing` finds; beyond `most` they are not counted: `most` + 1."""
    asked = _asked(stratum, status, text, division, industry, pollution, lacking, on)
    some = _of(scope, bureau).with_only_columns(t.c.code).where(*asked).limit(most + 1).subquery("some")
    return int(await db.scalar(select(func.count()).select_from(some)) or 0)


async def last_change(db: AsyncConnection, scope: Scope, bureau: str) -> str:
    """A word for the roster's last change, "" before the first: as long as it stays, so does the roster.

    The transaction that made the change is part of it, so one that is undone leaves no word behind.
    """
    c = site_change.c
    query = select(c.n, literal_column("site_change.xmin::text"))
    query = query.where(within(scope, c.bureau), c.bureau == bureau).order_by(c.n.desc()).limit(1)
    found = (await db.execute(query)).first()
    return f"{found[0]}/{found[1]}" if found else ""


async def all_of(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[Site, ...]:
    """The whole roster by code, every status."""
    return tuple(_read(row) for row in await db.execute(_of(scope, bureau).order_by(t.c.code)))


async def some(db: AsyncConnection, scope: Scope, bureau: str, codes: Sequence[str]) -> tuple[Site, ...]:
    """Those of the codes the bureau has, by code."""
    query = _of(scope, bureau).where(t.c.code == any_(literal(list(codes), ARRAY(Text)))).order_by(t.c.code)
    return tuple(_read(row) for row in await db.execute(query))


async def one(db: AsyncConnection, scope: Scope, bureau: str, code: str) -> Site:
    """One site. Raises Missing."""
    row = await _ONE.row(db, scope, bureau=bureau, code=code)
    if row is None:
        raise Missing(code, what="污染源")
    return _site(dict(row))


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
    rows = await db.execute(
        select(t.c.status, t.c.key, t.c.special, func.count())
        .where(within(scope, t.c.bureau), t.c.bureau == bureau)
        .group_by(t.c.status, t.c.key, t.c.special)
    )
    found = Counter(dict.fromkeys(_COUNTED, 0))
    for status, key, special, number in rows:
        found.update(dict.fromkeys(_counted(status, key=key, special=special), number))
    return dict(found)


async def import_steps(db: AsyncConnection, scope: Scope, id: UUID) -> tuple[Step[Site], ...]:
    """Every change an import made in the own bureau, by code; holds the roster until the transaction ends."""
    await hold(db, "roster", t.name, scope.bureau)
    c = site_change
    newest = select(c.c.code, func.max(c.c.n).label("n")).where(own(scope, c.c.bureau)).group_by(c.c.code)
    last = newest.subquery("last")  # once for all rows: there is no index by code
    query = select(c.c.before, c.c.after, (last.c.n > c.c.n).label("overtaken"))
    query = query.join(last, last.c.code == c.c.code).where(own(scope, c.c.bureau), c.c.batch == id)
    return tuple(
        Step(_was(row.before) if row.before else None, _was(row.after), bool(row.overtaken))
        for row in await db.execute(query.order_by(c.c.code, c.c.n))
    )


def _counted(status: str, *, key: bool, special: bool) -> list[str]:
    """Which of the numbers a site of this kind is in."""
    if status != SiteStatus.ACTIVE.value:
        return ["all", status]
    stratum = Stratum.SPECIAL if special else Stratum.KEY if key else Stratum.GENERAL
    both = ["special", *(["key_special"] if key else [])] if special else []
    return ["all", status, "key" if key else "general", *both, f"stratum_{stratum.value}"]


def _asked(
    stratum: Stratum | str | None,
    status: SiteStatus | str | None,
    text: str | None,
    division: str,
    industry: str,
    pollution: str,
    lacking: str,
    on: date,
) -> list[ColumnElement[bool]]:
    """What the fields of a query ask for, see `listing`."""
    found: list[ColumnElement[bool]] = []
    if stratum is not None:
        found.append(_in_stratum(Stratum(stratum)))
    if status is not None:
        found.append(t.c.status == str(status))
    if text:
        starts = (column.like(_like(text, "", "%")) for column in (t.c.code, t.c.credit_code))
        found.append(or_(_named(text), *starts))
    if division:
        found.append(t.c.division.like(_like(division)))
    if industry:
        found.append(t.c.industry.like(_like(industry)))
    if pollution:
        found.append(literal(pollution) == any_(t.c.pollution))
    if lacking:
        found.append(_lacks(lacking, on))
    return found


def _named(text: str) -> ColumnElement[bool]:
    """Names that hold the text in any case; a text without cases (汉字) spares lowering every name."""
    if text.lower() == text.upper():
        return t.c.name.like(_like(text))
    return t.c.name.ilike(_like(text))


def _like(text: str, before: str = "%", after: str = "%") -> str:
    """A pattern made here: one put together by the server is put together anew for every row."""
    plain = "".join(f"\\{c}" if c in "\\%_" else c for c in text)
    return f"{before}{plain}{after}"


def _lacks(field: str, on: date) -> ColumnElement[bool]:
    """What `policies.roster.gaps` calls a gap; of key and special sites alone where it says so."""
    live = t.c.status.in_(("active", "suspended"))
    if field == EVIDENCE:
        return and_(live, evidence.lacking(on))
    if field == PLACE:
        return and_(live, or_(t.c.lon == 0, t.c.lat == 0))
    if field in ("pollution", "special_cases"):
        empty = func.cardinality(t.c[field]) == 0
    elif field in _TEXTS:
        empty = t.c[field] == literal_column("''")  # in so many words: the index of empty cells is used
    else:
        empty = func.coalesce(t.c.extra[field].as_string(), "") == ""
    only = {"class_basis": t.c.key, "special_cases": t.c.special}
    return and_(live, empty, *([only[field]] if field in only else []))


def _of(scope: Scope, bureau: Any) -> Select[Any]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _in_stratum(stratum: Stratum) -> ColumnElement[bool]:
    return {
        Stratum.SPECIAL: t.c.special.is_(True),
        Stratum.KEY: and_(~t.c.special, t.c.key),
        Stratum.GENERAL: and_(~t.c.special, ~t.c.key),
    }[stratum]


def _read(row: Any) -> Site:
    return _site(row._asdict())


def _was(kept: Mapping[str, Any]) -> Site:
    """A site as its change keeps it."""
    return _site(dict(kept))


def _site(values: dict[str, Any]) -> Site:
    values["kind"] = SiteKind(values["kind"])
    values["status"] = SiteStatus(values["status"])
    for name in ("pollution", "overrides", "special_cases"):
        values[name] = tuple(values[name])
    values["extra"] = tuple(sorted(values["extra"].items()))
    return Site(**{name: values[name] for name in _FIELDS})


_ONE = Ready(lambda: _of(ANYONE, given("bureau")).where(t.c.code == given("code")))
ROSTER = bulk.Roster(t, site_change, "code", _read)
