"""Rows of a site file → sites, with every fault named by its cell."""

import re
from dataclasses import replace
from functools import partial

from policies.errors import Place
from policies.roster.cells import Cells
from policies.roster.classes import key_basis, read_class, special_cases
from policies.roster.codes import compact, credit_fault
from policies.roster.columns import ALWAYS, DATUMS, POLLUTION, SITE_LAYOUT
from policies.roster.extras import layout_of, read_extra, supplies, usable
from policies.roster.outcome import RosterCheck, SiteContext
from policies.roster.remarks import BorderUnclear, BorderUnknown, OddPhone
from policies.roster.rows import RowKey, check_rows
from policies.roster.site_codes import read_credit_code, read_site_code
from policies.roster.site_errors import (
    BadIndustry,
    DuplicateSiteCode,
    OutsideDivision,
    OutsidePart,
    SwappedCoordinates,
    WrongDivision,
)
from policies.roster.tabular import Table
from policies.terms import Site, SiteKind, SiteStatus

_STATUSES = {
    **dict.fromkeys(("在产", "正常", "生产", "正常生产", "在建"), SiteStatus.ACTIVE),
    **dict.fromkeys(("停产", "停业", "停建"), SiteStatus.SUSPENDED),
    **dict.fromkeys(("关闭", "注销", "吊销", "已关闭"), SiteStatus.CLOSED),
    **dict.fromkeys(("搬迁", "迁出", "已搬迁"), SiteStatus.MOVED),
}
_KINDS = {
    **dict.fromkeys(("单位", "排污单位"), SiteKind.UNIT),
    **dict.fromkeys(("建设项目", "项目"), SiteKind.PROJECT),
}
_DATUMS = {
    **{d: d for d in DATUMS},
    **dict.fromkeys(("国家2000", "2000国家大地坐标系", "大地2000", "CGCS 2000"), "CGCS2000"),
    **dict.fromkeys(("WGS-84", "GPS"), "WGS84"),
    **dict.fromkeys(("GCJ02", "火星坐标系", "高德", "腾讯"), "GCJ-02"),
    **dict.fromkeys(("BD09", "百度"), "BD-09"),
}
_POLLUTION = {**{p: p for p in POLLUTION}, **dict.fromkeys(("固废", "固体废物", "危险废物", "危废"), "废渣")}
_INDUSTRY_CODE = re.compile(r"[A-Z]?\d+")
_INDUSTRY_RIGHT = re.compile(r"[A-T]?\d{2,4}|[A-T]")
_PHONE = re.compile(r"[0-9+()（）\-转 、/;；]{5,60}")
_MAX_VISITS = 366


def check_sites(table: Table, context: SiteContext) -> RosterCheck[Site]:
    """Check a site file.

    Args:
        table: rows read with `SITE_LAYOUT`, or with `layout_of` where the bureau has fields of its own.
        context: the bureau's division, required fields, key list and border test.

    Returns:
        Every row in exactly one of valid, refused (errors and duplicates) or skipped; see `RosterCheck`.
    """
    key = RowKey("code", compact, DuplicateSiteCode)
    layout = layout_of(context.extra, context.classes)
    check = check_rows(table, layout, ALWAYS | context.required, key, partial(_site, context))
    return check if context.inside or not check.valid else _untested(check, table, context)


def _untested(check: RosterCheck[Site], table: Table, context: SiteContext) -> RosterCheck[Site]:
    """Without a shape of the division no point is tested: one remark for the file, not one a row."""
    where = Place(table.file, table.sheet, column=SITE_LAYOUT.column("lon").heading)
    warnings = (BorderUnknown(where=where, division=context.division), *check.warnings)
    return replace(check, warnings=warnings, report={**check.report, "warnings": len(warnings)})


def _division(cells: Cells, context: SiteContext) -> str:
    """Code as given (6 to 12 digits below the bureau's), or the bureau's for one of its names."""
    text = cells.text("division")
    if not text or text in context.division_names:
        return context.division
    if re.fullmatch(r"\d{6}|\d{9}|\d{12}", text) and text.startswith(context.division):
        return text
    names = "、".join(sorted(context.division_names, key=len)) or context.division
    cells.fail(WrongDivision, "division", division=context.division, names=names)
    return text


def _point(cells: Cells, context: SiteContext) -> tuple[float, float, str]:
    """(longitude, latitude, datum), tested against the division."""
    datum = cells.word("datum", _DATUMS, DATUMS[0])
    before = len(cells.errors)
    lon, lat = cells.degrees("lon", 0, 180), cells.degrees("lat", 0, 180)
    if lon is None or lat is None or len(cells.errors) > before:
        return 0.0, 0.0, datum
    if 3 <= lon <= 54 and 73 <= lat <= 136:
        cells.fail(SwappedCoordinates, "lon", got=f"{lon}, {lat}")
        return lon, lat, datum
    if context.inside is None:
        return lon, lat, datum
    inside = context.inside(context.division, lon, lat, datum)
    if inside is None:
        cells.warn(BorderUnclear, "lon", got=f"{lon}, {lat}")
    elif not inside:
        cells.fail(OutsideDivision, "lon", got=f"{lon}, {lat}", division=context.division, datum=datum)
    return lon, lat, datum


def _industry(cells: Cells) -> str:
    text = cells.text("industry")
    first = text.split(" ")[0] if text else ""
    if _INDUSTRY_CODE.fullmatch(first) and not _INDUSTRY_RIGHT.fullmatch(first):
        cells.fail(BadIndustry, "industry")
    return text


def _phone(cells: Cells, key: str) -> str:
    text = cells.text(key)
    if text and not _PHONE.fullmatch(text):
        cells.warn(OddPhone, key)
    return text


def _site(context: SiteContext, cells: Cells) -> Site | None:
    credit_code, credit_reason = read_credit_code(cells)
    trusted = credit_code if credit_reason or credit_fault(credit_code) is None else ""
    code, code_reason = read_site_code(cells, trusted, context.division)
    key, special = read_class(cells, context, (code, credit_code))
    lon, lat, datum = _point(cells, context)
    site = Site(
        code=code,
        name=cells.text("name"),
        credit_code=credit_code,
        kind=cells.word("kind", _KINDS, SiteKind.UNIT),
        key=key,
        special=special,
        status=cells.word("status", _STATUSES, SiteStatus.ACTIVE),
        address=cells.text("address"),
        site_address=cells.text("site_address"),
        division=_division(cells, context),
        lon=lon,
        lat=lat,
        datum=datum,
        industry=_industry(cells),
        pollution=cells.words("pollution", _POLLUTION),
        phone=_phone(cells, "phone"),
        legal_person=cells.text("legal_person"),
        contact=cells.text("contact"),
        contact_phone=_phone(cells, "contact_phone"),
        env_officer=cells.text("env_officer"),
        authority=cells.text("authority"),
        basin=cells.text("basin"),
        started_on=cells.partial_date("started_on"),
        products=cells.text("products"),
        class_basis=key_basis(cells, context, (code, credit_code), key=key),
        special_cases=special_cases(cells, context, special=special),
        special_evidence=cells.text("special_evidence"),
        visits_this_year=cells.count("visits_this_year", _MAX_VISITS),
        overrides=credit_reason + code_reason,
        extra=read_extra(cells, usable(context.extra) if context.extra else ()),
    )
    if context.section and not supplies(context.section, site):
        part = context.section.words()
        cells.fail(OutsidePart, "code", section=context.section.name, part=part)
    return None if cells.errors else site
