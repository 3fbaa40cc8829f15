"""Pages of a roster of 11,259 sites: the desk's page, the API's list, searches; the time of each answer."""

import asyncio
from collections.abc import Iterator
from statistics import median
from urllib.parse import quote

from .asking import in_turn, p95
from .deployment import BIG, SITES, Reader, furnished, servers
from .meter import Figure
from .served import run_site, running, signed_in

RUNS = 80
LIMIT = 0.030
API = f"/api/v1/bureaus/{BIG}/sites"
PAGES = {
    "desk, first page": "/desk/sites",
    "desk, a page in the middle": "/desk/sites?after=S05600",
    "desk, search by name, common": f"/desk/sites?q={quote('化工')}",
    "desk, search by name, one site": f"/desk/sites?q={quote('第11200厂')}",
    "API, 50 sites": API,
    "API, 50 sites in the middle": f"{API}?cursor=IlMwNTYwMCI",
    "API, search by name, one site": f"{API}?text={quote('第11200厂')}",
    "API, search by name, none": f"{API}?text={quote('没有这一家')}",
    "API, search by code": f"{API}?text=S112",
}


def figures() -> Iterator[Figure]:
    with servers() as bench:
        made = asyncio.run(furnished(bench, "lists"))
        with running(run_site, bench, made) as port:
            cookie = signed_in(port, f"{BIG}-drawer")
            readers = {name: Reader(port, path, cookie=cookie) for name, path in PAGES.items()}
            one = Reader(port, f"{API}/S04711", cookie=cookie)
            acts = {name: reader.get for name, reader in readers.items()} | {"one": one.get}
            found = asyncio.run(in_turn(acts, RUNS, 10))
    for name in PAGES:
        worst = p95(found[name])
        yield Figure(
            f"{SITES} sites: {name}, p95", "wall s", worst, "one site by its key, p95", p95(found["one"]),
            f"< {LIMIT:.2f} s: {'met' if worst < LIMIT else 'not met'}", f"median {median(found[name]):.3f}",
        )  # fmt: skip
