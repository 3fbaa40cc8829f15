"""Parses a workbook in a process of its own: `worker.py MEMORY CPU CELLS TEXT`, stdin to JSON on stdout.

Stands alone on purpose: it imports nothing of the product, so the process holds no setting and no connection.
Output, a line each: {"sheet": name}, then its rows [text, …], sheet after sheet, and {"end": true} last; or,
as the last line, {"fault": "damaged" | "cells" | "errors", "detail"}. Lines, so that neither side ever holds
the whole in one piece of JSON.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import python_calamine

EXACT = 10**15  # from here on a spreadsheet has already rounded the number
ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]+)"[^>]*\bt="e"')


def confine(memory: int, cpu: int) -> None:
    """Bound this process: address space, CPU time, no files written, no core left behind."""
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, wanted in limits.items():
        hard = resource.getrlimit(kind)[1]
        bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (bound, bound))


def number(value: float) -> str:
    """Plain decimal text; numbers too large to be exact keep their exponent, as the mark of lost digits."""
    if abs(value) >= EXACT:
        return f"{value:.14E}"
    if value == int(value):
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


def moment(value: datetime) -> str:
    """ISO date, with the time only when there is one."""
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")


def text(value: Any) -> str:
    """A cell as text: dates ISO, truth values 是/否, integers without ".0"."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date | time) else str(value)


def error_cells(data: bytes) -> list[str]:
    """Addresses of cells with formula errors, which the parser would show as empty."""
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                found += [m.decode() for m in ERROR_CELL.findall(archive.read(name))]
    return found


def sheets(data: bytes, cells: int, limit: int) -> Iterator[Any]:
    """Every worksheet: its heading line, then its rows of text, row 1 first; a fault ends it."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    size = 0
    for meta in book.sheets_metadata:
        if meta.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.end and (sheet.end[0] + 1) * (sheet.end[1] + 1) > cells:
            yield {"fault": "cells", "detail": meta.name}
            return
        yield {"sheet": meta.name}
        for given in sheet.to_python(skip_empty_area=False):
            row = [cell if type(cell) is str else text(cell) for cell in given]
            size += sum(map(len, row))
            if size > limit:
                yield {"fault": "cells", "detail": meta.name}
                return
            yield row
    yield {"end": True}


def lines(data: bytes, cells: int, limit: int) -> Iterator[Any]:
    """What is found, line by line; anything the parser throws is a damaged file."""
    try:
        bad = error_cells(data)
        if bad:
            yield {"fault": "errors", "detail": "、".join(bad[:10])}
        else:
            yield from sheets(data, cells, limit)
    except MemoryError:
        raise
    except Exception as error:  # whatever a hostile file provokes must come out as one answer
        yield {"fault": "damaged", "detail": f"{type(error).__name__}: {error}"[:200]}


def main() -> None:
    """Read stdin, write lines of JSON."""
    memory, cpu, cells, limit = (int(a) for a in sys.argv[1:5])
    data = sys.stdin.buffer.read()
    confine(memory, cpu)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for line in lines(data, cells, limit):
        sys.stdout.buffer.write(encode(line).encode() + b"\n")


if __name__ == "__main__":
    main()
