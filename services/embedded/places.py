"""Where the servers' data stand: in the home, or, if their user cannot enter it, elsewhere with a pointer."""

import json
import os
import shutil
import signal
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from services.embedded.errors import Throwaway, Unreachable
from services.embedded.process import end, tagged
from services.embedded.users import ServerUser, can_enter, server_user
from services.home import PASSABLE, Home, write_private

LASTING = ("/var/lib", "/var/tmp")  # noqa: S108 - /var/tmp is swept of files unused for a month
PASSING = ("/var/tmp", "/tmp")  # noqa: S108 - each folder is made by mkdtemp and private


@dataclass(frozen=True, slots=True)
class Place:
    """Where one home's servers live and as whom.

    Attributes:
        home: the home served.
        base: folder with the subfolders `postgres`, `valkey`, `programs`.
        user: who runs the servers.
        fast: data are for tests and need not survive a power cut.
    """

    home: Home
    base: Path
    user: ServerUser
    fast: bool

    def folder(self, name: str) -> Path:
        """The private folder of one server, made on first use and owned by the servers' user."""
        path = self.base / name
        if not path.exists():
            path.mkdir()
        self.user.own(path)
        return path

    @property
    def programs(self) -> Path:
        """Where copies of the servers' programs go."""
        return self.base / "programs"


def find_place(home: Home) -> Place | None:
    """The place this home already has, or None; changes nothing."""
    noted = _noted(home)
    if noted is None:
        return None
    base, fast = noted
    return Place(home, base, server_user(base), fast) if _ours(home, base) else None


def settle(home: Home, *, fast: bool) -> Place:
    """The place of this home, chosen on first use. Call with the home's lock held.

    Raises:
        Throwaway: durable data are wanted and the home was made with `fast`.
        Unreachable: no folder the servers' user can enter.
        NoServerUser: see `server_user`.
    """
    place = find_place(home)
    if place is None:
        place = _choose(home, fast=fast)
        note = {"base": str(place.base), "fast": fast, "inside": place.base == home.data}
        write_private(_pointer(home), json.dumps(note))
    if place.fast and not fast:
        raise Throwaway(home.root)
    if place.base != home.data:
        _sign(home, place.base)  # the home may have moved
    return place


def retire(base: Path) -> None:
    """Kills the servers standing in `base` and removes it."""
    for folder in (base / "postgres" / "data", base / "valkey"):
        if folder.is_dir():
            kill_all(folder, server_user(base))
    shutil.rmtree(base, ignore_errors=True)


def kill_all(folder: Path, user: ServerUser) -> None:
    """Kills every process of `user` that carries the tag of `folder`: a server and all it left behind."""
    for process in tagged(folder, user):
        end(process.pid, (signal.SIGKILL, 10.0))


def _choose(home: Home, *, fast: bool) -> Place:
    user = server_user(home.data)
    if not user.other or can_enter(home.data, user):
        return Place(home, home.data, user, fast)
    _retire_orphans(home)
    parents = PASSING if fast else LASTING
    for parent in map(Path, parents):
        try:
            base = Path(tempfile.mkdtemp(prefix=_prefix(home), dir=parent))
        except OSError:
            continue
        base.chmod(PASSABLE)
        _sign(home, base)  # at once: an unsigned folder would never be swept
        if can_enter(base, user):
            return Place(home, base, user, fast)
        shutil.rmtree(base)
    raise Unreachable(home.root, user=user.name, tried=", ".join([str(home.root), *parents]))


def _ours(home: Home, base: Path) -> bool:
    """False for a copied home, whose pointer still names the original's place; a moved home keeps its own."""
    if base == home.data:
        return True
    try:
        told = Path((base / "owner").read_text(encoding="utf-8"))
    except OSError:
        return False
    return told == home.root or not told.exists()


def _sign(home: Home, base: Path) -> None:
    (base / "owner").write_text(str(home.root), encoding="utf-8")


def _retire_orphans(home: Home) -> None:
    """Removes places of an earlier home at this very path: it was deleted, its servers were not."""
    for parent in {*LASTING, *PASSING}:
        for base in Path(parent).glob(_prefix(home) + "*"):
            owner = base / "owner"
            ours = owner.is_file() and base.stat().st_uid == os.geteuid()
            if ours and owner.read_text(encoding="utf-8") == str(home.root):
                retire(base)


def _prefix(home: Home) -> str:
    return f"shuangsui-{sha256(str(home.root).encode()).hexdigest()[:12]}-"


def _pointer(home: Home) -> Path:
    return home.data / "place.json"


def _noted(home: Home) -> tuple[Path, bool] | None:
    try:
        note = json.loads(_pointer(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return home.data if note["inside"] else Path(note["base"]), bool(note["fast"])
