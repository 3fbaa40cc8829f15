"""The token for the key server: given, or in a file that an agent renews."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class KeyToken:
    """A token, or the file it stands in; the file is read at every use, because agents replace it."""

    given: str | None = field(default=None, repr=False)
    file: Path | None = None

    def read(self) -> str:
        """The token of this moment; "" when there is none, which the server refuses by itself."""
        if self.file is None:
            return self.given or ""
        try:
            return self.file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return ""
