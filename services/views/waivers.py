"""Waivers for pages: words, days, what may be done next; the public face names no person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from policies.access import possible
from policies.waivers import PAIRS, STATES
from services.work import Work
from tenants.stores import waiver_uses
from tenants.waiver_rows import PublicUse, PublicWaiver, Waiver

TAGS = {"asked": "warn", "proposed": "warn", "granted": "good", "refused": "bad", "dropped": "plain"}
ACTS = {"freeze": "冻结名单", "beacon": "录入公共随机数", "run": "执行抽取"}


@dataclass(frozen=True, slots=True)
class WaiverFace:
    """A waiver inside the deployment.

    Attributes:
        pairs: in words. state, tag: in words, and its colour; one that has run out says so.
        bureau_name, above_name: who asked, who decides.
    """

    row: Waiver
    pairs: tuple[str, ...]
    state: str
    tag: str
    bureau_name: str
    above_name: str

    def may(self, action: str) -> bool:
        """True when its state lets the act start."""
        return possible(action, self.row.state)


@dataclass(frozen=True, slots=True)
class PublicFace:
    """A waiver for everyone. `in_force`: today."""

    id: UUID
    pairs: tuple[str, ...]
    above_name: str
    since: date
    until: date
    reason: str
    staff: int
    ended_at: datetime | None
    ended_why: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class UseFace:
    """A step of a draw done under a waiver."""

    act: str
    pair: str
    at: datetime
    waiver: UUID
    above_name: str
    since: date
    until: date


def waiver_faces(rows: Iterable[Waiver], names: Mapping[str, str], today: date) -> tuple[WaiverFace, ...]:
    """In the order given; `names`: bureau code → name."""
    return tuple(_face(row, names, today) for row in rows)


def public_faces(
    rows: Iterable[PublicWaiver], names: Mapping[str, str], today: date
) -> tuple[PublicFace, ...]:
    """Those in force today first, then the others, each in the order given."""
    made = [_public(row, names, today) for row in rows]
    return tuple(sorted(made, key=lambda one: not one.in_force))


def use_faces(rows: Iterable[PublicUse], names: Mapping[str, str]) -> tuple[UseFace, ...]:
    """What was done under waivers in a draw, in order."""
    return tuple(
        UseFace(
            ACTS[row.act],
            words_of(row.pair),
            row.at,
            row.waiver,
            names.get(row.above, row.above),
            row.since,
            row.until,
        )
        for row in rows
    )


async def draw_uses(work: Work, bureau: str, draw_no: int, names: Mapping[str, str]) -> tuple[UseFace, ...]:
    """The same for a draw inside the deployment; the caller asked the matrix."""
    db = await work.at(bureau)
    uses = await waiver_uses.of_draw(db, work.scope, bureau, draw_no)
    if not uses:
        return ()
    held = {one.id: one for one in await waiver_uses.held_by(db, work.scope, bureau)}
    told = [(one, held[one.waiver]) for one in uses]
    return use_faces(
        [PublicUse(draw_no, u.act, u.pair, u.at, u.waiver, w.above, w.since, w.until) for u, w in told], names
    )


def notes_of(rows: Iterable[PublicUse]) -> list[dict[str, str]]:
    """The same as data for programs."""
    return [
        {
            "act": row.act,
            "pair": row.pair,
            "at": row.at.isoformat(),
            "waiver": str(row.waiver),
            "above": row.above,
            "since": row.since.isoformat(),
            "until": row.until.isoformat(),
        }
        for row in rows
    ]


def words_of(pair: str) -> str:
    """A pair of duties in words."""
    return PAIRS[pair]["zh"] if pair in PAIRS else pair


def _face(row: Waiver, names: Mapping[str, str], today: date) -> WaiverFace:
    over = row.state == "granted" and row.until < today
    return WaiverFace(
        row,
        tuple(map(words_of, row.pairs)),
        "已到期" if over else STATES[row.state]["zh"],
        "plain" if over else TAGS.get(row.state, "bad"),
        names.get(row.bureau, row.bureau),
        names.get(row.above, row.above),
    )


def _public(row: PublicWaiver, names: Mapping[str, str], today: date) -> PublicFace:
    return PublicFace(
        id=row.id,
        pairs=tuple(map(words_of, row.pairs)),
        above_name=names.get(row.above, row.above),
        since=row.since,
        until=row.until,
        reason=row.reason,
        staff=row.staff,
        ended_at=row.ended_at,
        ended_why=row.ended_why or "",
        in_force=row.ended_at is None and row.since <= today <= row.until,
    )
