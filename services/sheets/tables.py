"""Rows of text → a table by its layout: find headings, skip hint, example and parameters, lose nothing."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from policies.errors import Place
from policies.roster.columns import OFFICER_LAYOUT, SITE_LAYOUT
from policies.roster.headings import Found, heading, names_of
from policies.roster.tabular import Layout, Row, Skipped, SkipReason, Table, letter
from services.sheets.errors import DuplicateHeadings, EmptyFile, MissingColumns, OtherRoster, SeveralSheets
from services.sheets.workbook import Grid

_SEARCHED = 30  # rows looked through for the headings
_PARAMETER_SHEET = re.compile(r"参数|说明|字典|选项|枚举|填报须知")
_EXAMPLE = re.compile(r"\(请删除\)$|^\((?:案例|示例)\)|^(?:案例|示例|样例)(?:行?\d*$|:|\([^)]*\)$)")
_HINT = re.compile(r"^(?:填[写报表]说明|填写要求|填写提示|说明[:：]|提示[:：]|注[:：]|\*?必填|选填)")
_ROSTERS = (SITE_LAYOUT, OFFICER_LAYOUT)
_ENGLISH = {"sites": "a site roster", "officers": "an officer roster"}
#: Headings of our own making that carry no data.
_OWN = frozenset({"序号", "原行号", "问题说明"})
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)


def tidy(cell: str) -> str:
    """A cell without outer space, invisible and control characters, line breaks as one space, NFC."""
    if cell.isascii() and cell.isprintable():
        return cell.strip()
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", cell)).split())


@dataclass(frozen=True, slots=True)
class _Found:
    """A heading row: its index and the columns under each key; `other` are headings nobody claims."""

    grid: Grid
    index: int
    columns: Mapping[str, tuple[int, ...]]
    other: Mapping[int, str]


def _names(layout: Layout, mapping: Mapping[str, str] | None = None) -> dict[str, str]:
    """Heading → key; what was said of a heading goes before the layout, "" takes it out."""
    names = {**names_of(layout), **(mapping or {})}
    return {text: key for text, key in names.items() if key}


def _whole(found: _Found, layout: Layout) -> bool:
    return all(c.key in found.columns for c in layout.columns if c.must_exist)


def _match(grid: Grid, index: int, names: Mapping[str, str]) -> _Found:
    columns: dict[str, list[int]] = defaultdict(list)
    other: dict[int, str] = {}
    for i, cell in enumerate(grid.rows[index]):
        text = heading(cell)
        if text in names:
            columns[names[text]].append(i)
        elif text:
            other[i] = text
    return _Found(grid, index, {k: tuple(v) for k, v in columns.items()}, other)


def _headings(grid: Grid, names: Mapping[str, str]) -> _Found | None:
    """The row with most known headings among the first; fewer than two is no heading row."""
    rows = [_match(grid, i, names) for i in range(min(_SEARCHED, len(grid.rows)))]
    best = max(rows, key=lambda r: len(r.columns), default=None)
    return best if best and len(best.columns) >= 2 else None


def _refuse_other(grids: Sequence[Grid], layout: Layout, file: str) -> None:
    """A file that is whole as the other roster is told apart from one that merely lacks columns."""
    for other in _ROSTERS:
        found = [f for g in grids if other is not layout and (f := _headings(g, _names(other)))]
        for one in found:
            if _whole(one, other):
                missing = "、".join(
                    c.heading for c in layout.columns if c.must_exist and c.key not in one.columns
                )
                where = Place(file, one.grid.name, one.index + 1)
                roster = {"zh": other.sheet, "en": _ENGLISH[other.key]}
                raise OtherRoster(other.sheet, where=where, missing=missing, roster=roster)


def _check(found: _Found, layout: Layout, file: str) -> None:
    where = Place(file, found.grid.name, found.index + 1)
    missing = [c.heading for c in layout.columns if c.must_exist and c.key not in found.columns]
    if missing:
        have = "、".join(layout.column(k).heading for k in found.columns)
        raise MissingColumns(have, where=where, missing="、".join(missing))
    twice = {k: v for k, v in found.columns.items() if len(v) > 1}
    if twice:
        text = "；".join(
            f"{layout.column(k).heading}（{'、'.join(letter(i) for i in v)} 列）" for k, v in twice.items()
        )
        raise DuplicateHeadings(text, where=where, headings=text)


def _reason(cells: Sequence[str]) -> SkipReason | None:
    """Why a row is no data, None when it is data. Written for cells already tidied."""
    filled = [c for c in cells if c]
    if not filled:
        return "blank"
    # Only the first cell marks an example: a company may well be called 示例001号有限公司.
    if _EXAMPLE.search(unicodedata.normalize("NFKC", filled[0])):
        return "example"
    return "hint" if _HINT.match(filled[0]) else None


def _row(number: int, cells: Sequence[str], columns: Mapping[int, str], known: frozenset[int]) -> Row:
    named = {key: cells[i] if i < len(cells) else "" for i, key in columns.items()}
    stray = tuple((letter(i), c) for i, c in enumerate(cells) if c and i not in known)
    return Row(number, named, stray)


def _table(found: _Found, file: str, others: Iterable[str]) -> Table:
    columns = {v[0]: k for k, v in found.columns.items()}
    known = frozenset(columns) | frozenset(found.other)
    rows: list[Row] = []
    above = range(1, found.index + 1)
    skipped = [Skipped(n, "hint" if any(map(str.strip, found.grid.rows[n - 1])) else "blank") for n in above]
    for number, raw in enumerate(found.grid.rows[found.index + 1 :], found.index + 2):
        cells = [tidy(c) for c in raw]
        reason = _reason(cells)
        if reason:
            skipped.append(Skipped(number, reason))
        else:
            rows.append(_row(number, cells, columns, known))
    return Table(
        file=file,
        sheet=found.grid.name,
        heading_row=found.index + 1,
        rows=tuple(rows),
        letters={k: letter(i) for i, k in columns.items()},
        skipped=tuple(skipped),
        unknown=tuple(t for t in found.other.values() if t not in _OWN),
        other_sheets=tuple(others),
    )


def find_headings(
    grids: Sequence[Grid], layout: Layout, mapping: Mapping[str, str] | None = None
) -> tuple[Found, ...]:
    """The headings of a file, our own (序号, 问题说明) left out; () = it has none, or is the other roster.

    Where no row has two known headings, the first row of the first sheet with two filled cells is taken.
    """
    names = _names(layout, mapping)
    data = [g for g in grids if not (g.name and _PARAMETER_SHEET.search(g.name))]
    known = [f for g in data if (f := _headings(g, names))]
    if not known and any(_whole(f, o) for o in _ROSTERS for g in data if (f := _headings(g, _names(o)))):
        return ()
    found = max(known, key=lambda f: len(f.columns), default=None) or _first(data)
    return _listed(found) if found else ()


def _first(grids: Sequence[Grid]) -> _Found | None:
    for grid in grids:
        for index, row in enumerate(grid.rows[:_SEARCHED]):
            if sum(bool(cell.strip()) for cell in row) >= 2 and not _reason([tidy(c) for c in row]):
                return _match(grid, index, {})
    return None


def _listed(found: _Found) -> tuple[Found, ...]:
    rows = found.grid.rows
    below = [row for row in rows[found.index + 1 : found.index + 1 + _SEARCHED] if not _skipped(row)]
    listed: dict[str, Found] = {}
    for i, cell in enumerate(rows[found.index]):
        text = heading(cell)
        if text and text not in _OWN:
            sample = next((tidy(r[i]) for r in below if i < len(r) and r[i].strip()), "")[:40]
            listed.setdefault(text, Found(letter(i), text, tidy(cell)[:80], sample))
    return tuple(listed.values())


def _skipped(row: Sequence[str]) -> bool:
    return _reason([tidy(cell) for cell in row]) is not None


def find_table(
    grids: Sequence[Grid], layout: Layout, file: str, mapping: Mapping[str, str] | None = None
) -> Table:
    """The one table of a file; `mapping` says of headings which key they fill, "" = none.

    Raises:
        EmptyFile: no cell, or no data row under the headings.
        MissingColumns: no heading row, or one without a column the layout needs.
        OtherRoster: the file is whole as the other roster.
        DuplicateHeadings: one column twice.
        SeveralSheets: data under such headings on more than one sheet.
    """
    names = _names(layout, mapping)
    data = [g for g in grids if not (g.name and _PARAMETER_SHEET.search(g.name))]
    if not any(cell.strip() for g in data for row in g.rows for cell in row):
        raise EmptyFile("没有内容", where=Place(file=file))
    found = [f for g in data if (f := _headings(g, names))]
    if not any(_whole(f, layout) for f in found):
        _refuse_other(data, layout, file)
    if not found:
        missing = "、".join(c.heading for c in layout.columns if c.must_exist)
        first = "、".join(c for c in data[0].rows[0] if c)[:80] if data[0].rows else ""
        raise MissingColumns(first, where=Place(file, data[0].name), missing=missing)
    for one in found:
        _check(one, layout, file)
    tables = [_table(f, file, (g.name or "" for g in grids if g is not f.grid)) for f in found]
    filled = [t for t in tables if t.rows]
    if len(filled) > 1:
        sheets = "、".join(t.sheet or "" for t in filled)
        raise SeveralSheets(sheets, where=Place(file=file), sheets=sheets)
    if not filled:
        raise EmptyFile("只有标题和示例", where=Place(file, tables[0].sheet, tables[0].heading_row))
    return filled[0]
