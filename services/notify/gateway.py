"""The operator's SMS gateway, read from a file: where to post, in which form, and which answer says yes.

Every provider has a form of its own, so the form is configuration: docs/notify.md shows examples.
"""

import json
from pathlib import Path
from urllib.parse import urlsplit

from services.notify.reach import Gateway

MEMBERS = frozenset({"url", "headers", "body", "ok"})


def gateway_of(path: Path) -> Gateway:
    """The gateway of a file. Raises ValueError saying which member is wrong; OSError: no such file."""
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict) or not found.keys() <= MEMBERS:
        raise ValueError("url, headers, body, ok")
    url, body = str(found.get("url", "")), found.get("body")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise ValueError("url")
    if not isinstance(body, dict) or "{to}" not in str(body) or "{text}" not in str(body):
        raise ValueError("body: {to}, {text}")
    for name in ("headers", "ok"):
        if not isinstance(found.get(name, {}), dict):
            raise ValueError(name)
    headers = {str(key): str(value) for key, value in found.get("headers", {}).items()}
    return Gateway(url, headers, body, found.get("ok", {}))
