"""The file of a yearly key list: its layout, and every row read or refused with its number."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from policies.roster.codes import compact, mangled
from policies.roster.key_list import Listed
from policies.roster.tabular import Column, Layout, Table

LAYOUT = Layout(
    "key_list",
    "重点单位名录",
    "环境监管重点单位名录",
    (
        Column(
            "code",
            "代码",
            "统一社会信用代码（18 位）或污染源编码（22 位）",
            "91411721MA00000001",
            ("统一社会信用代码", "信用代码", "污染源编码", "排污单位编码"),
            must_exist=True,
        ),
        Column("name", "单位名称", "与证照一致", "某某有限公司", ("名称", "企业名称"), must_exist=True),
        Column("division", "所在区县代码", "六位区划代码", "411721", ("区划代码", "区县代码")),
        Column("categories", "类别", "一个或多个，用顿号隔开", "大气", ("重点类别", "名录类别")),
    ),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be kept: spreadsheet row number and why."""

    row: int
    why: str


Judged = tuple[tuple[Listed, ...], tuple[Fault, ...]]


def read_table(table: Table) -> Judged:
    """Every row of a file, listed or faulty; a list is kept whole or not at all."""
    return _judge((row.number, row.cells) for row in table.rows)


def read_lines(text: str) -> Judged:
    """As `read_table`, one entry a line: code, name, division, categories, parted by commas or blanks."""
    return _judge(_cells(text))


def _cells(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        parts = re.split(r"[,，\s]+", line.strip())
        if parts[0]:
            yield number, dict(zip(("code", "name", "division", "categories"), parts, strict=False))


def _judge(rows: Iterable[tuple[int, Mapping[str, str]]]) -> Judged:
    found: dict[str, Listed] = {}
    faults = []
    for number, cells in rows:
        one, why = _read(cells)
        if not why and one.code in found:
            why = f"代码 {one.code} 重复"
        if why:
            faults.append(Fault(number, why))
        else:
            found[one.code] = one
    return tuple(found.values()), tuple(faults)


def _read(cells: Mapping[str, str]) -> tuple[Listed, str]:
    raw = cells.get("code", "")
    code, name = compact(raw), cells.get("name", "").strip()
    division = cells.get("division", "").strip()
    words = re.split(r"[、；;\s]+", cells.get("categories", "").strip())
    one = Listed(code, name, division, tuple(word for word in words if word))
    if mangled(raw):
        return one, f"代码 {raw} 已被表格软件改成科学计数，请改为文本后重填"
    if not (len(code) in (18, 22) or code.startswith("DJ")) or not code.isalnum() or not code.isascii():
        return one, f"代码 {raw or '为空'} 不是 18 位信用代码或 22 位污染源编码"
    if division and not (division.isdecimal() and len(division) == 6):
        return one, f"区县代码 {division} 不是六位数字"
    return one, ""
