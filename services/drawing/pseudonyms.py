"""The key behind a bureau's officer pseudonyms: one a bureau, wrapped by the bureau's own key.

Salts follow from it, so the bureau can show at the door whom a pseudonym means; it opens the key to its
superior only. Each draw has a key of its own derived from it: a pseudonym shown at one door tells nothing
about the lists of other draws. Basis: rd1 Notation.
"""

import os
import secrets
from pathlib import Path

from policies.rd1.canonical import Suite, lp, u64
from policies.room import needs_room
from services.work import Work
from tenants.errors import SealBroken
from tenants.key_checks import CheckedKeys
from tenants.sealing import KeyProvider


async def pseudonym_key(keys: KeyProvider, folder: Path, bureau: str) -> bytes:
    """The bureau's 32-byte key; made at first use, kept wrapped under `folder`."""
    path = path_of(folder, bureau)
    if not _there(path):
        _keep_first(path, await keys.wrap(bureau, secrets.token_bytes(32)))
    return await keys.unwrap(bureau, _read(path))


async def of_bureau(work: Work, bureau: str) -> bytes:
    """`pseudonym_key` for a use case: what is made is wrapped by the bureau's own key or not at all.

    Raises:
        WrongKey: the key that is there is not the bureau's.
    """
    keys = CheckedKeys(await work.at(bureau), work.scope, work.app.keys)
    return await pseudonym_key(keys, work.app.home.keys, bureau)


async def rewrap(keys: KeyProvider, folder: Path, bureau: str) -> bool:
    """Wrap the key anew by the provider's present key. False when it is, or when there is none yet.

    The new file takes the old one's place only after it was read back and opened.

    Raises:
        SealBroken: what was written does not open as the same key; the old file stays.
    """
    path = path_of(folder, bureau)
    if not _there(path) or await keys.fresh(bureau, _read(path)):
        return False
    key = await keys.unwrap(bureau, _read(path))
    draft = _written(path, await keys.wrap(bureau, key))
    if await keys.unwrap(bureau, _read(draft)) != key:
        raise SealBroken()
    draft.replace(path)
    return True


async def stale(keys: KeyProvider, folder: Path, bureau: str) -> bool:
    """Whether the key is there and wrapped by another key than the provider's present one."""
    path = path_of(folder, bureau)
    return _there(path) and not await keys.fresh(bureau, _read(path))


def path_of(folder: Path, bureau: str) -> Path:
    """Where a bureau's key lies, wrapped."""
    return folder / f"pseudonyms-{bureau}.wrapped"


def key_of_draw(suite: Suite, key: bytes, draw_no: int) -> bytes:
    """The key of one draw's pseudonyms: MAC(bureau's key, LP("oid-draw")‖u64(draw_no))."""
    return suite.mac(key, lp("oid-draw") + u64(draw_no))


def _keep_first(path: Path, blob: bytes) -> None:
    """Two processes at once both end up with the first one's key."""
    draft = _written(path, blob)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _written(path: Path, blob: bytes) -> Path:
    """A draft beside `path`, safely on the disk."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with needs_room():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(blob)
                file.flush()
                os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _there(path: Path) -> bool:
    return path.exists()


def _read(path: Path) -> bytes:
    return path.read_bytes()
