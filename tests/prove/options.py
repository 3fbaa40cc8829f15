"""The options a deployment is run with, varied pairwise: an array in which every two values meet.

Without row security and without the stores' predicates at once nothing holds (test_layers.py shows it), so
that pair does not occur.
"""

from dataclasses import dataclass, fields
from itertools import combinations, product
from typing import Literal, get_args, get_type_hints

from .rows import FOREIGN, OWN

Where = Literal["shared", "foreign apart", "own apart"]
Server = Literal["18", "15"]
Layers = Literal["both", "predicates", "row security"]
People = Literal["embedded", "keycloak"]
Dialect = Literal["postgresql", "citus"]


@dataclass(frozen=True)
class Options:
    """One deployment.

    Attributes:
        where: whose rows live in a database of their own.
        server: PostgreSQL's major version, the embedded one or Debian's.
        layers: which of the two layers stand.
        people: who signs people in. dialect: how the settings of a transaction are made.
    """

    where: Where
    server: Server
    layers: Layers
    people: People
    dialect: Dialect

    @property
    def name(self) -> str:
        return ", ".join(str(getattr(self, f.name)) for f in fields(self))

    @property
    def own(self) -> dict[str, str]:
        """Name of a database of its own → the bureau in it."""
        return {"shared": {}, "foreign apart": {"kundulun": FOREIGN}, "own apart": {"xiping": OWN}}[
            self.where
        ]


ARRAY = (
    Options("shared", "15", "row security", "embedded", "citus"),
    Options("foreign apart", "18", "predicates", "embedded", "citus"),
    Options("own apart", "15", "both", "embedded", "postgresql"),
    Options("own apart", "18", "row security", "embedded", "postgresql"),
    Options("shared", "18", "both", "keycloak", "citus"),
    Options("shared", "18", "predicates", "keycloak", "postgresql"),
    Options("foreign apart", "15", "row security", "keycloak", "postgresql"),
    Options("foreign apart", "18", "both", "embedded", "postgresql"),
    Options("own apart", "15", "predicates", "keycloak", "citus"),
)


def values() -> dict[str, tuple[str, ...]]:
    """Option → its values."""
    return {name: get_args(kind) for name, kind in get_type_hints(Options).items()}


def missing() -> set[tuple[str, str, str, str]]:
    """Pairs of values that no row of the array holds."""
    wanted = {
        (one, a, other, b)
        for one, other in combinations(values(), 2)
        for a, b in product(values()[one], values()[other])
    }
    return wanted - {
        (one, getattr(row, one), other, getattr(row, other))
        for row in ARRAY
        for one, other in combinations(values(), 2)
    }
