"""Where one deployment keeps its files: the layout below SHUANGSUI_HOME."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, get_args

from policies.errors import Kind, Language, Problem, Wording
from policies.room import needs_room

PRIVATE = 0o700
BureauFolder = Literal["uploads", "bundles", "exports"]
_BUREAU = re.compile(r"\d{6}", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,159}", re.ASCII)
PASSABLE = 0o711  # the database server's own user must pass through, and see nothing


class HomeUnusable(Problem):
    """The home folder cannot be created, entered or written by this user."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "数据目录不可用：{path}",
            "当前用户可读写的目录",
            "请用创建该目录的用户运行，或用 SHUANGSUI_HOME 指定另一个目录。",
        ),
        "en": Wording(
            "The home folder {path} cannot be used",
            "a folder this user may read and write",
            "Run as the user who created it, or set SHUANGSUI_HOME to another folder.",
        ),
    }


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one home folder. Naming a path creates nothing; `make()` does.

    Attributes:
        root: absolute path of the home folder.
    """

    root: Path

    @classmethod
    def at(cls, root: str | Path) -> "Home":
        """The home at `root`, made absolute and free of symbolic links; nothing is created."""
        return cls(Path(root).expanduser().resolve())

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Home":
        """The home named by SHUANGSUI_HOME, else `.shuangsui` in the repository or current folder."""
        named = (os.environ if env is None else env).get("SHUANGSUI_HOME", "").strip()
        return cls.at(named or default_root())

    @property
    def data(self) -> Path:
        """Data folders of the embedded servers."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Locks, last used ports, and the servers' own logs: safe to lose while nothing runs."""
        return self.root / "run"

    @property
    def keys(self) -> Path:
        """The deployment's own keys and passwords, one file each, mode 0600."""
        return self.root / "keys"

    @property
    def outside(self) -> Path:
        """Demonstration only: keys that in earnest lie outside the deployment, one folder a bureau."""
        return self.root / "outside"

    @property
    def bundles(self) -> Path:
        """Opened bundles and trust files of finished draws."""
        return self.root / "bundles"

    @property
    def log(self) -> Path:
        """The public draw log: entries, checkpoints, cosignatures."""
        return self.root / "log"

    @property
    def uploads(self) -> Path:
        """Files as uploaded, until their import is settled."""
        return self.root / "uploads"

    @property
    def rosters(self) -> Path:
        """Demonstration rosters as made from the fixed seed."""
        return self.root / "rosters"

    @property
    def clock_file(self) -> Path:
        """Where the simulated clock of a demonstration remembers its moment."""
        return self.run / "clock"

    def outside_of(self, bureau: str) -> Path:
        """The folder of one bureau's outside keys, e.g. `outside/411700`. Raises ValueError for no code."""
        if not _BUREAU.fullmatch(bureau):
            raise ValueError("not a bureau")
        return self.outside / bureau

    def of_bureau(self, bureau: str, kind: BureauFolder, name: str) -> Path:
        """The one door to a bureau's files: `<kind>/<bureau>-<name>`.

        Args:
            bureau: six-digit code.
            kind: which folder.
            name: letters, digits, `._-`, not beginning with a dot: it can name no other folder or bureau.

        Raises:
            ValueError: a part of the wrong form; callers never pass on what people typed.
        """
        if not _BUREAU.fullmatch(bureau) or kind not in get_args(BureauFolder) or not _NAME.fullmatch(name):
            raise ValueError("not the name of a bureau's file")
        return self.root / kind / f"{bureau}-{name}"

    def files_of(self, bureau: str, kind: BureauFolder) -> list[Path]:
        """The files of one bureau in a folder, by name. Raises ValueError as `of_bureau`."""
        mask = self.of_bureau(bureau, kind, "x")
        return sorted(mask.parent.glob(f"{bureau}-*")) if mask.parent.is_dir() else []

    def make(self) -> "Home":
        """Creates what is missing: root and data passable, the rest private. Modes of old folders stay.

        Raises:
            HomeUnusable: a folder cannot be created, or is not ours to write.
        """
        try:
            for path in (self.root, self.data):
                _folder(path, PASSABLE)
            for path in (
                self.run,
                self.keys,
                self.outside,
                self.bundles,
                self.log,
                self.uploads,
                self.rosters,
            ):
                _folder(path, PRIVATE)
        except OSError as error:
            raise HomeUnusable(error.strerror or error, path=self.root) from error
        if not all(os.access(path, os.R_OK | os.W_OK | os.X_OK) for path in (self.run, self.keys)):
            raise HomeUnusable("Permission denied", path=self.root)
        return self

    def secret(self, name: str) -> str:
        """The random secret kept under `keys/<name>`, made on first use (43 URL-safe characters).

        Two processes asking for the first time at once receive the same one.
        """
        path = self.keys / name
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(32))
        return path.read_text(encoding="ascii").strip()


def default_root() -> Path:
    """`.shuangsui` in the repository this code runs from, else in the current folder."""
    repository = Path(__file__).resolve().parents[1]
    return (repository if (repository / "pyproject.toml").is_file() else Path.cwd()) / ".shuangsui"


def write_whole(path: Path, data: bytes) -> None:
    """Puts `data` at `path` in one step: a reader sees the old file, the new one, or none; never half.

    Raises:
        NoRoom: the disk is full; nothing of it stays.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    with needs_room():
        try:
            draft.write_bytes(data)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def write_private(path: Path, text: str) -> None:
    """Replaces `path` by `text` in one step, mode 0600; a reader sees the old or the new, never half."""
    draft = _draft(path, text)
    draft.replace(path)


def _write_once(path: Path, text: str) -> None:
    draft = _draft(path, text)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces what another process just wrote
    except FileExistsError:
        pass
    except OSError:
        draft.replace(path)  # a file system without hard links
    finally:
        draft.unlink(missing_ok=True)


def _draft(path: Path, text: str) -> Path:
    with needs_room():
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp makes mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return Path(name)


def _folder(path: Path, mode: int) -> None:
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)  # mkdir's own mode is cut by the umask
