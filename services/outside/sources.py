"""Where an outsider reads the log's files: a folder, or any web server that hands the folder out."""

from pathlib import Path
from typing import Protocol

from services.outside.fetching import fetch
from services.tlog.tiles import tile_path

FULL = 256


class Source(Protocol):
    """Files of a log by their path below its prefix."""

    name: str

    def get(self, path: str) -> bytes | None:
        """The file; None when there is none. Raises Unreachable when nobody can tell."""


class FolderSource:
    """The log's folder itself, or a copy of it."""

    def __init__(self, folder: Path) -> None:
        self.name, self._folder = str(folder), folder

    def get(self, path: str) -> bytes | None:
        """The file; None when there is none."""
        try:
            return (self._folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None


class WebSource:
    """The log under an address: its prefix, or the site whose `/log` it is."""

    def __init__(self, url: str) -> None:
        self.name = url.rstrip("/")
        if fetch(f"{self.name}/checkpoint") is None:
            self.name += "/log"

    def get(self, path: str) -> bytes | None:
        """The file; None when the server says there is none."""
        return fetch(f"{self.name}/{path}")


def tile(source: Source, level: int | str, n: int, width: int) -> bytes | None:
    """A tile; where a partial one is gone since the log grew, what it was is read from the full one."""
    found = source.get(tile_path(level, n, width))
    return source.get(tile_path(level, n)) if found is None and width < FULL else found
