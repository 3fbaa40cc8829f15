"""A monitor's whole look at a log, without I/O: what it fetched, what it saw before, what is wrong.

1 signatures of log and witnesses · 2 the head continues the one seen before · 3 every file is there, entries
hash to the head, tiles follow · 4 form and times of every entry · 5 chains, one draw a period, no stray
entry · 6 escrow, beacon, result, opening in time · 7 no draw missing that should be there.
Basis: rd1 §12, V13, §14.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from policies.errors import Language, Problem
from policies.rd1.log_errors import BadSignature, EscrowFalse
from policies.rd1.logs_draws import Story, chained, in_time, single, stories_of, timely, with_manifest
from policies.rd1.logs_expected import Expected, absent
from policies.rd1.logs_faults import (
    EntryAltered,
    HistoryRewritten,
    LogGap,
    RolledBack,
    TileAltered,
    TwoHistories,
    WitnessMissing,
)
from policies.rd1.logs_follow import Numbered, Reading, added_up, continued, formed
from policies.rd1.logs_notes import Checkpoint
from policies.rd1.logs_trust import Trust, check_escrow, check_log_signature, witness_times
from policies.rd1.moments import SECOND, nanoseconds, utc_text

CHINA = timezone(timedelta(hours=8))
SIMULATED = "simulated"
HISTORY = (TwoHistories, RolledBack, HistoryRewritten, LogGap, EntryAltered, TileAltered, BadSignature)


@dataclass(frozen=True, slots=True)
class Report:
    """What a look found.

    Attributes:
        origin: name of the log; `simulated` when it says of itself that it is a demonstration.
        size: entries under the head. root: hex. fresh: entries since the checkpoint seen before.
        first: True when nothing was seen before, so that nothing could be compared.
        witnesses: UTC time by trusted witness under the head.
        faults: in the order of the steps; none = sound.
        unchecked: what could not be judged, and why, in code words with the draw or entry.
    """

    origin: str
    size: int
    root: str
    fresh: int
    first: bool
    simulated: bool
    now: str
    witnesses: dict[str, str]
    faults: tuple[Problem, ...]
    unchecked: tuple[str, ...]

    @property
    def sound_history(self) -> bool:
        """True when the head may replace the one seen before: signed, continued, complete."""
        return not any(isinstance(fault, HISTORY) for fault in self.faults)

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """JSON form; each fault with its code, words and the index of its entry, null for the whole log."""
        names = ("origin", "size", "root", "fresh", "first", "simulated", "now", "witnesses")
        faults = [f.as_dict(language) | {"index": getattr(f, "index", None)} for f in self.faults]
        plain = {name: getattr(self, name) for name in names}
        return {**plain, "faults": faults, "unchecked": list(self.unchecked)}


def watch(
    reading: Reading,
    trust: Trust,
    seen: Checkpoint | None,
    now: int | None,
    *,
    expected: Sequence[Expected] = (),
    others: Sequence[Checkpoint] = (),
    patience: int = 24 * 3600,
) -> Report:
    """Judge a log.

    Args:
        reading: as fetched.
        trust: keys from a source other than the log.
        seen: the checkpoint of the last look, its signature checked again by the caller; None at first.
        now: nanoseconds since 1970; None takes the newest entry's time, for a simulated log.
        expected: draws there should be.
        others: checkpoints of the same log from elsewhere (mirrors, witnesses), their signatures checked by
            the caller; one that is ahead of this head is left for the next look.
        patience: seconds a new entry may wait for enough cosignatures.
    """
    head, faults, unchecked = reading.head, list[Problem](), list[str]()
    times = _signatures(reading, trust, faults)
    faults += continued(seen, reading)
    for other in others:
        if other.size <= head.size:
            faults += continued(other, reading)
        else:
            unchecked.append(f"ahead: {other.size}")
    faults += added_up(reading)
    entries, unfit = formed(reading)
    moment = _latest(entries) if now is None else now
    faults += [*unfit, *timely(entries, moment)]
    faults += _witnessed(times, trust, entries, moment, patience)
    if len(entries) + len(unfit) == len(reading.entries):
        faults += _draws(entries, reading, trust, moment, expected, unchecked)
    else:  # with a gap, what is missing and what is only not at hand look alike
        unchecked.append("draws: LogGap")
    return Report(
        head.origin,
        head.size,
        head.root.hex(),
        max(0, head.size - (seen.size if seen else 0)),
        seen is None,
        SIMULATED in head.origin,
        utc_text(moment),
        {key: utc_text(at * SECOND) for key, at in times.items()},
        tuple(faults),
        tuple(unchecked),
    )


def _draws(
    entries: Sequence[Numbered],
    reading: Reading,
    trust: Trust,
    now: int,
    expected: Sequence[Expected],
    unchecked: list[str],
) -> Iterator[Problem]:
    """Steps 5 to 7, for a log without gaps."""
    stories, stray = stories_of(entries)
    told = list(stories.values())
    yield from (*stray, *chained(told), *single(told))
    for story in told:
        yield from with_manifest(story, reading.manifests.get(story.entry["h"]))
        yield from (*in_time(story, now), *_attested(story, trust, unchecked))
        if story.entry["h"] not in reading.manifests and not story.void:
            unchecked.append(f"times: {story.name}")
    day = datetime.fromtimestamp(now // SECOND, UTC).astimezone(CHINA).date()
    yield from absent(told, expected, day)


def _signatures(reading: Reading, trust: Trust, faults: list[Problem]) -> dict[str, int]:
    """Times by witness; a signature that does not hold is a fault, the other witnesses still count."""
    times: dict[str, int] = {}
    try:
        check_log_signature(trust, reading.head)
    except Problem as fault:
        faults.append(fault)
    for key in trust.witnesses:
        try:
            found = witness_times(Trust(trust.logs, (key,), 1), reading.head)
        except Problem as fault:
            faults.append(fault)
        else:
            times |= {one.name: at for one, at in found.items()}
    return times


def _witnessed(
    times: dict[str, int], trust: Trust, entries: Sequence[Numbered], now: int, patience: int
) -> Iterator[WitnessMissing]:
    """Enough witnesses signed the head, or its newest entry is too young to ask for it."""
    newest = _latest(entries)
    if entries and len(times) < trust.need and now > newest + patience * SECOND:
        got = "、".join(times) or "0"
        yield WitnessMissing(got, needed=trust.need, since=utc_text(newest))


def _attested(story: Story, trust: Trust, unchecked: list[str]) -> Iterator[Problem]:
    """The escrow is signed by the witness it names, as far as that witness's key is in the trust file."""
    for index, entry in story.later.get("escrow", []):
        if entry["by"] not in {key.name for key in trust.witnesses}:
            unchecked.append(f"escrow #{index}: {entry['by']}")
            continue
        try:
            check_escrow(trust.witnesses, entry["by"], entry["sig"], bytes.fromhex(entry["m"]))
        except EscrowFalse as fault:
            yield fault


def _latest(entries: Sequence[Numbered]) -> int:
    return max((nanoseconds(entry["at"]) or 0 for _, entry in entries), default=0)
