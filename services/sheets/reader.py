"""One door for files that hold a table: type by content, then xlsx or csv, then the layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from policies.errors import Missing, Place
from policies.roster.headings import Found
from policies.roster.tabular import Layout, Table
from services.sheets.csvfile import read_csv
from services.sheets.errors import DamagedFile, EmptyFile, FileTooLarge, WrongFileType
from services.sheets.limits import LIMITS, MEGABYTE, Limits
from services.sheets.tables import find_headings, find_table
from services.sheets.workbook import Grid, read_workbook

_ZIP = b"PK\x03\x04"
_KNOWN = (  # beginnings of files people upload by mistake
    (b"\xd0\xcf\x11\xe0", "旧版 xls 或加密的工作簿"),
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"PAR1", "Parquet 文件"),
    (b"{\\rtf", "RTF 文档"),
)


def load_bytes(source: Path | bytes, name: str, limits: Limits) -> bytes:
    """The bytes of a file; at most one over the limit is read. Raises FileTooLarge, Missing."""
    if isinstance(source, bytes):
        data = source
    else:
        if not source.is_file():
            raise Missing(name, what="文件")
        with source.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        limit = f"{limits.file_bytes // MEGABYTE} MB"
        raise FileTooLarge(f"超过 {limit}", where=Place(file=name), what="文件大小", limit=limit)
    return data


def _is_csv(data: bytes, name: str) -> bool:
    """True for text under a text file's name.

    Raises:
        WrongFileType: a known other type, binary content, or a name that promises something else.
    """
    suffix = Path(name).suffix.lower()
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    kind = next((what for start, what in _KNOWN if data.startswith(start)), "")
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        kind = "网页或 XML 文件"
    elif b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        kind = kind or "二进制文件"
    if kind:
        raise WrongFileType(f"{kind}（{name}）", where=Place(file=name))
    if suffix not in (".csv", ".txt", ".tsv", ""):
        raise WrongFileType(f"扩展名 {suffix} 与内容不符（{name}）", where=Place(file=name))
    return True


def _grids(data: bytes, name: str, limits: Limits) -> list[Grid]:
    if not data.strip():
        raise EmptyFile("0 字节" if not data else "只有空白", where=Place(file=name))
    if data.startswith(_ZIP):
        if Path(name).suffix.lower() not in (".xlsx", ".xlsm", ""):
            raise WrongFileType(f"扩展名与内容不符（{name}）", where=Place(file=name))
        return read_workbook(data, name, limits)
    if data.startswith(b"PK"):
        raise DamagedFile("空的或残缺的压缩结构", where=Place(file=name))
    return read_csv(data, name, limits) if _is_csv(data, name) else []


def read_lines(data: bytes, name: str, limits: Limits = LIMITS) -> tuple[str, ...]:
    """Every row of every sheet of an xlsx, csv or text file as one line, its cells joined by blanks.

    Raises:
        WrongFileType, DamagedFile, FileTooLarge, ReadTimedOut, EmptyFile, BadText, BadCsv: as `read_table`.
    """
    grids = _grids(load_bytes(data, name, limits), name, limits)
    return tuple(" ".join(str(cell) for cell in row if cell) for grid in grids for row in grid.rows)


def read_table(source: Path | bytes, name: str, layout: Layout, limits: Limits = LIMITS) -> Table:
    """Read the one table of an xlsx or csv file.

    Args:
        source: the file or its bytes.
        name: file name shown in messages; its extension must agree with the content.
        layout: columns looked for.
        limits: bounds of the import.

    Returns:
        Data rows with their true spreadsheet row numbers and cells as text: dates ISO, integers without ".0",
        numbers too long to be exact in scientific notation (the row check refuses them as codes). Hint,
        example and blank rows and parameter sheets are skipped and listed.

    Raises:
        WrongFileType, DamagedFile, FileTooLarge, ReadTimedOut, EmptyFile, MissingColumns, DuplicateHeadings,
        SeveralSheets, BadText, BadCsv, ErrorCells: each with file and place; nothing of the file is taken.
        Missing: no such file.
    """
    return open_book(source, name, limits).table(layout)


@dataclass(frozen=True, slots=True)
class Book:
    """A file read once: its headings can be looked at, then its table taken. `name` is shown in messages."""

    name: str
    grids: tuple[Grid, ...]

    def headings(self, layout: Layout, mapping: Mapping[str, str] | None = None) -> tuple[Found, ...]:
        """The headings, with those of the layout and of the mapping counted as known; () = none."""
        return find_headings(self.grids, layout, mapping)

    def table(self, layout: Layout, mapping: Mapping[str, str] | None = None) -> Table:
        """The one table; `mapping` (heading → field, "" = not imported) goes before the layout's headings.

        Raises:
            EmptyFile, MissingColumns, DuplicateHeadings, SeveralSheets: as `read_table`.
        """
        return find_table(self.grids, layout, self.name, mapping)


def open_book(source: Path | bytes, name: str, limits: Limits = LIMITS) -> Book:
    """Read every sheet of an xlsx or csv file; arguments and errors as `read_table`, but for headings."""
    return Book(name, tuple(_grids(load_bytes(source, name, limits), name, limits)))
