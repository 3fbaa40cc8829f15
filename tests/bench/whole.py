"""The whole demonstration as a user runs it: a first run in an empty home, a later run on the same one."""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .meter import Figure

COMMAND = Path(sys.executable).parent / "shuangsui"


def run(home: Path) -> float:
    start = time.perf_counter()
    subprocess.run([COMMAND, "demo", "--no-serve", "--home", home], check=True, capture_output=True)
    return time.perf_counter() - start


def figures() -> Iterator[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="shuangsui-bench-"))
    try:
        first = run(folder / "home")
        later = run(folder / "home")
        yield Figure("demonstration, first run (empty home)", "wall s", first, target="< 90 s with set-up")
        yield Figure("demonstration, later run", "wall s", later, "the first run", first, "< 25 s")
    finally:
        subprocess.run([COMMAND, "stop", "--home", folder / "home"], capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)
