"""A registry of 100,000 sites: every field of the query form alone, some together, and pages far in."""

import asyncio
from collections.abc import Iterator
from statistics import median
from urllib.parse import quote

from .asking import in_turn, p95
from .deployment import BIG, Reader, furnished, servers
from .meter import Figure
from .served import run_site, running, signed_in

SITES, RUNS, LIMIT = 100_000, 40, 0.050
DESK = "/desk/sites"
PAGES = {
    "first page": DESK,
    "a page in the middle": f"{DESK}?after=S50000",
    "by name, the last first": f"{DESK}?sort=-name",
    "name, common": f"{DESK}?q={quote('化工')}",
    "name, one site": f"{DESK}?q={quote('第99200厂')}",
    "name, none": f"{DESK}?q={quote('没有这一家')}",
    "class": f"{DESK}?stratum=special",
    "status": f"{DESK}?status=closed",
    "industry": f"{DESK}?industry={quote('行业7')}",
    "industry, none": f"{DESK}?industry={quote('没有')}",
    "division": f"{DESK}?division={BIG}007",
    "field that is empty": f"{DESK}?lacks=products",
    "class, industry and division": f"{DESK}?stratum=key&industry=C20&division={BIG}007",
}


def figures() -> Iterator[Figure]:
    with servers() as bench:
        made = asyncio.run(furnished(bench, "registry", sites=SITES))
        with running(run_site, bench, made) as port:
            cookie = signed_in(port, f"{BIG}-drawer")
            readers = {name: Reader(port, path, cookie=cookie) for name, path in PAGES.items()}
            one = Reader(port, f"/api/v1/bureaus/{BIG}/sites/S04711", cookie=cookie)
            acts = {name: reader.get for name, reader in readers.items()} | {"one": one.get}
            found = asyncio.run(in_turn(acts, RUNS, 5))
    for name in PAGES:
        worst = p95(found[name])
        yield Figure(
            f"{SITES:,} sites: {name}, p95", "wall s", worst, "one site by its key, p95", p95(found["one"]),
            f"< {LIMIT:.2f} s: {'met' if worst < LIMIT else 'not met'}", f"median {median(found[name]):.3f}",
        )  # fmt: skip
