"""`python -m tests.house.messages` writes services/web/locale/en/*.po anew: what templates say, in order.

Translations are kept, sentences nobody says any more are dropped, new ones wait with an empty English.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2 import nodes

from services.web.locale import CATALOGUES, english, known
from services.web.pages import TEMPLATES, environment
from services.web.sentences import Piece, has_chinese, pieces

WIDTH = 110


def said() -> Iterator[tuple[str, str]]:
    """Every Chinese sentence of the templates: (sentence, template); those of the top folder first."""
    env = environment()
    for root in TEMPLATES:
        found = [path for path in root.rglob("*") if path.suffix in (".html", ".xml")]
        for path in sorted(found, key=lambda one: (one.parent != root, one)):
            tree = env.parse(path.read_text("utf-8"))
            name = path.relative_to(root).as_posix()
            for node in tree.find_all((nodes.Const, nodes.Output)):
                texts: list[str] = []
                if isinstance(node, nodes.Output):
                    texts = [one.text for one in pieces(node.nodes) if isinstance(one, Piece)]
                elif isinstance(node, nodes.Const) and has_chinese(node.value):
                    texts = [node.value]
                yield from ((text, name) for text in texts)


def catalogues() -> dict[str, Catalog]:
    """Folder of templates → its catalogue as it should stand; what several say is in the first one's."""
    before, beside = english(), {zh for zh, _ in known()}
    made: dict[str, Catalog] = {}
    home: dict[str, str] = {}
    for text, name in said():
        if text in beside:
            continue
        area = home.setdefault(text, name.partition("/")[0] if "/" in name else "common")
        made.setdefault(area, Catalog()).add(text, before.get(text, ""), locations=[(name, 0)])
    return made


def write(folder: Path = CATALOGUES) -> int:
    """Write the catalogues; returns how many sentences wait for their English."""
    made, waiting = catalogues(), 0
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.po"):
        path.unlink()
    for area, one in made.items():
        with (folder / f"{area}.po").open("wb") as file:
            write_po(file, one, width=WIDTH, omit_header=True, include_lineno=False)
        waiting += sum(1 for each in one if each.id and not each.string)
    return waiting


if __name__ == "__main__":
    sys.stdout.write(f"{write()} without English\n")
