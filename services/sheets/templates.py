"""The import templates, and files in their layout: hint row, headings, example row, parameter sheet."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from policies.roster.columns import OFFICER_LAYOUT, SITE_LAYOUT
from policies.roster.platform_list import LAYOUT as PLATFORM_LAYOUT
from policies.roster.tabular import Layout
from services.sheets.writer import OutSheet, write_table

EXAMPLE_MARK = "案例(请删除)"
LAYOUTS: Mapping[str, Layout] = {
    "sites": SITE_LAYOUT,
    "officers": OFFICER_LAYOUT,
    "platform": PLATFORM_LAYOUT,
}
_HINT = "填写说明：{stars}；代码、证号列为文本格式，请勿改为数字；本行和案例行导入时自动跳过。"


def _data(
    layout: Layout, rows: Sequence[Mapping[str, str]], notes: tuple[str, ...], required: frozenset[str]
) -> OutSheet:
    columns = layout.columns
    example = (EXAMPLE_MARK, *(c.example for c in columns))
    cells = [(str(i), *(row.get(c.key, "") for c in columns)) for i, row in enumerate(rows, 1)]
    return OutSheet(
        name=layout.sheet,
        headings=(
            "序号",
            *(f"{c.heading}*" if c.must_exist or c.key in required else c.heading for c in columns),
        ),
        rows=[example, *cells],
        notes=notes,
        widths=(14, *(max(12, 2 * len(c.heading) + 4, len(c.example) + 2) for c in columns)),
        choices={i: c.values for i, c in enumerate(columns, 1) if c.values},
    )


def _parameters(layout: Layout) -> OutSheet:
    """Words of every column that has a list, one column each; below the hints of all columns."""
    listed = [c for c in layout.columns if c.values]
    words = list(zip_longest(*(c.values for c in listed), fillvalue=""))
    hints = [(c.heading, c.hint) for c in layout.columns if c.hint]
    return OutSheet("参数", tuple(c.heading for c in listed), [*words, (), ("列", "填写要求"), *hints])


def fill_template(
    layout: Layout,
    rows: Sequence[Mapping[str, str]] = (),
    notes: tuple[str, ...] = (),
    required: frozenset[str] = frozenset(),
) -> bytes:
    """A workbook in the layout of the template.

    Args:
        layout: columns.
        rows: column key → text; none = the empty template.
        notes: lines between the hint and the headings, e.g. that the data are a demonstration.
        required: keys of the columns a bureau wants filled in; marked like those that must be there.
    """
    hint = _HINT.format(stars="带 * 的列必须填写" if required else "带 * 的列必须保留")
    return write_table([_data(layout, rows, (hint, *notes), required), _parameters(layout)])


def write_template(path: Path, layout: Layout = SITE_LAYOUT, required: frozenset[str] = frozenset()) -> Path:
    """Write the empty template of a layout and give its path back."""
    path.write_bytes(fill_template(layout, required=required))
    return path
