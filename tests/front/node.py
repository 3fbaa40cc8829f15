"""The browser's verifier under Node: a process that answers one request a line."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "services" / "web" / "static" / "verify"
BUILT = SOURCES / "built"
NODE = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
WHY = "Node.js is not installed, nor its wheel (deploy/requirements/node.txt)"


def ask(requests: Iterable[dict[str, Any]], program: str = "vectors.mjs", *args: str) -> list[dict[str, Any]]:
    """One answer a request, in order."""
    assert NODE is not None
    lines = "\n".join(json.dumps(one) for one in requests)
    command = [NODE, str(HERE / program), str(SOURCES), *args]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def packed(data: bytes) -> str:
    """Bytes as a request carries them."""
    return base64.b64encode(data).decode()
