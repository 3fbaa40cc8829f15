"""What every command prints: data on stdout, progress and readable errors on stderr, exit codes."""

import functools
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from policies.errors import Kind, Language, Problem
from policies.room import NoRoom, full
from services.clock import CHINA

EXIT: Mapping[Kind, int] = {
    "invalid": 2,
    "missing": 3,
    "forbidden": 4,
    "conflict": 5,
    "unavailable": 1,
    "failed": 1,
}
P = ParamSpec("P")
T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出 · print JSON")]


def language() -> Language:
    """Chinese, unless SHUANGSUI_LANG asks for English."""
    wanted = os.environ.get("SHUANGSUI_LANG", "")
    return "en" if wanted.lower().startswith("en") else "zh"


def say(line: str) -> None:
    """One line of progress, on stderr."""
    print(line, file=sys.stderr, flush=True)


def emit(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_plain), flush=True)


def show(value: Any, as_json: bool, text: Callable[[], None] | None = None) -> None:
    """The result of a command: JSON when asked for, else its text or a two-column table."""
    if as_json:
        emit(value)
    elif text:
        text()
    else:
        pairs(value)


def pairs(value: Mapping[str, Any]) -> None:
    """A record as two columns."""
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for key, item in value.items():
        item = _plain(item) if isinstance(item, date) else item
        shown = item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=_plain)
        table.add_row(key, escape(shown))
    console().print(table)


def rows(columns: list[str], lines: list[list[Any]], title: str | None = None) -> None:
    """A table on stdout."""
    table = Table(title=title)
    for column in columns:
        table.add_column(column, overflow="fold")
    for line in lines:
        table.add_row(*("" if cell is None else escape(_plain(cell)) for cell in line))
    console().print(table)


def _plain(value: Any) -> str:
    """As text; moments in China's time, to the second."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(CHINA).isoformat(timespec="seconds")
    return str(value)


def console() -> Console:
    """The console on stdout; wide when it is not a terminal, so that nothing is cut."""
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False)


def fail(problem: Problem, as_json: bool) -> typer.Exit:
    """Print an expected failure; the caller raises what this returns."""
    if as_json:
        emit({"error": problem.as_dict(language())})
    else:
        say(problem.line(language()))
    return typer.Exit(EXIT[problem.kind])


def guarded(function: Callable[P, T]) -> Callable[P, T]:
    """Wrap a command so that every Problem becomes a message and an exit code."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except Problem as problem:
            raise fail(problem, bool(kwargs.get("as_json"))) from None
        except OSError as error:
            if not full(error):
                raise
            raise fail(NoRoom(), bool(kwargs.get("as_json"))) from None

    return run
