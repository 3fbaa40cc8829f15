"""A year of audits for the workbook: districts by quarter, every case, re-check, finding and follow-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from policies.audits import FINDING_STATES, KINDS, MEASURES, METHODS, STATES, VERDICTS
from policies.figures import COLUMNS, FIGURES, SHARES
from policies.terms import Period
from services.clock import CHINA
from services.fanout import Absent, over
from services.sheets.writer import Cell, OutSheet
from services.views.comparison import Numbers, lines_of, noted_for, numbers_in, share
from services.views.desk import Here, here
from services.views.periods import period_of
from services.views.progress import DistrictLine
from services.work import Work
from tenants.audit_rows import AuditCase, AuditCheck, AuditFinding
from tenants.stores import audits, bureaus

# sheet → its headings; words of the workbook stand here and in the tables of `policies`
HEADS: dict[str, tuple[str, ...]] = {
    "口径": ("指标", "口径", "对照规则"),
    "县区比较": ("季度", "代码", "单位", *(FIGURES[name].name["zh"] for name in COLUMNS)),
    "暂缺": ("代码", "单位", "原因"),
    "稽查": ("季度", "单位", "状态", "抽样范围", "复核份数", "立项", "通报", "文号", "答复期限", "办结"),
    "复核": ("季度", "单位", "序", "记录", "记录指纹", "方式", "结论", "说明", "复核人", "复核日"),
    "问题与整改": ("季度", "单位", "序", "类别", "问题", "状态", "责任人", "职务", "措施", "答复", "整改期限",
              "落实情况", "核实意见", "退回次数"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AuditYear:
    """All of a year; `lines`: (quarter, line of a bureau)."""

    here: Here
    year: int
    lines: tuple[tuple[Period, DistrictLine], ...]
    absent: tuple[Absent, ...]
    cases: tuple[AuditCase, ...]
    checks: tuple[tuple[AuditCase, AuditCheck], ...]
    findings: tuple[tuple[AuditCase, AuditFinding], ...]


async def audit_year(work: Work, year: int) -> AuditYear:
    """What is known of a year now; every bureau below that is shown is told."""
    work.require("city.compare")
    work.require("audit.read")
    where, last = await here(work), period_of(work.today)
    quarters = [Period(year, n) for n in (1, 2, 3, 4) if (year, n) <= (last.year, last.quarter)]

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[tuple[Period, Numbers], ...]:
        return tuple([(one, (await numbers_in(there, codes, one))[0]) for one in quarters])

    asked = await over(work, work.scope.visible, read, noted_for(str(year)))
    entries = {one.code: one for one in await bureaus.all_(work.control)}
    lines: list[tuple[Period, DistrictLine]] = []
    for one in quarters:
        found = lines_of(work, [part for at, part in asked.found if at == one], entries)
        lines += [(one, found[code]) for code in work.scope.visible if code in found]
    own = work.scope.bureau
    every = await audits.of_bureau(work.control, work.scope, own)
    cases = tuple(one for one in every if one.period.startswith(str(year)))
    checks = [(c, k) for c in cases for k in await audits.checks(work.control, work.scope, own, c.id)]
    found_ = [(c, f) for c in cases for f in await audits.findings(work.control, work.scope, own, c.id)]
    kept = tuple(pair for pair in found_ if pair[1].state != "dropped")
    return AuditYear(where, year, tuple(lines), asked.absent, cases, tuple(checks), kept)


def sheets_of(data: AuditYear, notes: Sequence[str]) -> tuple[OutSheet, ...]:
    """The workbook's sheets; every one carries the copy's mark above its headings."""
    names = data.here.names
    rows: dict[str, list[list[Cell]]] = {
        "口径": [[one.name["zh"], one.counted["zh"], one.rule] for one in FIGURES.values()],
        "县区比较": [[str(period), line.code, line.name, *_figures(line)] for period, line in data.lines],
        "暂缺": [[one.code, names.get(one.code, one.code), one.words()] for one in data.absent],
        "稽查": [_case(one, names.get(one.district, one.district)) for one in data.cases],
        "复核": [_check(case, one, names.get(case.district, "")) for case, one in data.checks],
        "问题与整改": [_finding(case, one, names.get(case.district, "")) for case, one in data.findings],
    }
    return tuple(OutSheet(name, HEADS[name], rows[name], tuple(notes)) for name in HEADS)


def _figures(line: DistrictLine) -> list[Cell]:
    return [_share(line, name) if name in SHARES else getattr(line, name) for name in COLUMNS]


def _share(line: DistrictLine, name: str) -> str:
    part, whole = share(line, name)
    return f"{100 * part / whole:.1f}%" if whole else "—"


def _day(at: object) -> str:
    return at.astimezone(CHINA).date().isoformat() if at is not None else ""  # type: ignore[attr-defined]


def _case(one: AuditCase, name: str) -> list[Cell]:
    return [
        one.period, name, STATES[one.state]["zh"], one.records, one.size, _day(one.opened_at),
        _day(one.sent_at), one.number, str(one.answer_by or ""), _day(one.closed_at),
    ]  # fmt: skip


def _check(case: AuditCase, one: AuditCheck, name: str) -> list[Cell]:
    method = METHODS[one.method]["zh"] if one.method else ""
    verdict = VERDICTS[one.verdict]["zh"] if one.verdict else ""
    return [
        case.period, name, one.k, one.key, one.record_sha256, method, verdict, one.words, one.name,
        _day(one.at),
    ]  # fmt: skip


def _finding(case: AuditCase, one: AuditFinding, name: str) -> list[Cell]:
    measure = MEASURES[one.measure]["zh"] if one.measure else ""
    return [
        case.period, name, one.n, KINDS[one.kind]["zh"], one.text, FINDING_STATES[one.state]["zh"],
        one.responsible, one.post, measure, one.words, str(one.due or ""), one.done_words,
        one.settled_words, one.rounds,
    ]  # fmt: skip
