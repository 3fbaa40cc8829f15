"""An announcement of a quarter's results, 53 pages, set as PDF/A."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

from services.documents import typeset

from .meter import Figure

ROWS, RUNS, LIMIT = 899, 5, 2.0
AT = datetime(2026, 4, 1, tzinfo=UTC)


def announcement(rows: int) -> dict[str, object]:
    found = ["监测数据是否达标：总排口化学需氧量超标", "停止超标排放并完成整改，期限 2026-03-02"]
    return {
        "issuer": "某市生态环境局某分局", "year_of": "2026", "period": "2026Q1", "day": "2026-04-01",
        "marks": ["simulated"], "basis": [],
        "rows": [
            {"name": f"演示·第{n}化工厂", "code": f"91411721MAXX{n:05}", "day": "2026-01-05",
             "result": "未发现问题" if n % 5 else "发现问题待后续处理", "found": [] if n % 5 else found}
            for n in range(1, rows + 1)
        ],
    }  # fmt: skip


def figures() -> Iterator[Figure]:
    def once(rows: int) -> float:
        start = time.perf_counter()
        asyncio.run(typeset("results", announcement(rows), AT, link="https://a.example/b/000000/notices"))
        return time.perf_counter() - start

    once(1)
    one, many = (median(once(rows) for _ in range(RUNS)) for rows in (1, ROWS))
    yield Figure(
        f"announcement of {ROWS} results set as PDF/A", "wall s", many, "the same with one result", one,
        f"< {LIMIT:.1f} s: {'met' if many < LIMIT else 'not met'}", "",
    )  # fmt: skip
