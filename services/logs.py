"""The one door for log lines: a line is an event, its bureau, and facts that are ids, numbers or short words.

Values people typed, names and messages of errors never reach the log: a line can be copied anywhere. What
does not look like an id is written as "…".
"""

import json
import logging
import re
import traceback
from collections.abc import Mapping
from typing import Any, Literal

Level = Literal["info", "warning", "error"]

_LEVELS: Mapping[Level, int] = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_PLAIN = re.compile(r"[A-Za-z0-9_.:/+-]{0,200}", re.ASCII)
_LOG = logging.getLogger("shuangsui")
# httpx tells every address it asks; that of a notification robot is its key
logging.getLogger("httpx").setLevel(logging.WARNING)


def say(event: str, *, bureau: str = "", level: Level = "info", **facts: object) -> None:
    """Write one line: JSON with `event`, `bureau` where there is one, and the facts.

    Args:
        event: what happened, noun.verb.
        bureau: six-digit code; "" for what belongs to no bureau.
        facts: numbers, flags, codes, names of our own classes.
    """
    _LOG.log(_LEVELS[level], "%s", _line(event, bureau, facts))


def fault(event: str, error: BaseException, *, bureau: str = "", **facts: object) -> None:
    """Write one line about something unforeseen: the kind of each error and where, never its message."""
    told = [f"{type(one).__name__} {' < '.join(_frames(one))}" for one in _chain(error)]
    line = _line(event, bureau, facts)
    _LOG.error("%s %s", line, json.dumps(told, ensure_ascii=True))


def _line(event: str, bureau: str, facts: Mapping[str, object]) -> str:
    told: dict[str, Any] = {"event": event}
    if bureau:
        told["bureau"] = _plain(bureau)
    told |= {name: _plain(value) for name, value in facts.items()}
    return json.dumps(told, ensure_ascii=True)


def _plain(value: object) -> int | float | bool | str | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if _PLAIN.fullmatch(text) else "…"


def _chain(error: BaseException) -> list[BaseException]:
    """The error, those a group holds, and what each came from."""
    found: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo and len(found) < 20:
        one = todo.pop(0)
        if one is not None and one not in found:
            found.append(one)
            todo += [*getattr(one, "exceptions", ()), one.__cause__ or one.__context__]
    return found


def _frames(error: BaseException) -> list[str]:
    """Innermost first: file, line and function."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames[-12:]][
        ::-1
    ]
