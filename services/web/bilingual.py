"""Every template in two languages: written in Chinese, compiled a second time in English.

The name of the English one begins with `en/`. Its sentences are taken from `locale/` when the template is
compiled, so a page costs the same in both. What has no English stays Chinese; a test names it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, nodes

from services.web.sentences import Piece, has_chinese, pieces

ENGLISH = "en/"
_PLACE = re.compile(r"\{(\d+)\}")
_NAMED = re.compile(r"\{([a-z_]+)\}")
Catalogue = Mapping[str, str]
LISTED = {" ": " ", "、": ", ", "；": "; "}  # 每季度 20%, 废水、废气: each a word of its own


class BothLoader(FileSystemLoader):
    """Finds `en/x.html` where `x.html` is."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        """See Jinja."""
        return super().get_source(environment, template.removeprefix(ENGLISH))


class BothLanguages(Environment):
    """Compiles the templates whose names begin with `en/` in English.

    Args:
        catalogue: Chinese sentence → English one; `{0}`, `{1}` … stand for what is put in.
    """

    def __init__(self, catalogue: Catalogue, templates: Iterable[Path], **options: Any) -> None:
        super().__init__(loader=BothLoader(list(templates)), **options)
        self.catalogue = catalogue
        self._shapes = [_shape(zh, en) for zh, en in catalogue.items() if _NAMED.search(zh)]
        self.filters["in_english"] = self._word

    def join_path(self, template: str, parent: str) -> str:
        """What an English template extends, imports or includes is English too."""
        return f"{ENGLISH}{template}" if parent.startswith(ENGLISH) else template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        return in_english(tree, self.catalogue) if (name or "").startswith(ENGLISH) else tree

    def _word(self, value: Any) -> Any:
        """A word of ours that a view gave; names and what people typed are in no catalogue."""
        if type(value) is not str or not has_chinese(value):
            return value
        if (whole := self._known(value)) is not None:
            return whole
        for between, english in LISTED.items():
            words = [self._known(word) for word in value.split(between)]
            if None not in words:
                return english.join(map(str, words))
        return value

    def _known(self, value: str) -> str | None:
        """The English of a word, or of a sentence that a view filled in, such as “抽中 {visits}”."""
        if not has_chinese(value) or value in self.catalogue:
            return self.catalogue.get(value, value)
        found = ((shape.fullmatch(value), english) for shape, english in self._shapes)
        return next((_put(english, match, self._word) for match, english in found if match), None)


def _put(english: str, match: re.Match[str], word: Callable[[str], str]) -> str:
    return english.format(**{name: word(value) for name, value in match.groupdict().items()})


def _shape(chinese: str, english: str) -> tuple[re.Pattern[str], str]:
    parts = _NAMED.split(chinese)
    shape = "".join(f"(?P<{part}>.+)" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    return re.compile(shape), english


def in_english(tree: nodes.Template, catalogue: Catalogue) -> nodes.Template:
    """The tree with every sentence of the catalogue put in English; changed in place."""
    for constant in tree.find_all(nodes.Const):
        if has_chinese(constant.value):
            constant.value = catalogue.get(constant.value, constant.value)
    for output in tree.find_all(nodes.Output):
        output.nodes = [part for one in pieces(output.nodes) for part in _said(one, catalogue)]
    return tree


def _said(one: Piece | nodes.Expr, catalogue: Catalogue) -> Iterator[nodes.Expr]:
    if not isinstance(one, Piece):
        yield _shown(one)
    elif one.text in catalogue:
        words = catalogue[one.text]
        lead = " " if one.lead and not one.before and (words[0].isalnum() or words[0] in "{“(") else ""
        tail = " " if one.tail and not one.after and not words.endswith(("“", "(", " ")) else ""
        yield nodes.TemplateData(one.before + lead)
        for n, part in enumerate(_PLACE.split(words)):
            yield _shown(one.places[int(part)]) if n % 2 else nodes.TemplateData(part)
        yield nodes.TemplateData(tail + one.after)
    else:
        yield from _apart(one.nodes)


def _apart(found: Sequence[nodes.Expr]) -> Iterator[nodes.Expr]:
    """Words in a row, with the space Chinese does without."""
    for n, node in enumerate(found):
        words = not isinstance(node, nodes.TemplateData)
        if n and words and not isinstance(found[n - 1], nodes.TemplateData):
            yield nodes.TemplateData(" ")
        yield _shown(node)


def _shown(node: nodes.Expr) -> nodes.Expr:
    if isinstance(node, nodes.TemplateData):
        return node
    return nodes.Filter(node, "in_english", [], [], None, None, lineno=node.lineno)
