"""The platform's list of drawn sites and officers: its layout, and every row judged. Basis: obligation 21.

A draw taken over is kept whole or not at all: a list in part would be a list of our own making.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from policies.roster import codes
from policies.roster.cells import Cells, split
from policies.roster.code_errors import MangledCode
from policies.roster.outcome import RosterCheck
from policies.roster.platform_errors import (
    AmbiguousSite,
    ListedTwice,
    NoLeadListed,
    OfficerTwice,
    OfficerUnfit,
    OtherBatch,
    SiteNotActive,
    TeamTooSmall,
    UnknownOfficer,
    UnknownSite,
)
from policies.roster.rows import RowKey, check_rows
from policies.roster.tabular import Column, Layout, Table
from policies.terms import Officer, Site, SiteStatus

LAYOUT = Layout(
    "platform",
    "平台抽取名单",
    "省级平台抽取名单",
    (
        Column(
            "code",
            "污染源编码",
            "污染源编码；只有统一社会信用代码的也可",
            "411721S0001",
            ("单位编码", "企业编码", "排污单位编码", "统一社会信用代码", "信用代码", "检查对象编码"),
            must_exist=True,
        ),
        Column("name", "单位名称", "与名录一致", "某某有限公司", ("名称", "企业名称", "检查对象")),
        Column(
            "officers",
            "执法证号",
            "一组两人以上，用顿号隔开",
            "41172100001、41172100002",
            ("执法人员证号", "检查人员证号", "执法人员执法证号"),
            must_exist=True,
        ),
        Column(
            "batch", "批次号", "平台上显示的批次号", "HN2026Q1-0001", ("抽查批次", "任务批次", "批次编号")
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class PlatformContext:
    """What the check may rely on.

    Attributes:
        sites: of the roster drawn from, by code. officers: of the bureau, by certificate.
        least: fewest officers of a team. last: last day of the period. batch: the batch handed in.
        known_only: unknown sites and officers are faults; otherwise they stay as written, to be compared.
    """

    sites: Mapping[str, Site]
    officers: Mapping[str, Officer]
    least: int
    last: date
    batch: str
    known_only: bool = True
    by_credit: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlatformRow:
    """One drawn visit: the site's code, and certificates in the order of the list."""

    code: str
    officers: tuple[str, ...]


def by_credit(sites: Mapping[str, Site]) -> dict[str, tuple[str, ...]]:
    """Credit code → codes of the sites under it."""
    found: dict[str, tuple[str, ...]] = {}
    for site in sites.values():
        credit = codes.compact(site.credit_code)
        found[credit] = (*found.get(credit, ()), site.code)
    return found


def check_platform(table: Table, context: PlatformContext) -> RosterCheck[PlatformRow]:
    """Check a list read with `LAYOUT`; shape of the outcome as for `check_sites`."""
    rows: dict[str, list[int]] = {}
    read = _reader(context, rows)
    key = RowKey("code", codes.compact, ListedTwice)
    required = frozenset({"code", "officers"} if context.known_only else {"code"})
    return check_rows(table, LAYOUT, required, key, read)


def _reader(context: PlatformContext, rows: dict[str, list[int]]) -> Callable[[Cells], PlatformRow | None]:
    def read(cells: Cells) -> PlatformRow | None:
        code = _site(cells, context)
        team = _team(cells, context)
        _batch(cells, context)
        if code:  # the same site may stand there by its code and by its credit code
            if code in rows:
                others = "、".join(map(str, rows[code]))
                cells.fail(ListedTwice, "code", others=others)
            rows.setdefault(code, []).append(cells.number)
        if cells.errors:
            return None
        _remarks(cells, context, code, team)
        return PlatformRow(code, team)

    return read


def _site(cells: Cells, context: PlatformContext) -> str:
    code = cells.code("code")
    if not code or code in context.sites:
        return code
    found = context.by_credit.get(code, ())
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        cells.fail(AmbiguousSite, "code", codes="、".join(found[:5]))
    elif context.known_only:
        cells.fail(UnknownSite, "code")
    return code


def _team(cells: Cells, context: PlatformContext) -> tuple[str, ...]:
    parts = split(cells.text("officers"))
    team = tuple(codes.tidy(part) for part in parts)
    if any(codes.mangled(part) for part in parts):
        cells.fail(MangledCode, "officers")
        return team
    if len(set(team)) < len(team):
        cells.fail(OfficerTwice, "officers")
    if not context.known_only:
        return team
    for certificate in team:
        if certificate not in context.officers:
            cells.fail(UnknownOfficer, "officers", got=certificate)
    if team and len(set(team)) < context.least:
        cells.fail(TeamTooSmall, "officers", least=context.least)
    return team


def _batch(cells: Cells, context: PlatformContext) -> None:
    text = codes.tidy(cells.text("batch"))
    if text and text != context.batch:
        cells.fail(OtherBatch, "batch", batch=context.batch)


def _remarks(cells: Cells, context: PlatformContext, code: str, team: tuple[str, ...]) -> None:
    site = context.sites.get(code)
    if site is not None and site.status is not SiteStatus.ACTIVE:
        cells.warn(SiteNotActive, "code", status=site.status.value)
    people = [context.officers[c] for c in team if c in context.officers]
    if people and not any(officer.lead for officer in people):
        cells.warn(NoLeadListed, "officers")
    if unfit := [officer.name for officer in people if officer.valid_until < context.last]:
        cells.warn(OfficerUnfit, "officers", officers="、".join(unfit))
