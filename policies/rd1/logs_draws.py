"""Every bureau's draws as the whole log tells them: the chain, one a period, each step in its time."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policies.errors import Problem
from policies.rd1 import beacon
from policies.rd1.canonical import jcs
from policies.rd1.logs_faults import (
    BeaconEarly,
    BeaconMissing,
    ChainBroken,
    DrawDoubled,
    EntryStray,
    EscrowMissed,
    LogFault,
    ManifestFalse,
    NotOpened,
    ResultLate,
    ResultMissing,
    TimeRunsBack,
)
from policies.rd1.logs_monitor import NAMED
from policies.rd1.manifests import FIRST, check_manifest, check_version, manifest_hash
from policies.rd1.moments import SECOND, day_end, nanoseconds, utc_text

Entry = dict[str, Any]
Numbered = tuple[int, Entry]

LATE = 15 * 60 * SECOND  # Basis: rd1 §8
LOTTERY_WAIT = 4 * 86400 * SECOND  # three national lotteries each draw within it; our reading, no text's
SKEW = 5 * 60 * SECOND  # between two honest clocks
ONCE = frozenset({"beacon", "result", "void", "open"})
MOST_MANIFEST = 1_000_000


@dataclass(slots=True)
class Story:
    """One draw: its manifest entry and what the log says about it later, in order.

    Attributes:
        manifest: as published and found to be the logged one; None when it was not at hand.
    """

    index: int
    entry: Entry
    later: dict[str, list[Numbered]] = field(default_factory=dict)
    manifest: Entry | None = None

    @property
    def name(self) -> str:
        """How people call the draw: bureau, number, period."""
        return f"{self.entry['bureau']} #{self.entry['draw_no']} {self.entry['period']} {self.entry['kind']}"

    @property
    def void(self) -> bool:
        """True once it is void."""
        return "void" in self.later

    def first(self, kind: str) -> Entry | None:
        """The first later entry of a kind, if any."""
        found = self.later.get(kind)
        return found[0][1] if found else None

    def at(self, kind: str) -> int | None:
        """When that entry was sequenced, nanoseconds since 1970."""
        entry = self.first(kind)
        return nanoseconds(entry["at"]) if entry else None


def stories_of(entries: Iterable[Numbered]) -> tuple[dict[str, Story], list[LogFault]]:
    """Stories by M, and the entries that belong to none or stand there twice."""
    found, faults = dict[str, Story](), list[LogFault]()
    for index, entry in entries:
        which = f"#{index} {entry['t']} {entry['bureau']}"
        if entry["t"] == "manifest":
            if entry["h"] in found:
                faults.append(EntryStray(which=which, why=f"= #{found[entry['h']].index}").at(index))
            else:
                found[entry["h"]] = Story(index, entry)
        elif "m" in entry:
            story = found.get(entry["m"])
            if story is None or story.entry["bureau"] != entry["bureau"]:
                faults.append(EntryStray(which=which, why=f"m {entry['m'][:16]}…").at(index))
                continue
            kept = story.later.setdefault(entry["t"], [])
            if kept and entry["t"] in ONCE:
                faults.append(EntryStray(which=which, why=f"= #{kept[0][0]}").at(index))
            kept.append((index, entry))
    return found, faults


def timely(entries: Sequence[Numbered], now: int) -> Iterator[LogFault]:
    """`at` never decreases and does not lie in the future."""
    latest = 0
    for index, entry in entries:
        at = nanoseconds(entry["at"]) or 0
        if at < latest or at > now + SKEW:
            yield TimeRunsBack(entry["at"], which=f"#{index}").at(index)
        latest = max(latest, at)


def chained(stories: Iterable[Story]) -> Iterator[LogFault]:
    """Each bureau's numbers run gapless from 1, each `prev` is the draw before."""
    last: dict[str, tuple[int, str]] = {}
    for story in stories:
        entry = story.entry
        number, prev = last.get(entry["bureau"], (0, FIRST))
        if (entry["draw_no"], entry["prev"]) != (number + 1, prev):
            wanted = f"#{number + 1}, prev {prev[:16]}…"
            got = f"#{entry['draw_no']}, prev {entry['prev'][:16]}…"
            yield ChainBroken(got, draw=story.name, wanted=wanted).at(story.index)
        last[entry["bureau"]] = (entry["draw_no"], entry["h"])


def single(stories: Iterable[Story]) -> Iterator[LogFault]:
    """One draw that is not void for each bureau, roster, item, kind and period."""
    standing: dict[tuple[str, ...], Story] = {}
    for story in stories:
        if not story.void:
            key = tuple(str(story.entry[part]) for part in NAMED)
            if (other := standing.get(key)) is not None:
                yield DrawDoubled(draw=story.name, other=other.name).at(story.index)
            standing.setdefault(key, story)


def with_manifest(story: Story, data: bytes | None) -> Iterator[LogFault]:
    """Take over the published manifest, when it is the logged one."""
    if data is None:
        return
    try:
        if len(data) > MOST_MANIFEST:
            raise ValueError(f"> {MOST_MANIFEST} B")
        manifest = json.loads(data)
        check_version(manifest)
        check_manifest(manifest)
        if manifest_hash(manifest).hex() != story.entry["h"] or jcs(manifest) != data:
            raise ValueError("h")
        named = (*NAMED, "draw_no", "prev")
        if wrong := [name for name in named if manifest[name] != story.entry[name]]:
            raise ValueError(", ".join(wrong))
        beacon.check_rule(manifest)
    except (Problem, ValueError, RecursionError) as error:
        why = error.wording().title if isinstance(error, Problem) else str(error)[:80]
        yield ManifestFalse(draw=story.name, why=why).at(story.index)
    else:
        story.manifest = manifest


def in_time(story: Story, now: int) -> Iterator[LogFault]:
    """Escrow, beacon, result and opening each in its time; needs the manifest, which holds the times."""
    if story.void:
        opened = story.at("open")
        limit = (story.at("void") or 0) + LATE
        if opened is None and now > limit:
            yield NotOpened(draw=story.name, limit=utc_text(limit)).at(story.index)
        return
    manifest = story.manifest
    if manifest is None:
        return
    beacon_at = nanoseconds(manifest["beacon_at"]) or 0
    yield from _escrowed(story, beacon_at, now)
    yield from _drawn(story, manifest, beacon_at, now)
    limit = day_end(manifest["reveal_by"])
    if story.first("open") is None and now > limit:
        yield NotOpened(draw=story.name, limit=utc_text(limit)).at(story.index)


def _escrowed(story: Story, beacon_at: int, now: int) -> Iterator[LogFault]:
    at = story.at("escrow")
    if now > beacon_at and (at is None or at >= beacon_at):
        got = "" if at is None else utc_text(at)
        yield EscrowMissed(got, draw=story.name, limit=utc_text(beacon_at)).at(story.index)


def _drawn(story: Story, manifest: Mapping[str, Any], beacon_at: int, now: int) -> Iterator[LogFault]:
    """The beacon after its time and not long after, the result within 15 minutes of its birth."""
    rule, entered, told = manifest["beacon"], story.at("beacon"), story.at("result")
    wait = LOTTERY_WAIT if rule["kind"] == "lottery" else LATE
    if entered is None and now > beacon_at + wait:
        yield BeaconMissing(draw=story.name, limit=utc_text(beacon_at + wait)).at(story.index)
    if entered is not None and entered < beacon_at:
        yield BeaconEarly(utc_text(entered), draw=story.name, limit=utc_text(beacon_at)).at(story.index)
    born = beacon.round_time(rule["round"]) if rule["kind"] == "drand" else entered
    if born is None:
        born = beacon_at + wait if told is None else told
    limit = born + LATE
    if told is None and now > limit:
        yield ResultMissing(draw=story.name, limit=utc_text(limit)).at(story.index)
    elif told is not None and told > limit:
        yield ResultLate(utc_text(told), draw=story.name, limit=utc_text(limit)).at(story.index)
