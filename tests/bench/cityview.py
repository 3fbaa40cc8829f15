"""A city over its ten districts: all in one database, and six of them in three databases of their own."""

import asyncio
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

from policies.terms import Principal
from services.reading import note_reads
from services.views.comparison import comparison

from .asking import in_turn, p95
from .deployment import CITY, DISTRICTS, PERIOD, furnished, opened, servers
from .meter import Figure
from .served import run_site, running, signed_in

RUNS = 60
APART = DISTRICTS[1]  # in a database of its own, as the other of a pair


def figures() -> Iterator[Figure]:
    with servers() as bench:
        one = asyncio.run(furnished(bench, "together"))
        three = asyncio.run(furnished(bench, "apart", apart=True))
        found = asyncio.run(_measure(bench, one, three))
        for name, words in (("one", "in one database"), ("three", "six of them in three own databases")):
            worst = p95(found[name])
            base, other = ("", 0.0) if name == "one" else ("in one database", median(found["one"]))
            yield Figure(
                f"city view over ten districts, {words}, median (read, and noted in every journal)",
                "wall s", median(found[name]), base, other,
                f"< 0.1 s: {'met' if median(found[name]) < 0.1 else 'not met'}", f"p95 {worst:.3f}",
            )  # fmt: skip
            yield Figure(f"the same, p95, {words}", "wall s", worst)
        single = median(found["write one"])
        for name, words in (
            ("write near", "two bureaus"),
            ("write far", "two databases, two phases"),
        ):
            yield Figure(f"unit of work that writes a journal row in {words}", "wall s", median(found[name]),
                         "the same in one bureau", single)  # fmt: skip
        yield from _page(bench, one, three)


def _page(bench: Any, one: Any, three: Any) -> Iterator[Figure]:
    """The whole page /city, signed in, by the site in a process of its own."""
    from .deployment import Reader

    with running(run_site, bench, one) as near, running(run_site, bench, three) as far:
        readers = {
            name: Reader(port, f"/city?period={PERIOD}", cookie=signed_in(port, f"{CITY}-auditor"))
            for name, port in (("one", near), ("three", far))
        }
        acts = {name: reader.get for name, reader in readers.items()}
        found = asyncio.run(in_turn(acts, RUNS))
    for name, words in (("one", "in one database"), ("three", "six of them in three own databases")):
        seconds = median(found[name])
        yield Figure(
            f"the page of it (/city, signed in), {words}, median", "wall s", seconds,
            target=f"< 0.1 s: {'met' if seconds < 0.1 else 'not met'}", found=f"p95 {p95(found[name]):.3f}",
        )  # fmt: skip


async def _measure(bench: Any, one: Any, three: Any) -> dict[str, list[float]]:
    async with opened(bench, one) as near, opened(bench, three) as far:
        views = {"one": partial(view, near), "three": partial(view, far)}
        found = await in_turn(views, RUNS)
        writes = {
            "write one": partial(write, far, DISTRICTS[0:1]),
            "write near": partial(write, far, (DISTRICTS[0], DISTRICTS[8])),
            "write far": partial(write, far, (DISTRICTS[0], APART)),
        }
        return found | await in_turn(writes, RUNS)


def auditor(app: Any) -> Principal:
    now = int(app.clock.now().timestamp())
    return Principal(f"demo-{CITY}-auditor", "某某", CITY, frozenset({"city_auditor"}), 1, now)


async def view(app: Any) -> None:
    async with app.work(auditor(app)) as work:
        found = await comparison(work, PERIOD)
    if len(found.lines) != len(DISTRICTS) + 1 or found.absent:
        raise SystemExit(f"{len(found.lines)} lines, {found.absent}")


async def write(app: Any, codes: tuple[str, ...]) -> None:
    async with app.work(auditor(app)) as work:
        await note_reads(work, codes, "city.compare", "bench")
