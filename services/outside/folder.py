"""One person's folder: private files, written once, never overwritten."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.outside.errors import KeyExists, NoDeviceKey


@dataclass(frozen=True, slots=True)
class Device:
    """The folder that stands for somebody's own device; its files are mode 0600."""

    folder: Path

    def has(self, name: str) -> bool:
        """True when the file is there."""
        return (self.folder / name).is_file()

    def read(self, name: str) -> dict[str, Any]:
        """The JSON object kept under `name`.

        Raises:
            NoDeviceKey: there is no such file.
        """
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NoDeviceKey(self.folder.name, what=name) from None
        value: dict[str, Any] = json.loads(text)
        return value

    def keep_once(self, name: str, value: dict[str, Any]) -> None:
        """Write a new file that survives a power cut; an existing one is left alone.

        Raises:
            KeyExists: the file is there already.
        """
        draft = self._draft(name, value)
        try:
            os.link(draft, self.folder / name)
        except FileExistsError:
            raise KeyExists(name) from None
        finally:
            draft.unlink()

    def keep(self, name: str, value: dict[str, Any]) -> None:
        """Write or replace a file in one step."""
        self._draft(name, value).replace(self.folder / name)

    def _draft(self, name: str, value: dict[str, Any]) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        return draft
