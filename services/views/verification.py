"""A verification as numbered steps in words, computed in a process of its own.

The draws' worker is never used: a bundle from outside may be slow to refuse, and no draw may wait for it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from policies.errors import Kind, Language, Problem, Wording
from policies.rd1.logs_notes import parse_vkey
from policies.rd1.logs_trust import Trust, parse_trust
from policies.rd1.record import read_bundle
from policies.verify.run import verify
from policies.verify.verdict import ASSUME_WORDS, STEP_WORDS
from services.drawing.compute import Worker
from services.tlog.cosigning import superiors_of
from tenants.records import WitnessKey

SECONDS = 60  # a county takes a fraction of one
KEPT = 64  # verdicts of published files remembered
TRUST_BYTES = 65536
BUNDLE_BYTES = 24 * 1024 * 1024

VERIFIER = Worker()
_busy = asyncio.Semaphore(2)
Mark = tuple[str, int, int, bool]
_known: dict[Mark, "Report"] = {}


class TooSlow(Problem):
    """A verification did not end in time."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "核验未在限时内完成", "{seconds} 秒内可核验的文件", "请用命令行核验该文件，或稍后再试。"
        ),
        "en": Wording(
            "The verification did not end in time",
            "a file that can be checked within {seconds} seconds",
            "Verify it on the command line, or try again later.",
        ),
    }


@dataclass(frozen=True, slots=True)
class StepRow:
    """One numbered step: what it asks, and what was found."""

    id: str
    words: str
    status: str
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict for a page.

    Attributes:
        verdict: VALID, CONSISTENT or INVALID.
        assumes: sentences on what no software can know.
        names: bureau, subject, kind, period, draw_no as the bundle states them.
        trusted: a trust file was given.
    """

    verdict: str
    steps: tuple[StepRow, ...]
    assumes: tuple[str, ...]
    void: str
    late: bool | None
    over_caps: int
    names: dict[str, Any]
    trusted: bool

    @property
    def passed(self) -> int:
        """How many steps passed."""
        return sum(step.status == "passed" for step in self.steps)


def trust_text(log_vkey: str, keys: Sequence[WitnessKey]) -> str:
    """This deployment's own trust file: its log and the superiors' witnesses, one of them needed.

    Outsiders whom an administrator admitted are left out, whoever hands them in: one of them alone must not
    make a draw look witnessed. A reader who believes one writes it into a trust file of their own. For a draw
    that is known, its published trust file names its own superior only (`write_bundle`).

    Args:
        log_vkey: of the log. keys: registered witnesses, escrow keys included.

    Returns:
        Empty while no superior's witness is registered: there is nothing to believe but this site.
    """
    believed = superiors_of(keys)
    if not believed:
        return ""
    return Trust((parse_vkey(log_vkey),), tuple(parse_vkey(key.vkey) for key in believed), 1).text()


async def check_bytes(bundle: bytes, trust: str | None, language: Language = "zh") -> Report:
    """Verify an uploaded bundle.

    Raises:
        Unreadable: not a bundle. BadNote and kin: not a trust file. TooSlow: no end in time.
    """
    async with _busy:
        try:
            return await asyncio.wait_for(VERIFIER.call(judge, bundle, trust, language), SECONDS)
        except TimeoutError:
            VERIFIER.close()
            raise TooSlow(f"{len(bundle)}", seconds=SECONDS) from None


async def check_files(bundle: Path, trust: Path) -> Report | None:
    """Verify the published files of a draw; None while they are not there. Remembered until they change."""
    found = await asyncio.to_thread(_read, bundle, trust)
    if found is None:
        return None
    mark, data, keys = found
    if mark not in _known:
        # Our own files, checked once when we wrote them: a thread will do, without waiting for a process.
        report = await asyncio.to_thread(judge, data, keys)
        while len(_known) >= KEPT:
            _known.pop(next(iter(_known)))
        _known[mark] = report
    return _known[mark]


def _read(bundle: Path, trust: Path) -> tuple[Mark, bytes, str | None] | None:
    """Both files and what changes when the bundle does; known ones are not read again."""
    if not bundle.is_file():
        return None
    keys = trust.read_text(encoding="utf-8") if trust.is_file() else None
    stat = bundle.stat()
    mark = (str(bundle), stat.st_mtime_ns, stat.st_size, keys is not None)
    return mark, b"" if mark in _known else bundle.read_bytes(), keys


def judge(bundle: bytes, trust: str | None, language: Language = "zh") -> Report:
    """Read and verify; pure, so it runs anywhere."""
    read = read_bundle(bundle)
    verdict = verify(read, parse_trust(trust) if trust else None)
    manifest = read.get("manifest")
    named = manifest if isinstance(manifest, dict) else {}
    steps = tuple(
        StepRow(step.id, STEP_WORDS[step.id][language], step.status, step.text(language))
        for step in verdict.steps
    )
    return Report(
        verdict=verdict.verdict,
        steps=steps,
        assumes=tuple(ASSUME_WORDS[code][language] for code in verdict.assumes),
        void=str((verdict.void or {}).get("reason", "")),
        late=verdict.late,
        over_caps=sum(verdict.over_caps.values()),
        names={n: named.get(n, "") for n in ("bureau", "subject", "kind", "period", "draw_no")},
        trusted=trust is not None,
    )
