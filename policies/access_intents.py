"""What a second factor is given for: one act with one payload, spelled alike by everyone who hashes it.

A person who steps up confirms a sentence and a fingerprint. The fingerprint is SHA-256 over the act's name,
its address and its whole content, so that nothing can be exchanged between the confirmation and the act.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

UNSAID = frozenset({"csrf_token", "intent"})  # fields that say who sends, not what is done
HIDDEN = frozenset({"password", "secret", "secrets", "url"})  # of channels: confirmed, yet not shown again


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a form: its name as sent, its size in bytes, SHA-256 of its content in hex."""

    name: str
    size: int
    sha256: str

    def as_dict(self) -> dict[str, object]:
        """The form that is hashed and shown."""
        return {"file": self.name, "size": self.size, "sha256": self.sha256}


def form_content(fields: Iterable[tuple[str, str | UploadedFile]]) -> dict[str, Any]:
    """Content of a form: its fields sorted by name, then by value; the order of sending does not count.

    Args:
        fields: (name, text or file), names repeated where the form repeats them.
    """
    plain = [
        [name, value.as_dict() if isinstance(value, UploadedFile) else value]
        for name, value in fields
        if name not in UNSAID
    ]
    return {"form": sorted(plain, key=canonical)} if plain else {}


def json_content(value: Any) -> dict[str, Any]:
    """Content of a JSON call; nothing and `null` are the same."""
    return {} if value is None else {"json": value}


def canonical(value: Any) -> str:
    """One spelling of a JSON value: members sorted, no blanks, text as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def payload_digest(
    action: str, method: str, path: str, query: Sequence[tuple[str, str]], content: Mapping[str, Any]
) -> str:
    """Hex SHA-256 of an act: what, where, with which question and content.

    Args:
        action: id of the matrix row. method, path: of the request, the path as sent.
        query: (name, value) of the question mark's part, in any order.
        content: of `form_content` or `json_content`.
    """
    said = {
        "action": action,
        "method": method.upper(),
        "path": path,
        "query": sorted([name, value] for name, value in query),
        "content": dict(content),
    }
    return hashlib.sha256(b"shuangsui/intent/1\n" + canonical(said).encode()).hexdigest()


def shown_fields(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(name, text) of a content for the person who confirms it; files by name, size and fingerprint."""
    if "form" in content:
        return tuple((name, _shown(name, value)) for name, value in content["form"])
    value = content.get("json")
    if isinstance(value, Mapping):
        return tuple((str(name), _shown(str(name), one)) for name, one in sorted(value.items()))
    return () if value is None else (("", _text(value)),)


def _shown(name: str, value: Any) -> str:
    return "••••••" if name in HIDDEN and value else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping) and set(value) == {"file", "size", "sha256"}:
        return f"{value['file']} · {value['size']} B · SHA-256 {value['sha256']}"
    return canonical(value)
