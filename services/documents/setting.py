"""The door to the typesetter: data and a kind in, a PDF out, the same bytes for the same data.

What people typed reaches the template as data, never as markup. The page follows GB/T 9704 as far as
docs/documents.md says; the standard's own text was not at hand.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Literal, get_args

import segno

from services.documents.errors import NoFonts, NotSet

Kind = Literal[
    "results",
    "draw",
    "plan",
    "filing",
    "minutes",
    "letter",
    "workbook",
    "record",
    "order",
    "visit",
    "archive",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
FOLDER = Path(__file__).parent / "templates"
WORKER = Path(__file__).with_name("worker.py")
MEMORY, CPU, SECONDS = 3 << 30, 30, 60
# use → families, the best first; the last of each is the free font that nearly every server can have
FONTS: Mapping[str, tuple[str, ...]] = {
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02S", "Noto Serif CJK SC"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC"),
    "head": ("SimHei", "STHeiti", "FZHei-B01S", "Noto Sans CJK SC"),
    "sub": ("KaiTi_GB2312", "KaiTi", "STKaiti", "Noto Serif CJK SC"),
}
_together = BoundedSemaphore(2)  # of threads: each takes a processor for its second


@dataclass(frozen=True, slots=True)
class Paper:
    """A set document.

    Attributes:
        poor: uses for which only the free font was there, see `FONTS`.
    """

    kind: Kind
    data: bytes = field(repr=False)
    poor: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Hex SHA-256 of the bytes."""
        return sha256(self.data).hexdigest()


async def typeset(
    kind: Kind, data: Mapping[str, Any], at: datetime, *, link: str = "", fonts: Path | None = None
) -> Paper:
    """Set a document.

    Args:
        data: JSON of the kind's template. at: moment the document is of; part of its bytes.
        link: address printed as a QR code, "" for none. fonts: the operator's folder.

    Raises:
        NoFonts: no Chinese font is there. NotSet: it failed or took too long.
    """
    asked = {
        "template": str(FOLDER / f"{kind}.typ"),
        "root": str(FOLDER),
        "folders": [str(fonts)] if fonts else [],
        "fonts": {use: list(families) for use, families in FONTS.items()},
        "data": dict(data) | {"link": link},
        "qr": _qr(link) if link else "",
        "at": int(at.timestamp()),
    }
    words, pdf = await asyncio.to_thread(_run, json.dumps(asked, ensure_ascii=False).encode())
    if words.get("fault") == "fonts":
        raise NoFonts(words["detail"], fonts=" / ".join(families[-1] for families in FONTS.values()))
    if "fault" in words:
        raise NotSet(words["detail"], seconds=SECONDS)
    return Paper(kind, pdf, tuple(words["poor"]))


def _run(data: bytes) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-I", str(WORKER), str(MEMORY), str(CPU)]
    try:
        with _together:
            done = subprocess.run(
                command, input=data, capture_output=True, timeout=SECONDS, env={}, cwd="/", check=False
            )
    except subprocess.TimeoutExpired:
        raise NotSet("timeout", seconds=SECONDS) from None
    line, _, pdf = done.stdout.partition(b"\n")
    if done.returncode != 0 or not line:
        raise NotSet(str(done.returncode), seconds=SECONDS)
    words: dict[str, Any] = json.loads(line)
    return words, pdf


def _qr(link: str) -> str:
    out = BytesIO()
    segno.make(link, error="m").save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()
