"""A system that looks into a folder: files lie in `out`, its answers in `receipts`, one JSON object each;
what it has for the bureau lies in `in`, and what we say of it in `acks`.

The folder may be a mounted share or the local end of a transfer job. A file is written beside and renamed, so
the other side never sees half of it.
"""

import asyncio
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.exchange.errors import SystemSilent
from services.exchange.remote import KEY, Held, Offer, Parcel, read_held
from services.home import write_whole
from services.sheets import LIMITS

_KEY = re.compile(r"[0-9A-Za-z-]{1,80}")
MOST = 64 * 1024  # bytes of an answer


@dataclass(frozen=True, slots=True)
class FolderRemote:
    """One folder of one bureau for one system."""

    system: str
    place: Path

    async def ask(self, key: str) -> Held | None:
        """receipts/{key}.json, if it is there."""
        return await asyncio.to_thread(self._read, self._answer(key), key)

    async def give(self, parcel: Parcel) -> Held | None:
        """out/{key}.{ending}; the answer comes later."""
        if not _KEY.fullmatch(parcel.key):
            raise ValueError("key")
        path = self.place / "out" / f"{parcel.key}.{parcel.name.rpartition('.')[2]}"
        try:
            await asyncio.to_thread(self._write, path, parcel.data)
        except OSError as error:
            raise SystemSilent(type(error).__name__, system=self.system) from None
        return None

    async def every(self, prefix: str) -> tuple[Held, ...]:
        """All answers of the folder."""
        return await asyncio.to_thread(self._every, prefix)

    async def offers(self) -> tuple[Offer, ...]:
        """The files of `in`; what begins with a dot is still being written."""
        return await asyncio.to_thread(self._offers)

    async def fetch(self, offer: Offer) -> bytes:
        """in/{name}."""
        return await asyncio.to_thread(self._bytes, self.place / "in" / offer.name)

    async def acknowledge(self, key: str, receipt: str, sha256: str) -> None:
        """acks/{key}.json; the other side then takes its file away."""
        if not KEY.fullmatch(key):
            raise ValueError("key")
        told = json.dumps({"key": key, "receipt": receipt, "sha256": sha256}).encode()
        try:
            await asyncio.to_thread(self._write, self.place / "acks" / f"{key}.json", told)
        except OSError as error:
            raise SystemSilent(type(error).__name__, system=self.system) from None

    def _offers(self) -> tuple[Offer, ...]:
        try:
            found = sorted((self.place / "in").iterdir())
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise SystemSilent(type(error).__name__, system=self.system) from None
        own = [
            path for path in found if KEY.fullmatch(path.stem) and path.is_file() and not path.is_symlink()
        ]
        offers = []
        for path in own:
            try:
                offers.append(Offer(path.stem, path.name[:200], sha256(self._bytes(path)).hexdigest()))
            except SystemSilent:  # taken away this moment, or too large: the others are had
                offers.append(Offer(path.stem, path.name[:200]))
        return tuple(offers)

    def _bytes(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                data = file.read(LIMITS.file_bytes + 1)
        except OSError as error:
            raise SystemSilent(type(error).__name__, system=self.system) from None
        if len(data) > LIMITS.file_bytes:
            raise SystemSilent(f"> {LIMITS.file_bytes}", system=self.system)
        return data

    def _every(self, prefix: str) -> tuple[Held, ...]:
        try:
            found = sorted((self.place / "receipts").glob("*.json"))
        except OSError as error:
            raise SystemSilent(type(error).__name__, system=self.system) from None
        own = [path for path in found if path.name.startswith(prefix)]
        return tuple(held for path in own if (held := self._read(path, path.stem)) is not None)

    def _answer(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("key")
        return self.place / "receipts" / f"{key}.json"

    def _read(self, path: Path, key: str) -> Held | None:
        try:
            with path.open("rb") as file:
                raw = file.read(MOST + 1)
            body: Any = json.loads(raw) if len(raw) <= MOST else None
            return read_held(body, key)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, AttributeError) as error:  # half written, or no answer of this kind
            raise SystemSilent(type(error).__name__, system=self.system) from None

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
