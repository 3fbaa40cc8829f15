"""The documents tell the truth about the command line: every command is there, every line can be typed."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest

from . import cli_page

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
STOP = re.compile(r"\s(?:[·…|>#]|&&|2>).*")  # the rest of a line is prose, a list, a pipe or a comment
SPAN = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"```\w*\n(.*?)```", re.DOTALL)


@cache
def known() -> dict[str, frozenset[str]]:
    """Command → its options."""
    return {one.name: one.options for one in cli_page.commands()}


def typed(page: Path) -> list[str]:
    """What the page says to type: arguments of every `shuangsui …`."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    blocks = FENCE.findall(text)
    pieces = [line for block in blocks for line in block.splitlines()] + SPAN.findall(FENCE.sub("", text))
    found = [piece.partition("shuangsui ")[2] for piece in pieces if re.search(r"(^|[ /])shuangsui ", piece)]
    return [STOP.sub("", line) for line in found]


def wrong(line: str) -> str:
    """What is wrong with a command line; "" if nothing. `shuangsui draw …` names a noun only."""
    words = shlex.split(re.sub(r"[\[\]<>]", "", line))
    plain = [w for w in words if not w.startswith("-")]
    name = next((n for n in (" ".join(plain[:2]), " ".join(plain[:1])) if n in known()), None)
    if name is None:
        nouns = {command.partition(" ")[0] for command in known()}
        return "" if len(plain) == 1 and plain[0] in nouns else f"no such command: {line}"
    options = {w.partition("=")[0] for w in words if re.match(r"--?[a-z]", w)}
    return "" if options <= known()[name] else f"{name} has no {sorted(options - known()[name])}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_command_line_of_the_documents_exists(page: Path) -> None:
    assert [complaint for line in typed(page) if (complaint := wrong(line))] == []


def test_every_example_in_the_help_exists() -> None:
    examples = {one.name: one.example for one in cli_page.commands()}
    assert [name for name, text in examples.items() if not text] == []
    lines = [STOP.sub("", text.partition("shuangsui ")[2]) for text in examples.values()]
    assert [complaint for line in lines if (complaint := wrong(line))] == []


def test_the_command_page_is_the_command_line() -> None:
    head, mark, body = cli_page.PAGE.read_text("utf-8").partition(cli_page.MARK)
    assert head and mark and body.strip() == cli_page.page().strip(), "python -m tests.house.cli_page"


def test_the_check_itself_sees_a_wrong_line() -> None:
    assert wrong("draw nothing") and wrong("stop --hard") and not wrong("stop --json") and not wrong("draw")


def test_every_command_speaks_json() -> None:
    assert [name for name, options in known().items() if "--json" not in options] == []
