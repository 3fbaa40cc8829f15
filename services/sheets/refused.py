"""Exactly the refused rows, back as a workbook that can be corrected and imported again."""

from typing import Any

from policies.errors import Language
from policies.roster.errors import RowError
from policies.roster.outcome import Refused, RosterCheck
from policies.roster.tabular import Layout
from services.sheets.writer import OutSheet, write_table

_HEADINGS = ("原行号", "问题说明")  # skipped by the reader, so the file goes straight back in


def _say(error: RowError, language: Language) -> str:
    words = error.wording(language)
    labels = ("应为", "实际") if language == "zh" else ("expected", "got")
    found = f"{labels[1]} {error.got}" if error.got else ""
    told = "；".join(part for part in (f"{labels[0]} {words.expected}", found, words.remedy) if part)
    return f"{error.cell or error.column}（{error.column}）{words.title}：{told}"


def _cells(refused: Refused, layout: Layout, language: Language) -> tuple[str, ...]:
    reason = "\n".join(_say(e, language) for e in refused.errors)
    given = (refused.row.cells.get(c.key, "") for c in layout.columns)
    return (str(refused.row.number), reason, *given)


def write_refused(check: RosterCheck[Any], language: Language = "zh") -> bytes:
    """An xlsx of the refused rows, duplicates included, as given, with row number and reasons in front.

    Args:
        check: outcome of a check, with the layout it was read with.
        language: of the reasons; headings stay those of the layout.
    """
    layout = check.layout
    if layout is None:
        raise ValueError("the check has no layout")
    headings = (*_HEADINGS, *(c.heading for c in layout.columns))
    rows = [_cells(r, layout, language) for r in check.refused]
    return write_table([OutSheet(layout.sheet, headings, rows, widths=(8, 60))])
