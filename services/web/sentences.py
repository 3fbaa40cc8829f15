"""What a template says: its text cut into sentences between tags, with a place for everything put in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import nodes

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_EDGE = re.compile(r'([<>"])')  # of a tag, or of the value of an attribute
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence.

    Attributes:
        text: with `{0}`, `{1}` … for `places`; runs of white space are one.
        before, after: white space around it. nodes: as they stood.
    """

    text: str
    before: str
    after: str
    places: tuple[nodes.Expr, ...]
    nodes: tuple[nodes.Expr, ...]


def has_chinese(value: object) -> bool:
    """True for a text with at least one Chinese character."""
    return isinstance(value, str) and _CHINESE.search(value) is not None


def pieces(found: Sequence[nodes.Expr]) -> Iterator[Piece | nodes.Expr]:
    """Sentences, and whatever is none, in the order of the page."""
    run: list[nodes.Expr] = []
    for node in found:
        if not isinstance(node, nodes.TemplateData):
            run.append(node)
            continue
        for part in _EDGE.split(node.data):
            if part and part in '<>"':
                yield from _piece(run)
                run = []
                yield nodes.TemplateData(part, lineno=node.lineno)
            elif part:
                run.append(nodes.TemplateData(part, lineno=node.lineno))
    yield from _piece(run)


def _piece(run: list[nodes.Expr]) -> Iterator[Piece | nodes.Expr]:
    written = "".join(one.data for one in run if isinstance(one, nodes.TemplateData))
    if not has_chinese(written):
        yield from run
        return
    places: list[nodes.Expr] = []
    text = ""
    for one in run:
        if isinstance(one, nodes.TemplateData):
            text += one.data
        else:
            text += f"{{{len(places)}}}"
            places.append(one)
    core = text.strip()
    at = text.index(core)
    yield Piece(_SPACE.sub(" ", core), text[:at], text[at + len(core) :], tuple(places), tuple(run))
