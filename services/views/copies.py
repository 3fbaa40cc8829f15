"""Copies as files. The name of a file is the number of the copy: it tells neither draw nor site."""

from services.exporting import Marked
from services.sheets.writer import write_csv
from services.usecases.plan_cars import Ride

CAR_HEADINGS = ("日期", "检查组", "单位", "地点", "联合")


def cars_csv(made: Marked[Ride]) -> bytes:
    """The plan of cars with its two marked lines on top."""
    rows = [
        (one.visit_on.isoformat(), "、".join(one.team), one.name, one.place, _joint(one)) for one in made.rows
    ]
    return with_mark(made.lines, write_csv(CAR_HEADINGS, rows))


def _joint(one: Ride) -> str:
    return "联合（对方暂缺）" if one.missing else "联合" if one.joint else ""


def with_mark(lines: tuple[str, str], table: bytes) -> bytes:
    """A CSV file with the copy's lines above its headings; the import passes over such lines."""
    head = write_csv((lines[0],), [(lines[1],)])
    bom = b"\xef\xbb\xbf"
    return head + table.removeprefix(bom)
