"""Bureaus as pages name them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.rows import BureauEntry
from tenants.stores import public


@dataclass(frozen=True, slots=True)
class Named:
    """A bureau by code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class BureauFace:
    """A bureau within its tree.

    Attributes:
        level: province, city or county.
        path: codes from the province to this bureau.
        above: bureaus over it, outermost first. below: those directly under it.
    """

    code: str
    name: str
    level: str
    path: tuple[str, ...]
    above: tuple[Named, ...]
    below: tuple[Named, ...]


def names_of(entries: Iterable[BureauEntry]) -> Mapping[str, str]:
    """Code → name."""
    return {entry.code: entry.name for entry in entries}


def face_of(entries: tuple[BureauEntry, ...], code: str) -> BureauFace:
    """One bureau of the tree. Raises Missing."""
    names = names_of(entries)
    found = next((entry for entry in entries if entry.code == code), None)
    if found is None:
        raise Missing(code, what="单位")
    above = tuple(Named(c, names[c]) for c in found.path if c != code and c in names)
    below = tuple(Named(e.code, e.name) for e in entries if e.parent == code)
    return BureauFace(code, found.name, found.level, found.path, above, below)


def in_tree_order(entries: tuple[BureauEntry, ...]) -> tuple[BureauEntry, ...]:
    """Provinces with their cities and counties beneath them."""
    return tuple(sorted(entries, key=lambda entry: entry.path))


async def tree(db: AsyncConnection) -> tuple[BureauEntry, ...]:
    """Every bureau of the deployment; their names and places are public."""
    return await public.public_bureaus(db)
