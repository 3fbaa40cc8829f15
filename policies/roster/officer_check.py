"""Rows of an officer file → officers. An expired certificate is kept and said, but is not drawable."""

import re
from datetime import date
from functools import partial

from policies.roster import codes
from policies.roster.cells import Cells, split
from policies.roster.code_errors import MangledCode
from policies.roster.columns import OFFICER_LAYOUT
from policies.roster.officer_errors import BadCertificate, DuplicateCertificate, LeaveOrder, UnknownRecusal
from policies.roster.outcome import OfficerContext, RosterCheck
from policies.roster.remarks import CertificateExpired, CertificateExpiring
from policies.roster.rows import RowKey, check_rows
from policies.roster.tabular import Table
from policies.terms import Officer

_YES_NO = {"是": True, "否": False, "Y": True, "N": False, "√": True, "×": False}
_REQUIRED = frozenset({"name", "certificate", "unit", "valid_until", "lead", "on_post"})
_CERTIFICATE = re.compile(r"[0-9A-Z\u4e00-\u9fff()-]{4,40}")


def check_officers(table: Table, context: OfficerContext) -> RosterCheck[Officer]:
    """Check an officer file read with `OFFICER_LAYOUT`; shape of the outcome as for `check_sites`."""
    key = RowKey("certificate", codes.tidy, DuplicateCertificate)
    return check_rows(table, OFFICER_LAYOUT, _REQUIRED, key, partial(_officer, context))


def _certificate(cells: Cells) -> str:
    text = cells.text("certificate")
    if codes.mangled(text):
        cells.fail(MangledCode, "certificate")
        return ""
    number = codes.tidy(text)
    if number and not _CERTIFICATE.fullmatch(number):
        cells.fail(BadCertificate, "certificate")
    return number


def _valid_until(cells: Cells, context: OfficerContext) -> date:
    day = cells.day("valid_until")
    if day is None:
        return date.min
    if day < context.on:
        cells.warn(CertificateExpired, "valid_until", valid_until=day.isoformat())
    elif context.through and day < context.through:
        cells.warn(CertificateExpiring, "valid_until", valid_until=day.isoformat())
    return day


def _leave(cells: Cells) -> tuple[tuple[date, date], ...]:
    """Spans in the order given; starts and ends pair one by one."""
    starts, ends = (
        [cells.day(key, part) for part in split(cells.text(key))] for key in ("leave_from", "leave_to")
    )
    spans = [(a, b) for a, b in zip(starts, ends, strict=False) if a and b]
    if len(starts) != len(ends) or any(a > b for a, b in spans):
        cells.fail(LeaveOrder, "leave_to")
    return tuple(spans)


def _recusals(cells: Cells, context: OfficerContext) -> tuple[str, ...]:
    """Site codes, each once; the reason of a recusal is never part of the file."""
    found: list[str] = []
    for part in split(cells.text("recusals")):
        if codes.mangled(part):
            cells.fail(MangledCode, "recusals", got=part)
            continue
        code = codes.compact(part)
        if context.known_sites is not None and code not in context.known_sites:
            cells.fail(UnknownRecusal, "recusals", got=part)
        found.append(code)
    return tuple(dict.fromkeys(found))


def _officer(context: OfficerContext, cells: Cells) -> Officer | None:
    officer = Officer(
        certificate=_certificate(cells),
        name=cells.text("name"),
        unit=cells.text("unit"),
        valid_until=_valid_until(cells, context),
        lead=cells.word("lead", _YES_NO, False),
        on_post=cells.word("on_post", _YES_NO, False),
        leave=_leave(cells),
        recusals=_recusals(cells, context),
        person=cells.text("person"),
    )
    return None if cells.errors else officer
