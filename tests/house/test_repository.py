"""What may never be committed: addresses of package sources, paths of a machine, address-bearing locks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "deploy" / "requirements").glob("*.txt"))
MACHINE = re.compile(r"(^|[^A-Za-z0-9_.])/(" + "|".join(["work", "far" + "m", "ro" + "ot"]) + r")/")
SOURCES = re.compile(
    r"(--(extra-)?index-url|--find-links|\"resolved\" *:|registry *= *\"?http|pypi\.org|npmjs)"
)


def git_names(*options: str) -> list[str]:
    """Names git knows; a checkout of another owner is read all the same."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("needs git and a clone, not an archive")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")


def tracked() -> list[Path]:
    names = git_names("--cached", "--others", "--exclude-standard")
    return [p for n in names if n and (p := ROOT / n).is_file() and p.stat().st_size < 1_000_000]


def text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_every_locked_package_has_a_version_and_hashes(lock: Path) -> None:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text("utf-8").strip())
    assert blocks
    for block in blocks:
        assert "==" in block.splitlines()[0], block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_no_package_source_is_named() -> None:
    here = Path(__file__).resolve()
    bad = [str(p.relative_to(ROOT)) for p in tracked() if p != here and SOURCES.search(text(p))]
    assert not bad


def test_no_machine_path_is_named() -> None:
    here = Path(__file__).resolve()
    bad = [
        f"{p.relative_to(ROOT)}: {line.strip()[:80]}"
        for p in tracked()
        if p != here
        for line in text(p).splitlines()
        if MACHINE.search(line)
    ]
    assert not bad


def test_no_lock_that_records_addresses() -> None:
    names = {p.name for p in tracked()}
    assert not names & {"uv.lock", "poetry.lock"} and not [n for n in names if n.startswith("pylock")]


def test_nothing_tracked_is_over_one_megabyte() -> None:
    names = [n for n in git_names() if n]
    assert not [n for n in names if (ROOT / n).is_file() and (ROOT / n).stat().st_size > 1_000_000]
