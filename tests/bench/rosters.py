"""Reading and judging a roster file of 5,000 rows, beside the bare reader; database time is not in it."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from python_calamine import CalamineWorkbook

from policies.roster import SITE_LAYOUT, SiteContext, check_sites
from services.demo.rosters import SITES
from services.demo.site_rows import SiteMix, site_rows
from services.geo import division_names, inside
from services.sheets import read_table
from services.sheets.templates import fill_template

from .meter import Figure, pairs

ROWS = 5000


def workbook() -> bytes:
    from dataclasses import replace

    mix: SiteMix = replace(SITES["411721"], total=ROWS)
    return fill_template(SITE_LAYOUT, site_rows(mix, "bench"))


def bare_reader(data: bytes, runs: int = 3) -> float:
    """Seconds the reader alone takes for a workbook, the least of some runs."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.xlsx"
        path.write_bytes(data)
        spent = []
        for _ in range(runs):
            start = time.perf_counter()
            CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
            spent.append(time.perf_counter() - start)
    return min(spent)


def figures() -> Iterator[Figure]:
    data = workbook()
    context = SiteContext("411721", division_names("411721"), inside=inside)

    def ours() -> None:
        check = check_sites(read_table(data, "bench.xlsx", SITE_LAYOUT), context)
        if check.report["valid"] != ROWS:
            raise SystemExit(f"{check.report}: {[e.line() for e in check.errors[:3]]}")

    with TemporaryDirectory() as folder:
        path = Path(folder) / "bench.xlsx"
        path.write_bytes(data)

        def bare() -> None:
            CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()

        yield pairs(
            f"roster of {ROWS} rows read and checked",
            ours,
            "the bare xlsx reader",
            bare,
            cpu=False,
            target="import < 1.5 s",
        )
