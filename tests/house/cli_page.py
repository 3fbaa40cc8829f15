"""The command part of docs/cli.md, made from the command line itself.

Refresh after a change of a command: python -m tests.house.cli_page
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from inspect import cleandoc
from pathlib import Path
from typing import Any

import typer.main

from services.cli.root import NOUNS, build

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
MARK = "<!-- 以下由命令本身生成 / made from the commands: python -m tests.house.cli_page -->"
EXAMPLE = "例 / example:"
COMMON = {"--bureau", "--as", "--home", "--json", "--help"}  # explained once, at the top of the page


@dataclass(frozen=True)
class Command:
    """One command: its words, what it does, its example on one line, and its parameters."""

    name: str
    text: str
    example: str
    params: tuple[Any, ...]

    @property
    def options(self) -> frozenset[str]:
        return frozenset(o for p in self.params for o in (*p.opts, *p.secondary_opts)) | {"--help"}


def commands() -> Iterator[Command]:
    """Every command that exists, in the order of the root help."""
    for noun in NOUNS:
        if find_spec(noun.module):
            root = typer.main.get_command(build([noun.name]))
            yield from _below(root.commands[noun.name], noun.name)


def page() -> str:
    """The generated part of the page."""
    return "\n".join(_section(one) for one in commands())


def _below(command: Any, name: str) -> Iterator[Command]:
    inner = getattr(command, "commands", None)
    if inner is None:
        text, _, example = cleandoc(command.help or "").partition(EXAMPLE)
        yield Command(name, text.strip(), " ".join(example.split()), tuple(command.params))
    else:
        for part, found in inner.items():
            yield from _below(found, f"{name} {part}")


def _section(one: Command) -> str:
    shown = [p for p in one.params if not COMMON & set(p.opts)]
    lines = [f"### shuangsui {one.name}", "", one.text, "", "```sh", one.example, "```", ""]
    if shown:
        lines += [*(_line(p) for p in shown), ""]
    return "\n".join(lines)


def _line(param: Any) -> str:
    named = param.opts if param.param_type_name == "option" else [param.metavar or param.name]
    extra = "（必填 · required）" if param.required and param.param_type_name == "option" else ""
    help_ = re.sub(r"\s+", " ", getattr(param, "help", None) or "")
    return f"- `{' '.join(named)}` {help_}{extra}"


if __name__ == "__main__":
    head = PAGE.read_text("utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n{page()}", "utf-8")
