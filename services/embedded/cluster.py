"""Making a PostgreSQL data folder, whole or not at all."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from services.embedded.binaries import major_version
from services.embedded.errors import OtherMajor, StartFailed
from services.embedded.places import Place
from services.embedded.process import environment

SECONDS = 120.0


def ensure_cluster(place: Place, programs: Path, password: str) -> Path:
    """The data folder, made by `initdb` if missing. Call with the home's lock held.

    It is made under another name and renamed when complete, so a folder named `data` is a whole one.
    The superuser is `postgres`; every connection needs its password (SCRAM). UTF-8, sorted by code point.

    Raises:
        OtherMajor: the folder is there, of another major version than `programs`.
        StartFailed: `initdb` failed.
    """
    folder = place.folder("postgres")
    data, major = folder / "data", major_version(programs)
    if data.exists():
        made_by = (data / "PG_VERSION").read_text().strip()
        if made_by != str(major):
            raise OtherMajor(made_by, wanted=major)
        return data
    _sweep(folder)
    draft = Path(tempfile.mkdtemp(prefix="data.init.", dir=folder))
    place.user.own(draft)
    _initdb(place, programs, major, draft, password)
    draft.rename(data)
    _sweep(folder)
    return data


def _initdb(place: Place, programs: Path, major: int, draft: Path, password: str) -> None:
    note = draft.with_name(draft.name + ".pw")  # initdb takes the password from a file its user can read
    note.write_text(password + "\n", encoding="ascii")
    place.user.own(note)
    log = place.home.run / "initdb.log"
    with log.open("wb") as sink:
        done = subprocess.run(
            [programs / "initdb", "-D", draft, *_options(major, note, fast=place.fast)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            timeout=SECONDS,
            env=environment(),
            **place.user.options(),
        )
    if done.returncode != 0:
        said = log.read_text(errors="replace").strip().splitlines()[-3:]
        raise StartFailed(" ".join(said), name="initdb", seconds=SECONDS, log=log.name)


def _options(major: int, note: Path, *, fast: bool) -> list[str]:
    locale = ["--locale=C.UTF-8"]
    if major >= 17:  # the server's own C.UTF-8: the same on every machine, none needs to be installed
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [
        "--username=postgres",
        f"--pwfile={note}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        *locale,
        *(["--no-sync"] if fast else []),
    ]


def _sweep(folder: Path) -> None:
    """Removes what a killed launcher left behind; a running `initdb` of its loses its folder and ends."""
    for left in folder.glob("data.init.*"):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink()
