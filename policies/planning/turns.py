"""Whose turn it is in a ceremony: every step, by whom, what it waits for, and what it means. Pure.

The steps follow from what is kept and logged, so that a page opened again, on another device or an hour
later, shows the same next step. Basis: rd1 §1, §3, §4, §5.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

State = Literal["done", "now", "waits"]

DRAWER, WITNESS, SUPERIOR, CLOCK = "drawer", "witness", "superior", "clock"

# Step → who does it. "witness" is the superior's, or the invited one; "superior" its registered device.
HANDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "commit.bureau": (DRAWER,),
    "commit.witness": (WITNESS,),
    "difference": (DRAWER,),
    "freeze": (DRAWER,),
    "escrow": (SUPERIOR,),
    "cosign": (SUPERIOR,),
    "due": (CLOCK,),
    "beacon": (DRAWER, WITNESS),
    "reveal.bureau": (DRAWER,),
    "reveal.witness": (WITNESS,),
    "run": (DRAWER,),
    "minutes.drawer": (DRAWER,),
    "minutes.witness": (WITNESS,),
})  # fmt: skip

# Step → steps that come before it; those without an entry follow nothing.
_AFTER: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "difference": ("commit.bureau", "commit.witness"),
    "freeze": ("difference",),
    "escrow": ("freeze",),
    "cosign": ("escrow",),
    "due": ("cosign",),
    "beacon": ("due",),
    "reveal.bureau": ("beacon",),
    "reveal.witness": ("beacon",),
    "run": ("reveal.bureau", "reveal.witness"),
    "minutes.drawer": ("run",),
    "minutes.witness": ("run",),
})  # fmt: skip

# Steps that fall away without a witness's secret; its word on the minutes does not.
_WITNESS_SECRET = frozenset({"commit.witness", "reveal.witness"})


@dataclass(frozen=True, slots=True)
class CeremonyFacts:
    """What is kept and logged of a draw of our own.

    Attributes:
        state: of the draw: prepared, frozen, drawn, opened, void.
        committed, revealed: roles (platform, bureau, witness) that have.
        witnessed: a witness's secret is part of it: by the rules, or because one committed.
        difference: the roster's difference was looked at.
        logged: kinds of the draw's entries in the public log.
        cosigned: the superior cosigned a checkpoint with the escrow before the beacon.
        due: the beacon's moment has come.
        confirmed: parts (drawer, witness) that stand by the minutes.
    """

    state: str
    committed: Collection[str] = ()
    revealed: Collection[str] = ()
    witnessed: bool = True
    difference: bool = False
    logged: Collection[str] = ()
    cosigned: bool = False
    due: bool = False
    confirmed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A step and how it stands; `hands` may do it, any one of them."""

    id: str
    hands: tuple[str, ...]
    state: State


def turns(facts: CeremonyFacts) -> tuple[Turn, ...]:
    """Every step of the ceremony in order; those at hand are "now", several at once where order is free."""
    if facts.state == "void":
        return ()
    steps = [id_ for id_ in HANDS if facts.witnessed or id_ not in _WITNESS_SECRET]
    done = {id_ for id_ in steps if _done(id_, facts)}
    return tuple(Turn(id_, HANDS[id_], _state(id_, steps, done)) for id_ in steps)


def own_turns(all_: tuple[Turn, ...], parts: Collection[str]) -> tuple[Turn, ...]:
    """Steps at hand that one of these parts does; a superior's witness is "witness" and "superior"."""
    return tuple(one for one in all_ if one.state == "now" and not set(parts).isdisjoint(one.hands))


def awaited(all_: tuple[Turn, ...], parts: Collection[str]) -> tuple[Turn, ...]:
    """Steps at hand that somebody else has to do, or the clock."""
    return tuple(one for one in all_ if one.state == "now" and set(parts).isdisjoint(one.hands))


def _state(id_: str, steps: Collection[str], done: Collection[str]) -> State:
    if id_ in done:
        return "done"
    before = [one for one in _AFTER.get(id_, ()) if one in steps]
    return "now" if all(one in done for one in before) else "waits"


def _done(id_: str, facts: CeremonyFacts) -> bool:
    kind, _, who = id_.partition(".")
    frozen = facts.state != "prepared"
    result = facts.state in ("drawn", "opened")
    match kind:
        case "commit":
            return who in facts.committed or frozen
        case "difference":
            return facts.difference or frozen
        case "freeze":
            return frozen
        case "escrow":
            return "escrow" in facts.logged
        case "cosign":
            return facts.cosigned or "beacon" in facts.logged
        case "due":
            return facts.due or "beacon" in facts.logged
        case "beacon":
            return "beacon" in facts.logged
        case "reveal":
            return who in facts.revealed or result
        case "run":
            return result
        case _:
            return who in facts.confirmed
