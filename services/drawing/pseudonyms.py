"""The key behind a bureau's officer pseudonyms: one a bureau, wrapped by the bureau's own key.

Salts follow from it, so the bureau can show at the door whom a pseudonym means; it opens the key to its
superior only. Each draw has a key of its own derived from it: a pseudonym shown at one door tells nothing
about the lists of other draws. Basis: rd1 Notation.
"""

import os
import secrets
from pathlib import Path

from policies.rd1.canonical import Suite, lp, u64
from tenants.sealing import KeyProvider


def pseudonym_key(keys: KeyProvider, folder: Path, bureau: str) -> bytes:
    """The bureau's 32-byte key; made at first use, kept wrapped under `folder`."""
    path = folder / f"pseudonyms-{bureau}.wrapped"
    if not path.exists():
        _keep_first(path, keys.wrap(bureau, secrets.token_bytes(32)))
    return keys.unwrap(bureau, path.read_bytes())


def key_of_draw(suite: Suite, key: bytes, draw_no: int) -> bytes:
    """The key of one draw's pseudonyms: MAC(bureau's key, LP("oid-draw")‖u64(draw_no))."""
    return suite.mac(key, lp("oid-draw") + u64(draw_no))


def _keep_first(path: Path, blob: bytes) -> None:
    """Two processes at once both end up with the first one's key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(blob)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
