"""Moves of the histories that ask for, decide on, use and withdraw waivers; right ones and wrong ones."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from .waiver_model import EDITS, PAIRS, PARENT, Waiver

if TYPE_CHECKING:
    from .test_duty_histories import History

DAY = date(2026, 1, 1)  # every moment of a history is on it, in China too
HANDS = ("p0", "p1", "p2", "p3", "p4", "p5")
KEPT = (
    "above, subject, name, pairs, since, until, reason, staff, asked_by, proposed_by, approved_by,"
    " approved_at"
)
ASK = (
    "insert into public.waiver (bureau, id, above, subject, name, pairs, since, until, reason, staff, state,"
    " asked_by, asked_name, asked_at) values (:b, :i, :a, :s, 'x', :p, :f, :u, 'x', 3, 'asked', :w, 'x', :at)"
)
STEPS = {
    "proposed": "proposed_by = :w, proposed_at = :at",
    "granted": "approved_by = :w, approved_at = :at, since = greatest(since, '2026-01-01')",
    "refused": "decided_by = :w, decided_at = :at",
    "withdrawn": "ended_by = :w, ended_at = :at, ended_on = '2026-01-01'",
}
STEP = "update public.waiver set state = '{}', {} where bureau = :b and id = :i"
COPY = (
    f"insert into public.waiver_copy (bureau, id, {KEPT}, public_at) select bureau, id, {KEPT}, :at"
    " from public.waiver where bureau = :b and id = :i"
)
FORGED = COPY.replace("select bureau, id, above, subject,", "select bureau, id, above, 'p9',")
END_COPY = (
    "update public.waiver_copy c set ended_at = w.ended_at from public.waiver w"
    " where w.bureau = c.bureau and w.id = c.id and c.bureau = :b and c.id = :i"
)
USE = (
    "insert into public.draw_waiver (bureau, draw_no, act, pair, waiver, subject, at, public_at)"
    " values (:b, :n, :act, :pair, :i, :w, :at, :at)"
)


async def waive(h: "History") -> None:
    """A waiver goes its whole way by the right hands; or one step of some waiver, by anybody."""
    if h.dice.random() < 0.5 or not h.model.waivers.all_:
        one = await ask(h)
        others = [who for who in HANDS if one is not None and who not in (one.asked_by, one.who)]
        if one is not None and h.dice.random() < 0.8:
            await step(h, one, "proposed", others[0])
            await step(h, one, "granted", others[h.dice.random() < 0.9])
            await copy(h, one)
        return
    one = h.dice.choice(h.model.waivers.all_)
    act = h.dice.choice(("proposed", "granted", "refused", "withdrawn", "withdrawn", "copy", "end"))
    if act == "copy":
        await copy(h, one)
    elif act == "end":
        await end_copy(h, one)
    else:
        await step(h, one, act, h.dice.choice(HANDS))


async def ask(h: "History") -> Waiver | None:
    bureau, who, by = h.dice.choice(sorted(PARENT)), h.dice.choice(("p0", "p1", "p2")), h.dice.choice(HANDS)
    first = DAY + timedelta(h.dice.randrange(-1, 2))
    until = first + timedelta(h.dice.choice((0, 1, 2, 3, 364, 365)))
    pairs = set(h.dice.sample(sorted(PAIRS), h.dice.choice((1, 2, 3))))
    if h.dice.random() < 0.1:
        pairs.add(h.dice.choice(("witness+drawer", "security_admin+audit_admin", "bureau_head+bureau_admin")))
    above = PARENT[bureau] if h.dice.random() < 0.9 else h.dice.choice(("410000", bureau))
    one = Waiver(UUID(int=h.dice.getrandbits(128)), bureau, who, pairs, first, until, by)
    allowed = pairs <= PAIRS and above == PARENT[bureau] and (until - first).days < 365
    values = {"b": bureau, "i": one.id, "a": above, "s": who, "p": sorted(pairs), "f": first, "u": until}
    if not await h.tried(bureau, allowed, ASK, w=by, at=h.at(), **values):
        return None
    h.model.waivers.all_.append(one)
    return one


async def step(h: "History", one: Waiver, to: str, by: str) -> None:
    right = one.step(to, by, DAY) if to != "withdrawn" else may_withdraw(h, one)
    sql = STEP.format(to, STEPS[to])
    if not await h.tried(one.bureau, right, sql, b=one.bureau, i=one.id, w=by, at=h.at()):
        return
    one.state = to
    if to == "proposed":
        one.proposed_by = by
    elif to == "granted":
        one.approved_by, one.first = by, max(one.first, DAY)
    elif to == "withdrawn":
        one.last = DAY


def may_withdraw(h: "History", one: Waiver) -> bool:
    """Nobody holds, from today on, two roles for which this was the only waiver."""
    if one.state != "granted":
        return False
    mine = [
        (role, held)
        for (bureau, who, role, _), held in h.model.roles.items()
        if (bureau, who) == (one.bureau, one.who)
    ]
    one.state = "withdrawn"  # as it would be
    try:
        return not any(
            _stands(h, one, a, b)
            for role, a in mine
            for other, b in mine
            if f"{role}+{other}" in one.pairs
            and not h.model.waivers.cover(one.bureau, one.who, {role, other}, *_both(a, b))
        )
    finally:
        one.state = "granted"


def _both(a: Any, b: Any) -> tuple[date, date]:
    return max(a.first, b.first, DAY), min(a.last, b.last)


def _stands(h: "History", one: Waiver, a: Any, b: Any) -> bool:
    del h, one
    first, last = max(a.first, b.first), min(a.last, b.last)
    over = (a.ended or b.ended) and last == DAY
    return first <= last and last >= DAY and not over


async def copy(h: "History", one: Waiver) -> None:
    forged = h.dice.random() < 0.15
    allowed = one.state == "granted" and not one.copied and not forged
    if await h.tried(one.bureau, allowed, FORGED if forged else COPY, b=one.bureau, i=one.id, at=h.at()):
        one.copied = True


async def end_copy(h: "History", one: Waiver) -> None:
    allowed = one.copied and one.state == "withdrawn" and not one.copy_ended
    if await h.tried(one.bureau, allowed, END_COPY, b=one.bureau, i=one.id):
        one.copy_ended = True


async def use(h: "History", no: int | None = None, one: Waiver | None = None, act: str = "") -> None:
    """An act of a draw is noted under a waiver; perhaps of another person, pair or bureau."""
    if not h.model.draws or not h.model.waivers.all_:
        return await waive(h)
    one = one or h.dice.choice(h.model.waivers.all_)
    mine = [n for bureau, n in sorted(h.model.draws) if bureau == one.bureau]
    no = no or (h.dice.choice(mine) if mine else 999)
    who = one.who if h.dice.random() < 0.9 else h.dice.choice(HANDS)
    pair = h.dice.choice((EDITS, EDITS, EDITS, *sorted(one.pairs)))
    key = (one.bureau, no, act or h.dice.choice(("freeze", "beacon", "run")), pair)
    allowed = (one.bureau, no) in h.model.draws and h.model.waivers.may_use(one, key, who, DAY)
    values = dict(zip(("b", "n", "act", "pair"), key, strict=True))
    if await h.tried(one.bureau, allowed, USE, i=one.id, w=who, at=h.at(), **values):
        h.model.waivers.uses[key] = (who, one, DAY)
    return None
