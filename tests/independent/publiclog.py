"""Section 12: the log's part of a bundle, and V13."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import tree
from .coding import SHA256, is_integer, jcs, moment
from .notes import Checkpoint, Signed, Trust, read_checkpoint, verify

FIELDS = {
    "manifest": "h subject item kind period draw_no prev",
    "escrow": "m by sig",
    "beacon": "m r",
    "result": "m z",
    "event": "m h",
    "void": "m reason",
    "open": "m",
    "rules": "h",
    "roster": "h added removed",
    "journal": "h",
}


@dataclass(frozen=True)
class View:
    """One checkpoint with the entries that were proven under it."""

    checkpoint: Checkpoint | None
    signed: Signed | None  # None without a trust file
    entries: tuple[dict[str, Any], ...]  # rows {index, entry, proof} by index

    def of_type(self, t: str, **wanted: Any) -> list[dict[str, Any]]:
        """The entries of a type with these fields, in log order."""
        found = [row["entry"] for row in self.entries if row["entry"].get("t") == t]
        return [e for e in found if all(e.get(k) == v for k, v in wanted.items())]

    def index_of(self, entry: dict[str, Any]) -> int:
        """Where an entry stands."""
        return next(int(row["index"]) for row in self.entries if row["entry"] is entry)


def read_view(raw: dict[str, Any], trust: Trust | None) -> View:
    """Take a checkpoint and its entries apart."""
    try:
        checkpoint = read_checkpoint(raw["checkpoint"])
    except ValueError:
        checkpoint = None
    signed = verify(checkpoint, trust) if checkpoint is not None and trust is not None else None
    return View(checkpoint, signed, tuple(sorted(raw["entries"], key=lambda row: int(row["index"]))))


def entry_problem(entry: dict[str, Any]) -> str | None:
    """What is wrong with an entry's fields."""
    t = entry.get("t")
    if not isinstance(t, str) or t not in FIELDS:
        return f"an entry of unknown type {t!r}"
    if set(entry) != {"t", "at", "bureau", *FIELDS[t].split()}:
        return f"a {t} entry has other fields than it should"
    numbers = {"draw_no", "added", "removed"}
    if not all(isinstance(v, str) for k, v in entry.items() if k not in numbers):
        return f"a {t} entry has a field of the wrong type"
    if t == "manifest" and not is_integer(entry["draw_no"]):
        return "a manifest entry's draw_no"
    try:
        moment(entry["at"])
    except ValueError:
        return f"a {t} entry's time"
    if not entry["at"].endswith(("Z", "+00:00", "-00:00")):
        return f"a {t} entry's time is not UTC"
    return None


def view_problems(view: View, name: str) -> list[str]:
    """Inclusion proofs, forms and times under one checkpoint."""
    if view.checkpoint is None:
        return [f"{name}: the checkpoint cannot be read"]
    problems = []
    last_index, last_time = -1, None
    for row in view.entries:
        entry, index = row["entry"], row["index"]
        proof = [bytes.fromhex(h) for h in row["proof"]]
        found = tree.root_from_path(SHA256.hash, jcs(entry), index, view.checkpoint.size, proof)
        if found != view.checkpoint.root:
            problems.append(f"{name}: entry {index} is not in the log")
        if index == last_index:
            problems.append(f"{name}: entry {index} is given twice")
        last_index = index
        wrong = entry_problem(entry)
        if wrong:
            problems.append(f"{name}: {wrong}")
            continue
        if last_time is not None and moment(entry["at"]) < last_time:
            problems.append(f"{name}: time runs backwards at entry {index}")
        last_time = moment(entry["at"])
    return problems


def signature_problems(view: View, name: str, trust: Trust) -> list[str]:
    """The log's signature and enough witnesses."""
    if view.signed is None:
        return []
    problems = [f"{name}: the signature of {bad} does not verify" for bad in view.signed.bad]
    if not view.signed.by_log:
        problems.append(f"{name}: not signed by a trusted log")
    if len(view.signed.witness_times) < trust.need:
        problems.append(f"{name}: {len(view.signed.witness_times)} witnesses, {trust.need} needed")
    return problems


def history_problems(now: View, before: View) -> list[str]:
    """What can be seen of the two checkpoints without a consistency proof."""
    if now.checkpoint is None or before.checkpoint is None:
        return []
    problems = []
    if before.checkpoint.origin != now.checkpoint.origin:
        problems.append("the two checkpoints name different logs")
    if before.checkpoint.size > now.checkpoint.size:
        problems.append("the earlier checkpoint is larger than the later one")
    if before.checkpoint.size == now.checkpoint.size and before.checkpoint.root != now.checkpoint.root:
        problems.append("two roots for one size")
    known = {row["index"]: row["entry"] for row in before.entries}
    if any(row["index"] in known and known[row["index"]] != row["entry"] for row in now.entries):
        problems.append("the two checkpoints disagree about an entry")
    return problems


def second_draw_problems(view: View) -> list[str]:
    """One manifest per (bureau, draw_no); with every entry at hand also one non-void draw per period."""
    problems = []
    manifests = [e for e in view.of_type("manifest") if entry_problem(e) is None]
    numbers: dict[tuple[Any, ...], str] = {}
    for e in manifests:
        number = (e["bureau"], e["draw_no"])
        if numbers.setdefault(number, e["h"]) != e["h"]:
            problems.append(f"two manifests for draw {number}")
    if view.checkpoint is None or len({row["index"] for row in view.entries}) < view.checkpoint.size:
        return problems
    voided = {(e.get("bureau"), e.get("m")) for e in view.of_type("void")}
    draws: dict[tuple[Any, ...], str] = {}
    for e in manifests:
        if (e["bureau"], e["h"]) not in voided:
            key = (e["bureau"], e["subject"], e["item"], e["kind"], e["period"])
            if draws.setdefault(key, e["h"]) != e["h"]:
                problems.append(f"two draws that are not void for {key}")
    return problems
