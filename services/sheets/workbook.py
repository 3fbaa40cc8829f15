"""Workbook bytes → rows of text, parsed elsewhere: declared sizes first, then a confined process."""

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.errors import Place, Problem
from services.sheets.errors import DamagedFile, ErrorCells, FileTooLarge, ReadTimedOut, WrongFileType
from services.sheets.limits import MEGABYTE, Limits

_WORKER = str(Path(__file__).with_name("worker.py"))


@dataclass(frozen=True, slots=True)
class Grid:
    """One worksheet (name None for csv) as rows of text; row 1 of the spreadsheet is rows[0]."""

    name: str | None
    rows: tuple[tuple[str, ...], ...]


def check_archive(data: bytes, name: str, limits: Limits) -> None:
    """Look at what the zip declares before anything is unpacked.

    Raises:
        DamagedFile: no readable zip directory (a truncated upload has none).
        WrongFileType: a zip, but no workbook.
        FileTooLarge: too many parts, too large, or packed too tightly to be honest.
    """
    where = Place(file=name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DamagedFile("压缩结构不完整（文件可能被截断）", where=where) from error
    if len(parts) > limits.entries:
        raise FileTooLarge(len(parts), where=where, what="内部文件数", limit=limits.entries)
    total = sum(p.file_size for p in parts)
    if total > limits.unpacked_bytes:
        limit = f"{limits.unpacked_bytes // MEGABYTE} MB"
        raise FileTooLarge(f"{total // MEGABYTE} MB", where=where, what="解压后大小", limit=limit)
    for part in parts:
        if part.file_size > MEGABYTE and part.file_size > limits.ratio * max(part.compress_size, 1):
            ratio = part.file_size // max(part.compress_size, 1)
            raise FileTooLarge(f"{part.filename} {ratio} 倍", where=where, what="压缩比", limit=limits.ratio)
    if "xl/workbook.xml" not in {p.filename for p in parts}:
        raise WrongFileType("zip 文件，但不是 xlsx 工作簿", where=where)


def _run(data: bytes, name: str, limits: Limits) -> bytes:
    sizes = (limits.memory_bytes, limits.cpu_seconds, limits.cells, limits.text_bytes)
    command = [sys.executable, "-I", _WORKER, *map(str, sizes)]
    where = Place(file=name)
    try:
        done = subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ReadTimedOut("超时", where=where, seconds=limits.wall_seconds) from error
    if done.returncode != 0:
        raise ReadTimedOut(f"读取进程退出（{done.returncode}）", where=where, seconds=limits.wall_seconds)
    return done.stdout


def read_workbook(data: bytes, name: str, limits: Limits) -> list[Grid]:
    """All worksheets of an xlsx file; raises what `check_archive` raises, and more when parsing fails."""
    check_archive(data, name, limits)
    grids: list[Grid] = []
    rows: list[tuple[str, ...]] = []
    sheet: str | None = None
    for line in io.BytesIO(_run(data, name, limits)):  # line by line: others are served in between
        found = json.loads(line)
        if isinstance(found, list):
            rows.append(tuple(found))
            continue
        if "fault" in found:
            raise _fault(found, name, limits)
        if sheet is not None:
            grids.append(Grid(sheet, tuple(rows)))
        if "end" in found:
            return grids
        sheet, rows = found["sheet"], []
    raise DamagedFile("读取结果不完整", where=Place(file=name))


def _fault(found: dict[str, Any], name: str, limits: Limits) -> Problem:
    detail, where = found["detail"], Place(file=name)
    match found["fault"]:
        case "cells":
            where = Place(file=name, sheet=detail)
            return FileTooLarge(detail, where=where, what="单元格数", limit=limits.cells)
        case "errors":
            return ErrorCells(detail, where=where, cells=detail)
        case _:
            return DamagedFile(detail, where=where)
