"""Files as people send them: true row numbers, true texts, and every bad file refused with its reason."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from policies.errors import Missing, Problem
from policies.roster import OFFICER_LAYOUT, SITE_LAYOUT
from policies.roster.tabular import Layout
from services.sheets import Limits, OutSheet, fill_template, read_table, write_csv, write_table
from services.sheets import errors as e

HEADINGS = ("姓名", "执法证号", "单位", "有效期至", "主办", "在编在岗")
ROW = ("演示员甲01", "YS411721001", "演示一中队", "2028-12-31", "是", "是")


def book(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """A workbook with native cell types, as a person's spreadsheet makes it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets:
            page = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    page.write(r, c, cell, day if isinstance(cell, datetime) else None)
    return buffer.getvalue()


def read(data: bytes, name: str = "名录.xlsx", **limits: int):
    return read_table(data, name, OFFICER_LAYOUT, Limits(**limits))


def test_native_cells_become_exact_text() -> None:
    row = ["演示员", 16170000001, 3.0, datetime(2028, 12, 31), True, "是"]
    made = read(book(("名录", [[*HEADINGS], row])))
    cells = made.rows[0].cells
    assert (cells["certificate"], cells["unit"], cells["valid_until"], cells["lead"]) == (
        "16170000001",
        "3",
        "2028-12-31",
        "是",
    )


def test_rounded_codes_keep_the_mark_of_it() -> None:
    made = read(book(("名录", [[*HEADINGS], ["演示员", 914117211234567890, *ROW[2:]]])))
    assert "E+" in made.rows[0].cells["certificate"]


def test_hint_example_blank_and_parameter_sheet_are_skipped_and_counted() -> None:
    rows = [
        ["填写说明：请勿改动标题"],
        [],
        [*HEADINGS],
        ["案例(请删除)", *ROW[1:]],
        [],
        [*ROW],
        ["示例", *ROW[1:]],
        [*ROW],
    ]
    made = read(book(("参数", [[*HEADINGS], [*ROW]]), ("名录", rows)))
    assert (made.sheet, made.heading_row, made.other_sheets) == ("名录", 3, ("参数",))
    assert [r.number for r in made.rows] == [6, 8]
    assert [(s.number, s.reason) for s in made.skipped] == [
        (1, "hint"),
        (2, "blank"),
        (4, "example"),
        (5, "blank"),
        (7, "example"),
    ]


@pytest.mark.parametrize("mark", ["案例(请删除)", "案例（请删除）", "示例", "示例：某公司", "示例（请删除）"])
def test_example_marks(mark: str) -> None:
    made = read(book(("名录", [[*HEADINGS], [mark, *ROW[1:]], [*ROW]])))
    assert [r.number for r in made.rows] == [3]


def test_headings_with_marks_spaces_and_aliases() -> None:
    made = read(book(("名录", [["姓 名*", "执法证件号（必填）", *HEADINGS[2:], "备注"], [*ROW, "x"]])))
    assert made.rows[0].cells["certificate"] == "YS411721001"
    assert made.unknown == ("备注",)
    assert made.letters["certificate"] == "B"


def test_invisible_characters_and_line_breaks() -> None:
    made = read(book(("名录", [[*HEADINGS], ["\u200b 演示员\n甲 ", *ROW[1:]]])))
    assert made.rows[0].cells["name"] == "演示员 甲"


def test_cells_under_no_heading_are_kept_apart() -> None:
    made = read(book(("名录", [[*HEADINGS], [*ROW, "", "多出"]])))
    assert made.rows[0].stray == (("H", "多出"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_encodings_and_delimiters(encoding: str, mark: str) -> None:
    text = "\r\n".join(mark.join(line) for line in (HEADINGS, ROW))
    made = read(text.encode(encoding), "名录.csv")
    assert (made.sheet, made.rows[0].number, made.rows[0].cells["name"]) == (None, 2, "演示员甲01")


def test_csv_rows_are_spreadsheet_rows() -> None:
    text = ",".join(HEADINGS) + '\r\n"演示\n员",' + ",".join(ROW[1:]) + "\r\n\r\n" + ",".join(ROW)
    assert [r.number for r in read(text.encode(), "名录.csv").rows] == [2, 4]


def test_written_csv_reads_back_and_runs_nothing() -> None:
    data = write_csv(HEADINGS, [("=1+1", *ROW[1:])])
    assert read(data, "名录.csv").rows[0].cells["name"] == "'=1+1"


XLSX = book(("名录", [[*HEADINGS], [*ROW]]))


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"", "空.xlsx", e.EmptyFile),
        (b"  \n", "空.csv", e.EmptyFile),
        (b"%PDF-1.7 ...", "名录.xlsx", e.WrongFileType),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "名录.xls", e.WrongFileType),
        (b"<html><table>", "名录.xls", e.WrongFileType),
        (b"\x00\x01\x02", "名录.csv", e.WrongFileType),
        (",".join(HEADINGS).encode(), "名录.xlsx", e.WrongFileType),
        (XLSX, "名录.csv", e.WrongFileType),
        (XLSX[: len(XLSX) // 2], "名录.xlsx", e.DamagedFile),
        (XLSX[:-30], "名录.xlsx", e.DamagedFile),
        (b"PK\x05\x06" + bytes(18), "名录.xlsx", e.DamagedFile),
        ("姓名,执法证号\n甲".encode("utf-16"), "名录.csv", e.BadText),
        (b"\xff\xff\xff,\x81", "名录.csv", e.BadText),
        (",".join(HEADINGS).encode() + b'\n"open,1', "名录.csv", e.BadCsv),
        (",".join(HEADINGS).encode(), "名录.csv", e.EmptyFile),
        (fill_template(OFFICER_LAYOUT), "模板.xlsx", e.EmptyFile),
        (b"a,b\n1,2", "名录.csv", e.MissingColumns),
        (book(("名录", [[*HEADINGS[:3], *HEADINGS[4:]], [*ROW[:5]]])), "名录.xlsx", e.MissingColumns),
        (book(("名录", [[*HEADINGS, "姓名"], [*ROW, "乙"]])), "名录.xlsx", e.DuplicateHeadings),
        (book(("甲", [[*HEADINGS], [*ROW]]), ("乙", [[*HEADINGS], [*ROW]])), "名录.xlsx", e.SeveralSheets),
    ],
)
def test_bad_files(data: bytes, name: str, kind: type[Problem]) -> None:
    with pytest.raises(kind) as caught:
        read(data, name)
    told = caught.value.as_dict()
    assert told["code"] == kind.__name__
    assert name in str(told["where"])
    assert told["remedy"]
    assert told["expected"]
    assert caught.value.as_dict("en")["remedy"]


def test_missing_columns_are_named_with_the_heading_row() -> None:
    with pytest.raises(e.MissingColumns) as caught:
        read(book(("名录", [["标题"], [*HEADINGS[:3]], [*ROW[:3]]])))
    assert caught.value.where.row == 2
    assert caught.value.facts["missing"] == "有效期至、主办、在编在岗"


def test_duplicate_headings_name_their_columns() -> None:
    with pytest.raises(e.DuplicateHeadings, match="A、G 列"):
        read(book(("名录", [[*HEADINGS, "姓名"], [*ROW, "乙"]])))


def test_another_zip_is_no_workbook() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "x")
    with pytest.raises(e.WrongFileType):
        read(buffer.getvalue(), "文档.xlsx")


def bomb(size: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<a/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * size)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "limits"),
    [
        (bomb(4_000_000), {}),
        (bomb(900_000), {"unpacked_bytes": 500_000}),
        (XLSX, {"entries": 3}),
        (XLSX, {"file_bytes": 100}),
        (XLSX, {"cells": 5}),
        (b"\xe5\xa7\x93,b\n" * 9, {"cells": 5}),
    ],
)
def test_too_large(data: bytes, limits: dict[str, int]) -> None:
    with pytest.raises(e.FileTooLarge):
        read(data, "名录.csv" if data[:2] != b"PK" else "名录.xlsx", **limits)


def test_a_parser_that_eats_memory_is_stopped() -> None:
    """Two cells at opposite corners: a dense sheet of 17 thousand million cells."""
    corner = book(("名录", [[*HEADINGS], [*ROW]]))
    with zipfile.ZipFile(io.BytesIO(corner)) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises((e.ReadTimedOut, e.FileTooLarge)):
        read(buffer.getvalue())


def test_formula_errors_are_not_taken_for_blanks() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        page = made.add_worksheet("名录")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, ROW)
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    with pytest.raises(e.ErrorCells, match="C2"):
        read(buffer.getvalue())


def test_a_path_is_read_and_a_missing_one_said(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(XLSX)
    assert len(read_table(path, path.name, OFFICER_LAYOUT).rows) == 1
    with pytest.raises(Missing):
        read_table(tmp_path / "b.xlsx", "b.xlsx", OFFICER_LAYOUT)


def test_a_long_sheet_through_a_small_layout() -> None:
    rows = [(f"演示{i}", *["x"] * 5) for i in range(300)]
    data = write_table([OutSheet("名录", HEADINGS, rows)])
    assert len(read(data).rows) == 300
    with pytest.raises(e.MissingColumns):
        read_table(data, "名录.xlsx", SITE_LAYOUT)


@pytest.mark.parametrize(
    "name", ["示例001号有限公司", "示例化工有限公司", "示例(西平)有限公司", "某公司(示例)"]
)
def test_a_company_named_like_an_example_does_not_vanish(name: str) -> None:
    made = read(book(("名录", [[*HEADINGS], [name, *ROW[1:]], ["演示员", ROW[1], name, *ROW[3:]]])))
    assert [r.number for r in made.rows] == [2, 3]


def test_a_truncated_workbook_is_told_in_chinese() -> None:
    with pytest.raises(e.DamagedFile, match="压缩结构不完整（文件可能被截断）") as caught:
        read(XLSX[: len(XLSX) // 2])
    assert "zip" not in caught.value.got


@pytest.mark.parametrize(
    ("sent", "wanted", "says"),
    [
        (SITE_LAYOUT, OFFICER_LAYOUT, "这像是污染源名录，请到相应页面导入"),
        (OFFICER_LAYOUT, SITE_LAYOUT, "这像是执法人员名录，请到相应页面导入"),
    ],
)
def test_the_other_roster_is_sent_to_its_page(sent: Layout, wanted: Layout, says: str) -> None:
    row = {c.key: c.example for c in sent.columns}
    with pytest.raises(e.MissingColumns) as caught:
        read_table(fill_template(sent, [row]), "名录.xlsx", wanted)
    assert says in caught.value.wording().remedy
    assert "roster" in caught.value.wording("en").remedy
