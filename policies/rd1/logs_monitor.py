"""What only someone with the whole log can see: left-out or doubled draws (protocol §12, V13)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from policies.rd1.log_errors import LogTwisted
from policies.rd1.manifests import FIRST
from policies.rd1.moments import nanoseconds

NAMED = ("bureau", "subject", "item", "kind", "period")


def check_times(entries: Sequence[tuple[int, dict[str, Any]]], path: str) -> None:
    """`at` never decreases with the index; raises LogTwisted."""
    latest = -(10**30)
    for index, entry in sorted(entries, key=lambda pair: pair[0]):
        at = nanoseconds(entry["at"])
        if at is None or at < latest:
            raise LogTwisted(entry["at"], what=f"{path}[{index}].at")
        latest = at


def check_numbers(entries: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """One manifest entry for each (bureau, draw_no), as far as the entries at hand go; raises LogTwisted."""
    seen: dict[tuple[str, int], int] = {}
    for index, entry in entries:
        if entry["t"] == "manifest":
            name = (entry["bureau"], entry["draw_no"])
            if seen.setdefault(name, index) != index:
                raise LogTwisted(f"{name[0]} {name[1]}", what="draw_no")


def check_standing(entries: Sequence[dict[str, Any]]) -> None:
    """At most one draw that is not void for each (bureau, subject, item, kind, period); raises LogTwisted."""
    void = {entry["m"] for entry in entries if entry["t"] == "void"}
    standing: set[tuple[str, ...]] = set()
    for entry in entries:
        if entry["t"] == "manifest" and entry["h"] not in void:
            name = tuple(str(entry[part]) for part in NAMED)
            if name in standing:
                raise LogTwisted(" ".join(name), what="period")
            standing.add(name)


def check_chain(entries: Sequence[dict[str, Any]]) -> None:
    """Each bureau's draw numbers run gapless from 1, each `prev` is the draw before; raises LogTwisted."""
    last: dict[str, tuple[int, str]] = {}
    for entry in entries:
        if entry["t"] == "manifest":
            number, prev = last.get(entry["bureau"], (0, FIRST))
            if (entry["draw_no"], entry["prev"]) != (number + 1, prev):
                raise LogTwisted(f"{entry['bureau']} {entry['draw_no']}", what="draw_no, prev")
            last[entry["bureau"]] = (entry["draw_no"], entry["h"])


def monitor(entries: Sequence[dict[str, Any]]) -> Iterator[LogTwisted]:
    """What a whole log, entries in order of index from 0, has against it; nothing when it is sound.

    Times never decrease, draw numbers run gapless and continue the chain, and at most one draw that is
    not void stands for each (bureau, subject, item, kind, period).
    """
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_times(list(enumerate(entries)), "log"),
        lambda: check_chain(entries),
        lambda: check_standing(entries),
    )
    for check in checks:
        try:
            check()
        except LogTwisted as fault:
            yield fault
