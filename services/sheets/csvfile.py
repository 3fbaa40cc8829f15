"""csv bytes → rows of text: encoding, delimiter, quotes."""

import csv
import io

from policies.errors import Place
from services.sheets.errors import BadCsv, BadText, FileTooLarge
from services.sheets.limits import Limits
from services.sheets.workbook import Grid

_DELIMITERS = (",", "\t", ";")


def decode(data: bytes, name: str) -> str:
    """Text in UTF-8 (with or without BOM), else GB18030.

    Raises:
        BadText: neither, or UTF-16 as older spreadsheets save “Unicode text”.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadText("UTF-16", where=Place(file=name))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise BadText(f"第 {line} 行附近", where=Place(file=name, line=line))


def delimiter(text: str) -> str:
    """The delimiter found most often in the first lines outside quotes; a comma when there is none."""
    head = text[:20_000].splitlines()[:10]
    bare = ["".join(line.split('"')[::2]) for line in head]
    counts = {d: max((line.count(d) for line in bare), default=0) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: counts[d])


def read_csv(data: bytes, name: str, limits: Limits) -> list[Grid]:
    """One grid without a sheet name; a quoted line break does not start a new row.

    Raises:
        BadText: unknown encoding.
        BadCsv: quotes that do not close, with the line.
        FileTooLarge: too many cells.
    """
    text = decode(data, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    rows: list[tuple[str, ...]] = []
    cells = 0
    try:
        for row in reader:
            rows.append(tuple(row))
            cells += len(row)
            if cells > limits.cells:
                raise FileTooLarge(cells, where=Place(file=name), what="单元格数", limit=limits.cells)
    except csv.Error as error:
        raise BadCsv(str(error), where=Place(file=name, line=reader.line_num)) from error
    return [Grid(None, tuple(rows))]
