"""Small JSON files that people carry between their devices and the deployment."""

import json
from pathlib import Path
from typing import Any, ClassVar

from policies.errors import Language, Place, Problem, Wording


class BadFile(Problem):
    """A file given on the command line is not the JSON it should be."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("文件无法使用", "{need}", "请核对文件；它由前一步的命令以 --json 输出。"),
        "en": Wording("The file cannot be used", "{need}", "It is the --json output of the step before."),
    }


def read_json(path: Path, *fields: str) -> dict[str, Any]:
    """The JSON object in a file, with at least these fields.

    Raises:
        BadFile: missing, not JSON, or a field is not there.
    """
    place = Place(file=path.name)
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadFile(str(error)[:120], where=place, need="JSON") from None
    if not isinstance(value, dict) or any(name not in value for name in fields):
        raise BadFile(_said(value), where=place, need="、".join(fields))
    return value


def _said(value: object) -> str:
    """What stands in the file instead: of a failed step its refusal, else field names, never a value."""
    if not isinstance(value, dict):
        return type(value).__name__
    error = value.get("error")
    return str(error.get("title")) if isinstance(error, dict) else "、".join(map(str, value))[:80]


def from_hex(value: object, what: str) -> bytes:
    """Bytes of a hex text; BadFile otherwise."""
    try:
        return bytes.fromhex(str(value))
    except ValueError:
        raise BadFile(str(value)[:20], need=f"{what}: hex") from None
