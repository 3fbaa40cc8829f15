"""The yearly workbook of audits as a copy: numbered and marked like every copy of what is unpublished."""

from dataclasses import dataclass

from services.exporting import mark_export
from services.sheets.writer import write_table
from services.views.audit_year import audit_year, sheets_of
from services.work import Work


@dataclass(frozen=True, slots=True)
class Workbook:
    """An xlsx file. `number`: of the copy, as printed on every sheet."""

    number: str
    body: bytes


async def audit_workbook(work: Work, year: int) -> Workbook:
    """Everything a year's audits and comparisons hold; cells are text or whole numbers, never formulas.

    Raises:
        Forbidden: no right to compare, or to take copies.
    """
    data = await audit_year(work, year)
    marked = await mark_export(work, "audit", data.cases, lambda one: str(one.id))
    return Workbook(marked.number, write_table(sheets_of(data, marked.lines)))
