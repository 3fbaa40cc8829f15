"""Whoever notices that a drawn list came out reports it; the report is sealed at once (obligation 25)."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from policies.secrecy.leak import check_report
from services.leaks.papers import keep, list_part, note, report_part
from services.usecases.ceremony import held_draw
from services.work import Work
from tenants import sealed
from tenants.secrecy_rows import LeakCase
from tenants.stores import leaks, tasks


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What is reported.

    Attributes:
        slots: visits concerned, if known. channel: see `policies.secrecy.leak.CHANNELS`.
        words: when, where and how it was noticed; sealed. lines: of the found list; sealed.
        file: the found list as handed in, for its fingerprint.
    """

    draw_no: int
    channel: str
    seen_on: date
    words: str
    slots: tuple[int, ...] = ()
    lines: Sequence[str] = ()
    file: bytes = b""


async def report_leak(work: Work, report: LeakReport) -> LeakCase:
    """Open a case.

    Raises:
        BadReport: something is missing. Missing: no such draw or visit. WrongState: the draw
            never had lists. A leak noticed after the opening is a leak all the same.
    """
    work.require("leak.report")
    check_report(report.channel, report.seen_on, work.today, report.words, len(report.lines) or None)
    await held_draw(work, report.draw_no, "frozen", "drawn", "opened", "void")
    for slot in report.slots:
        await tasks.get(work.db, work.scope, work.scope.bureau, report.draw_no, slot)
    n = await leaks.next_n(work.db, work.scope)
    case = await leaks.report(
        work.db,
        work.scope,
        n,
        report.draw_no,
        sorted({*report.slots}),
        report.seen_on,
        report.channel,
        await _mac(work, report, n) if report.lines else None,
        work.now,
    )
    await keep(work, report.draw_no, report_part(n), {"words": report.words.strip()})
    if report.lines:
        await keep(work, report.draw_no, list_part(n), list(report.lines))
    facts = {
        "draw_no": case.draw_no,
        "channel": case.channel,
        "state": case.state,
        "list": case.list_mac is not None,
    }
    await note(work, "leak.report", n, after=facts)
    return case


async def _mac(work: Work, report: LeakReport, n: int) -> str:
    """By the draw's data key: a bare digest of a list of few names could be guessed by hashing the roster."""
    key = await sealed.data_key(work.db, work.scope, work.app.keys, report.draw_no)
    found = report.file or "\n".join(report.lines).encode()
    return hmac.new(key, list_part(n).encode() + b"\0" + found, hashlib.sha256).hexdigest()
