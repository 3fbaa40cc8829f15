"""A monitor at home: reads a log, judges it against what it saw last, remembers the head only if it is sound.

The state is one file with the last checkpoint as the log signed it. It is checked again at every look, so
a changed state is found out; it is never replaced by a head that does not continue it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from policies.errors import Kind, Language, Place, Problem, Wording
from policies.rd1.logs_expected import Expected
from policies.rd1.logs_notes import Checkpoint, parse_checkpoint
from policies.rd1.logs_trust import Trust, check_log_signature
from policies.rd1.logs_watch import Report, watch
from services.home import write_whole
from services.outside.reading import head_of, read_log
from services.outside.sources import Source

VERSION = 1


class StateUnusable(Problem):
    """The monitor's own memory cannot be read or is not signed by the log; nothing was judged."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "监督状态文件不可用",
            "上次监督写下的文件，内含日志签名有效的检查点",
            "请从备份恢复；确实要从头开始的，请先弄清原因，再移走该文件。",
        ),
        "en": Wording(
            "The monitor's state cannot be used",
            "the file of the last look, with a checkpoint the log signed",
            "Restore it from a backup; to start over, find out why first, then move it away.",
        ),
    }


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the report, and the checkpoints compared, as evidence."""

    report: Report
    seen: str
    now: str


def look(
    source: Source,
    trust: Trust,
    state: Path | None,
    now: int | None,
    *,
    expected: Sequence[Expected] = (),
    mirrors: Sequence[Source] = (),
    patience: int = 24 * 3600,
) -> Look:
    """Read, judge, and remember the head when its history is sound.

    Args:
        state: file of the last look; made at the first one.
        now: nanoseconds since 1970; None for a simulated log's own time.
        mirrors: other places that hand out the same log, compared with this one.

    Raises:
        StateUnusable: the state is not one this log signed. Unreachable, LogGap, BadNote, BadSignature: there
            is no head to judge.
    """
    seen = load(state, trust) if state else None
    reading = read_log(source, trust)
    others = [head_of(mirror, trust) for mirror in mirrors]
    report = watch(reading, trust, seen, now, expected=expected, others=others, patience=patience)
    if state and report.sound_history:
        keep(state, reading.head)
    return Look(report, seen.note.text() if seen else "", reading.head.note.text())


def load(state: Path, trust: Trust) -> Checkpoint | None:
    """The checkpoint seen last, its signature checked; None before the first look.

    Raises:
        StateUnusable: the file is there but cannot be trusted.
    """
    try:
        text = state.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateUnusable(str(error)[:80], where=Place(file=state.name)) from None
    try:
        kept = json.loads(text)
        if kept["v"] != VERSION:
            raise ValueError(kept["v"])
        seen = parse_checkpoint(kept["note"])
        check_log_signature(trust, seen)
    except (Problem, ValueError, KeyError, TypeError) as error:
        got = error.wording().title if isinstance(error, Problem) else str(error)
        raise StateUnusable(got[:80], where=Place(file=state.name)) from None
    return seen


def keep(state: Path, head: Checkpoint) -> None:
    """Remember a head, in one step."""
    text = json.dumps({"v": VERSION, "note": head.note.text()}, ensure_ascii=False)
    write_whole(state, text.encode())
