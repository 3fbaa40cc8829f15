"""A disk of a few megabytes, filled and cleared: a file system in memory, where one may be mounted."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


class SmallDisk:
    """A mounted file system.

    Attributes:
        root: where it is mounted.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._filler = root / "filler"

    def fill(self) -> None:
        """Until no byte is left."""
        with self._filler.open("ab", buffering=0) as out:
            for size in (1 << 16, 1 << 12, 1):
                with suppress(OSError):
                    while True:
                        if out.write(b"\0" * size) < size:
                            break

    def clear(self) -> None:
        """There is room again."""
        self._filler.unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Every file but the filler, drafts included."""
        return {str(p.relative_to(self.root)) for p in self.root.rglob("*") if p.is_file()} - {"filler"}

    @classmethod
    @contextmanager
    def mounted(cls, root: Path, megabytes: int) -> Iterator["SmallDisk"]:
        """Skips the test by name where nothing can be mounted."""
        root.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(root)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("no small disk: this machine lets us mount none (root needed)")
        try:
            yield cls(root)
        finally:
            subprocess.run(["umount", "-l", str(root)], check=False)


def is_full(folder: Path) -> bool:
    """Whether a byte more does not fit."""
    try:
        (folder / "probe").write_bytes(b"x" * 4096)
    except OSError as error:
        return error.errno == errno.ENOSPC
    finally:
        with suppress(OSError):
            (folder / "probe").unlink()
    return False
