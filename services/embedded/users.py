"""Whom the servers run as. PostgreSQL refuses root, so root runs them as another user."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.embedded.errors import NoServerUser

CANDIDATES = ("nobody", "daemon")


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The servers' user.

    Attributes:
        uid: user id.
        gid: group id.
        name: name in the user database; `initdb` needs one.
        other: True when it is not the user of this process.
    """

    uid: int
    gid: int
    name: str
    other: bool

    def options(self) -> dict[str, Any]:
        """Arguments for `subprocess`: identity, and a folder every user may stand in."""
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}
        return {"cwd": "/", "umask": 0o077, **identity}

    def own(self, path: Path) -> None:
        """Makes `path` the server user's, private to it."""
        path.chmod(0o700 if path.is_dir() else 0o600)
        if self.other:
            os.chown(path, self.uid, self.gid)


def server_user(base: Path) -> ServerUser:
    """The user to run as, given the folder `base` that holds, or will hold, the servers' folders.

    An ordinary user runs its own servers. Root takes the owner of existing data, else `nobody`.

    Raises:
        NoServerUser: this process is root and no candidate exists, or our own user has no name.
    """
    if os.geteuid() != 0:
        return _named(os.geteuid(), other=False)
    for folder in (base / "postgres", base / "valkey"):
        if folder.exists() and folder.stat().st_uid != 0:
            return _named(folder.stat().st_uid, other=True)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return ServerUser(entry.pw_uid, entry.pw_gid, name, other=True)
    raise NoServerUser(", ".join(CANDIDATES))


def can_enter(folder: Path, user: ServerUser) -> bool:
    """Whether `user` may read and pass through `folder`; asked of the kernel, not guessed from modes."""
    if not user.other:
        return os.access(folder, os.R_OK | os.X_OK)
    return _asks(user, 'cd -- "$1"', folder)


def can_run(program: Path, user: ServerUser) -> bool:
    """Whether `user` can run `program --version` (reach, libraries, noexec mounts all told)."""
    return _asks(user, '"$1" --version', program)


def _asks(user: ServerUser, script: str, path: Path) -> bool:
    asked = ["/bin/sh", "-c", script, "sh", str(path)]
    try:
        done = subprocess.run(
            asked, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, **user.options()
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:  # e.g. a container that maps root only
        raise NoServerUser(f"{user.name}: {error}") from error
    return done.returncode == 0


def _named(uid: int, *, other: bool) -> ServerUser:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise NoServerUser(f"uid {uid}") from None
    return ServerUser(uid, entry.pw_gid, entry.pw_name, other)
