"""One site by its key through the whole site, beside Litestar and asyncpg that do nothing else.

The same answer, the same role and policies, the same transaction. What every request must ask besides, and
the bare route does not: who holds the cookie or token, whether the login stands, which roles hold today.
"""

import asyncio
from collections.abc import Iterator

from .asking import rates
from .deployment import BIG, Reader, furnished, servers
from .meter import Figure
from .served import run_bare, run_site, running, signed_in, token_of

READERS = 8
SITE = f"/bureaus/{BIG}/sites/S04711"


def figures() -> Iterator[Figure]:
    with servers() as bench:
        made = asyncio.run(furnished(bench, "reads"))
        with running(run_site, bench, made) as site, running(run_bare, made) as bare:
            ways = {
                "cookie": (site, f"/api/v1{SITE}", {"cookie": signed_in(site, f"{BIG}-drawer")}),
                "token": (site, f"/api/v1{SITE}", {"authorization": token_of(site, f"{BIG}-drawer")}),
                "one": (bare, f"/one/{BIG}/S04711", {}),
                "both": (bare, f"/both/{BIG}/S04711", {}),
            }
            readers = {k: [Reader(*way[:2], **way[2]) for _ in range(READERS)] for k, way in ways.items()}
            found = rates(readers)
    for way, told in (("cookie", "signed-in session"), ("token", "API token")):
        for base, words in (("one", "that transaction alone"), ("both", "and the one that asks who it is")):
            rate, ceiling = found[way], found[base]
            yield Figure(
                f"a site by its key, {told}: share of the ceiling ({words})",
                "×",
                rate / ceiling,
                target=f"≥ 0.6: {'met' if rate / ceiling >= 0.6 else 'not met'}",
                found=f"{rate:.0f} a second of {ceiling:.0f} by Litestar + asyncpg",
            )
