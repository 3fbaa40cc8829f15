"""The code cells of a site row, with the reasoned override for codes that exist against the rule."""

from policies.roster.cells import Cells
from policies.roster.code_errors import (
    CreditCodeForm,
    CreditCodeLength,
    OverrideTooShort,
    SiteCodeCompany,
    SiteCodeForm,
    WrongCheckDigit,
)
from policies.roster.codes import CodeFault, credit_check, credit_fault, site_fault
from policies.roster.errors import RowError
from policies.roster.remarks import CodeOverridden

_REASON = 5  # characters; shorter texts such as “无” or “特批” say nothing


def _reason(cells: Cells) -> str:
    """The override reason, "" when there is none worth the name."""
    text = cells.text("override")
    if text and len(text) < _REASON:
        cells.fail(OverrideTooShort, "override")
        return ""
    return text


def _judge(cells: Cells, key: str, kind: type[RowError], facts: dict[str, object]) -> tuple[str, ...]:
    """Refuse the code, or accept it for the stated reason and give the text to keep."""
    reason = cells.text("override")
    if len(reason) < _REASON:
        cells.fail(kind, key, **facts)
        return ()
    cells.warn(CodeOverridden, key, reason=reason)
    return (f"{key}：{reason}",)


def read_credit_code(cells: Cells) -> tuple[str, tuple[str, ...]]:
    """(credit code, overrides used). Length is never overridden: a short code is a typing slip."""
    code = cells.code("credit_code")
    fault = credit_fault(code) if code else None
    if fault is None:
        return code, ()
    if fault is CodeFault.LENGTH:
        cells.fail(CreditCodeLength, "credit_code", length=len(code))
        return code, ()
    if fault is CodeFault.CHECK:
        right = credit_check(code[:17])
        return code, _judge(cells, "credit_code", WrongCheckDigit, {"expected_character": right})
    return code, _judge(cells, "credit_code", CreditCodeForm, {})


def read_site_code(cells: Cells, credit_code: str, division: str) -> tuple[str, tuple[str, ...]]:
    """(site code, overrides used). No override helps a code the draw protocol could not carry."""
    _reason(cells)
    code = cells.code("code")
    fault = site_fault(code, credit_code, division) if code else None
    if fault is None:
        return code, ()
    if fault is CodeFault.OTHER_COMPANY:
        return code, _judge(cells, "code", SiteCodeCompany, {"credit_code": credit_code})
    if not code.isascii() or not code.isalnum():
        cells.fail(SiteCodeForm, "code", division=division)
        return code, ()
    return code, _judge(cells, "code", SiteCodeForm, {"division": division})
