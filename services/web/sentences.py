"""What a template says: its text cut into sentences between tags, with a place for everything put in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jinja2 import nodes

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_EDGE = re.compile(r'([<>"])')  # of a tag, or of the value of an attribute
_EDGES = ("<", ">", '"')
_INLINE = r"(?:a|b|strong|em|span|small|code|cite|time)\b"
_OPENS, _CLOSES = re.compile(_INLINE), re.compile(f"/{_INLINE}")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or things put in one after the other.

    Attributes:
        text: with `{0}`, `{1}` … for `places`; runs of white space are one.
        before, after: white space around it. nodes: as they stood.
        lead, tail: an inline tag ends right before it, begins right behind it: where Chinese needs no space.
    """

    text: str
    before: str
    after: str
    places: tuple[nodes.Expr, ...]
    nodes: tuple[nodes.Expr, ...]
    lead: bool = False
    tail: bool = False


def has_chinese(value: object) -> bool:
    """True for a text with at least one Chinese character."""
    return isinstance(value, str) and _CHINESE.search(value) is not None


def pieces(found: Sequence[nodes.Expr]) -> Iterator[Piece | nodes.Expr]:
    """Sentences, and whatever is none, in the order of the page."""
    run: list[nodes.Expr] = []
    edge, tag = "", ""
    for node in found:
        if not isinstance(node, nodes.TemplateData):
            run.append(node)
            continue
        parts = _EDGE.split(node.data)
        for n, part in enumerate(parts):
            if not part or part not in _EDGES:
                run += [nodes.TemplateData(part, lineno=node.lineno)] if part else []
                tag = part if edge == "<" else tag
                continue
            opens = part == "<" and _OPENS.match(parts[n + 1]) is not None
            yield from _piece(run, edge, lead=edge == ">" and _CLOSES.match(tag) is not None, tail=opens)
            run = []
            yield nodes.TemplateData(part, lineno=node.lineno)
            edge = part
    yield from _piece(run, edge, lead=edge == ">" and _CLOSES.match(tag) is not None)


def _piece(
    run: list[nodes.Expr], edge: str, *, lead: bool, tail: bool = False
) -> Iterator[Piece | nodes.Expr]:
    places: list[nodes.Expr] = []
    text = ""
    for one in run:
        if isinstance(one, nodes.TemplateData):
            text += one.data
        else:
            text += f"{{{len(places)}}}"
            places.append(one)
    core = text.strip()
    if not has_chinese(core) and not (edge == ">" and len(places) > 1):
        yield from run
        return
    at = text.index(core)
    before, after = text[:at], text[at + len(core) :]
    yield Piece(_SPACE.sub(" ", core), before, after, tuple(places), tuple(run), lead, tail)
