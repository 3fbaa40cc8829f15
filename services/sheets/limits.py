"""How much of a file is read: a county has thousands of rows, a province splits its file."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one import.

    Attributes:
        file_bytes: size of the upload.
        unpacked_bytes: declared size of everything in the workbook's zip.
        entries: parts in the zip.
        ratio: declared size over packed size of a part larger than a megabyte.
        cells: rows × columns of one sheet; text_bytes: text of all sheets.
        memory_bytes, cpu_seconds, wall_seconds: of the reading process.
    """

    file_bytes: int = 32 * MEGABYTE
    unpacked_bytes: int = 256 * MEGABYTE
    entries: int = 1000
    ratio: int = 200
    cells: int = 3_000_000
    text_bytes: int = 96 * MEGABYTE
    memory_bytes: int = 1024 * MEGABYTE
    cpu_seconds: int = 20
    wall_seconds: int = 30


LIMITS = Limits()
