"""V13: the entries stand in a log that the trusted key signed and enough witnesses saw."""

from typing import Any

from policies.rd1 import merkle
from policies.rd1.canonical import sha256
from policies.rd1.log_errors import BadNote, LogTwisted, NotLogged, ProofFalse, TooFewWitnesses
from policies.rd1.logs import leaf_data
from policies.rd1.logs_monitor import check_numbers, check_standing, check_times
from policies.rd1.logs_notes import Checkpoint
from policies.rd1.logs_trust import Trust, check_log_signature, witness_times
from policies.verify.case import Case, Found, LogView, NotChecked


def _included(view: LogView) -> Checkpoint:
    checkpoint = view.checkpoint
    if checkpoint is None:
        raise NotLogged(what=f"{view.path}.checkpoint")
    for index, entry, proof in view.entries:
        leaf = merkle.leaf_hash(sha256, leaf_data(entry))
        steps = [bytes.fromhex(step) for step in proof]
        if merkle.root_from_path(sha256, leaf, index, checkpoint.size, steps) != checkpoint.root:
            raise ProofFalse(entry["t"], path=f"{view.path}[{index}]")
    return checkpoint


def _one_log(log: LogView, before: LogView, late: Checkpoint, early: Checkpoint) -> None:
    """The two views do not contradict each other."""
    if early.origin != late.origin or early.size > late.size:
        raise BadNote(f"{early.origin} {early.size} > {late.origin} {late.size}")
    if early.size == late.size and early.root != late.root:
        raise LogTwisted(late.size, what="root")
    known = {index: entry for index, entry, _ in log.entries}
    for index, entry, _ in before.entries:
        if known.get(index, entry) != entry:
            raise LogTwisted(index, what=f"index {index}")


def _sound(entries: dict[int, dict[str, Any]], size: int) -> None:
    """Times and numbers hold; with the whole log at hand also one standing draw for a period."""
    rows = sorted(entries.items())
    check_times(rows, "log")
    check_numbers(rows)
    if len(rows) == size:
        check_standing([entry for _, entry in rows])


def _signed(trust: Trust, view: LogView, checkpoint: Checkpoint) -> int:
    check_log_signature(trust, checkpoint)
    seen = len(witness_times(trust, checkpoint))
    if seen < trust.need:
        raise TooFewWitnesses(seen, path=view.path, needed=trust.need)
    return seen


def v13(case: Case) -> Found:
    """V13: inclusion proofs, the log's signature and enough witnesses hold, for both checkpoints.

    That there is an earlier checkpoint at all, V4 and V6 see to.
    """
    log = case.logged()
    late = _included(log)
    views = [(log, late)]
    if case.before is not None:
        views.append((case.before, _included(case.before)))
        _one_log(log, case.before, late, views[1][1])
    _sound({index: entry for view, _ in reversed(views) for index, entry, _ in view.entries}, late.size)
    if case.trust is None:
        raise NotChecked("no_trust")
    seen = min([_signed(case.trust, view, checkpoint) for view, checkpoint in views])
    return "log", {"size": late.size, "witnesses": seen}
