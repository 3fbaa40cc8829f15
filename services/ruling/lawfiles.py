"""Reads the law tree that ships inside the `policies` package; the reader itself lives there and is pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from policies.rulebook.lawbook import Lawbook, read


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry


def law_files() -> Mapping[str, str]:
    """Path below the law folder → text, for every file of the tree."""
    root = files("policies") / "law"
    return {p: e.read_text(encoding="utf-8") for p, e in _walk(root, "") if p.endswith(".yaml")}


def law_texts() -> Mapping[str, str]:
    """Name → whole text of the documents the law tree quotes from."""
    root = files("policies") / "law" / "texts"
    return {p: e.read_text(encoding="utf-8") for p, e in _walk(root, "") if p.endswith(".txt")}


@cache
def lawbook() -> Lawbook:
    """The law tree, read once a process."""
    return read(law_files())
