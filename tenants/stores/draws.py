"""Draws: numbered without gaps, one that is not void per period, steps in one direction only."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, any_, case, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.planning.platform import EXTERNAL_FROM
from tenants.errors import UnfrozenDraw, WrongState
from tenants.faults import neutral_errors
from tenants.locks import hold
from tenants.rows import DrawIntent
from tenants.scope import Scope, own
from tenants.stores.commits import keep as keep_commit
from tenants.stores.commits import of_draw as commits
from tenants.stores.commits import reveal as keep_revealed
from tenants.stores.common import change
from tenants.stores.draw_reads import ZEROS, before, get, last_m, locked, of_period, of_subject, recent
from tenants.stores.public import public_draw, public_draws
from tenants.tables import draw as t

__all__ = [
    "ZEROS",
    "amend",
    "beacon_entered",
    "before",
    "commits",
    "drawn",
    "freeze",
    "get",
    "keep_commit",
    "keep_key",
    "keep_revealed",
    "last_m",
    "locked",
    "of_period",
    "of_subject",
    "opened",
    "prepare",
    "public_draw",
    "public_draws",
    "recent",
    "take_in",
    "take_over",
    "void",
]

NAMED = ("subject", "item", "kind", "period")  # with the bureau, what a draw is


async def prepare(
    db: AsyncConnection, scope: Scope, intent: DrawIntent, at: datetime, by: str, suite: int = 1
) -> int:
    """Open a draw and give it the bureau's next number.

    Raises:
        SecondDraw: one that is not void exists for this subject, item, kind and period.
    """
    await hold(db, "draw", scope.bureau)
    draw_no = await _last(db, scope, t.c.draw_no < EXTERNAL_FROM) + 1
    values = {**asdict(intent), "state": "prepared", "created_at": at, "created_by": by, "suite": suite}
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, **values))
    return draw_no


async def take_in(
    db: AsyncConnection, scope: Scope, intent: DrawIntent, at: datetime, summary: dict[str, Any]
) -> int:
    """Keep a draw the platform made: drawn at once, under the next number of its own row.

    Args:
        db: connection of a unit.
        scope: of the bureau; its subject is kept as the one who took the list over.
        intent: with authority "platform".
        at: moment of the import.
        summary: numbers that may be public.

    Raises:
        SecondDraw: one that is not void exists, of ours or of the platform.
    """
    await hold(db, "draw", scope.bureau)
    draw_no = max(await _last(db, scope, t.c.draw_no >= EXTERNAL_FROM) + 1, EXTERNAL_FROM)
    hands = {"created_at": at, "created_by": scope.subject, "drawn_at": at, "drawn_by": scope.subject}
    values = {**asdict(intent), **hands, "state": "drawn", "summary": summary}
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, **values))
    return draw_no


async def amend(db: AsyncConnection, scope: Scope, draw_no: int, intent: DrawIntent) -> None:
    """Change the intent of a draw that is not frozen; its number and commitments stay.

    Another unfrozen draw with that very intent takes over the former one: numbers are frozen in order, so
    the lower number must be able to become the draw that is wanted first. Both keep the scope's subject as
    one who had a hand in them.

    Raises:
        SecondDraw: a frozen draw has that intent. WrongState: frozen already.
    """
    draw = await locked(db, scope, draw_no)
    holder = await db.scalar(select(t.c.draw_no).where(*_like(scope, draw_no, intent)).with_for_update())
    with neutral_errors():
        if holder is not None:
            former = {name: getattr(draw, name) for name in asdict(intent)}
            await _step(db, scope, draw_no, ("prepared",), item=f"~{draw_no}")  # the index frees the place
            await _step(db, scope, holder, ("prepared",), **former, amended_by=_amended(scope))
        await _step(db, scope, draw_no, ("prepared",), **asdict(intent), amended_by=_amended(scope))


async def take_over(db: AsyncConnection, scope: Scope, intent: DrawIntent, at: datetime) -> int | None:
    """Give the intent to an own draw that is not frozen and whose beacon's time has passed.

    The scope's subject is kept as one who had a hand in it.

    Returns:
        Its number, the one with the same intent before the lowest; None when there is no such draw.

    Raises:
        SecondDraw: another draw that is not void has this intent.
    """
    await hold(db, "draw", scope.bureau)
    same = and_(*(t.c[name] == getattr(intent, name) for name in NAMED))
    late = (own(scope, t.c.bureau), t.c.state == "prepared", t.c.beacon_at <= at)
    query = select(t.c.draw_no).where(*late).order_by(same.desc(), t.c.draw_no).limit(1)
    draw_no: int | None = await db.scalar(query.with_for_update())
    if draw_no is not None:
        with neutral_errors():
            await _step(db, scope, draw_no, ("prepared",), **asdict(intent), amended_by=_amended(scope))
    return draw_no


async def keep_key(db: AsyncConnection, scope: Scope, draw_no: int, wrapped: bytes) -> None:
    """Keep the wrapped data key of a draw, once."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.wrapped_key.is_(None))
    await change(db, update(t).where(*where).values(wrapped_key=wrapped), wanted="no key yet")


async def freeze(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    manifest: dict[str, Any],
    rules: dict[str, Any],
    m: str,
    data_key_wrapped: bytes | None,
    at: datetime,
) -> None:
    """Keep the manifest; from here on neither it nor what it names changes.

    Args:
        db: connection of a unit.
        scope: of the drawing bureau; its subject is kept as the one who froze.
        draw_no: the prepared draw.
        manifest: as hashed; bureau, draw_no, subject, item, kind and period must be the draw's.
        rules: {stratum: rule}, whose hash the manifest holds.
        m: hex M.
        data_key_wrapped: wrapped data key; None keeps the one set by `keep_key`.
        at: moment of freezing.

    Raises:
        WrongState: not prepared, or the manifest is of another draw.
        UnfrozenDraw: the draw with the number before has no manifest.
    """
    draw = await locked(db, scope, draw_no)
    for name in ("bureau", "draw_no", "subject", "item", "kind", "period"):
        if manifest[name] != getattr(draw, name):
            raise WrongState(f"{name} {manifest[name]}", wanted=f"{name} {getattr(draw, name)}")
    if manifest["prev"] != (expected := await last_m(db, scope, before=draw_no)):
        raise WrongState(f"prev {manifest['prev']}", wanted=f"prev {expected}")
    values = {
        "state": "frozen",
        "manifest": manifest,
        "rules": rules,
        "m": m,
        "prev": manifest["prev"],
        "frozen_at": at,
        "frozen_by": scope.subject,
        "beacon_at": datetime.fromisoformat(manifest["beacon_at"]),
        "reveal_by": datetime.fromisoformat(manifest["reveal_by"]).date(),
    }
    if data_key_wrapped is not None:
        values["wrapped_key"] = data_key_wrapped
    await _step(db, scope, draw_no, ("prepared",), **values)


async def beacon_entered(db: AsyncConnection, scope: Scope, draw_no: int) -> None:
    """Keep who entered the beacon of a frozen draw, once."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.state == "frozen", t.c.beacon_by.is_(None))
    await change(db, update(t).where(*where).values(beacon_by=scope.subject), wanted="frozen")


async def drawn(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    evidence: dict[str, Any],
    r: str,
    z: str,
    at: datetime,
    late: bool,
    summary: dict[str, Any],
) -> None:
    """Keep the result's public side. The same result again changes nothing; another one is refused."""
    draw = await get(db, scope, scope.bureau, draw_no)
    if draw.state in ("drawn", "opened") and (draw.r, draw.z) == (r, z):
        return
    values = {"beacon": evidence, "r": r, "z": z, "drawn_at": at, "late": late, "summary": summary}
    await _step(db, scope, draw_no, ("frozen",), state="drawn", drawn_by=scope.subject, **values)


async def opened(db: AsyncConnection, scope: Scope, draw_no: int, at: datetime) -> None:
    """Note that the bundle is public: a drawn one becomes opened, a void one stays void."""
    draw = await get(db, scope, scope.bureau, draw_no)
    state = "void" if draw.state == "void" else "opened"
    await _step(db, scope, draw_no, ("drawn", "void"), state=state, opened_at=at)


async def void(db: AsyncConnection, scope: Scope, draw_no: int, reason: str, by: str, at: datetime) -> None:
    """Void a frozen or drawn draw; its number stays used.

    Raises:
        UnfrozenDraw: never frozen, so the public chain would miss its manifest; amend it instead.
    """
    draw = await get(db, scope, scope.bureau, draw_no)
    if draw.state == "prepared":
        raise UnfrozenDraw(draw_no, wanted="frozen")
    values = {"void_reason": reason, "voided_by": by, "voided_at": at}
    await _step(db, scope, draw_no, ("frozen", "drawn"), state="void", **values)


async def _last(db: AsyncConnection, scope: Scope, part: ColumnElement[bool]) -> int:
    """The highest number in one of the two rows of numbers, 0 when there is none."""
    query = select(func.max(t.c.draw_no)).where(own(scope, t.c.bureau), part)
    return int(await db.scalar(query) or 0)


def _amended(scope: Scope) -> Any:
    """The people who changed the intent, the scope's subject with them, once."""
    return case(
        (literal(scope.subject) == any_(t.c.amended_by), t.c.amended_by),
        else_=func.array_append(t.c.amended_by, scope.subject),
    )


def _like(scope: Scope, draw_no: int, intent: DrawIntent) -> tuple[Any, ...]:
    """Another own draw, not frozen, of the same subject, item, kind and period."""
    same = (t.c[name] == getattr(intent, name) for name in NAMED)
    return own(scope, t.c.bureau), t.c.state == "prepared", t.c.draw_no != draw_no, *same


async def _step(
    db: AsyncConnection, scope: Scope, draw_no: int, states: tuple[str, ...], **values: Any
) -> None:
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.state.in_(states))
    await change(db, update(t).where(*where).values(**values), wanted="/".join(states))
