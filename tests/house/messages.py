"""`python -m tests.house.messages` writes services/web/locale/en/*.po anew: what templates say, in order.

Translations are kept, sentences nobody says any more are dropped, new ones wait with an empty English.
"""

import ast
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2 import nodes

from services.web.locale import CATALOGUES, english
from services.web.pages import TEMPLATES, environment
from services.web.sentences import Piece, has_chinese, pieces

WIDTH = 110
ROOT = Path(__file__).resolve().parents[2]
NOTES = ("note", "open_text")
SPEAKERS = (
    "policies/audits.py",
    "policies/notifying/channels.py",
    "policies/planning/plan_words.py",
    "policies/planning/plan_checks.py",
    "policies/figures.py",
    "policies/roster/officer_days.py",
    "policies/visiting/recheck.py",
    "services/auditing/*.py",
    "services/ruling/plan_standing.py",
    "policies/rulebook/law_keys.py",
    "policies/rulebook/law_key_duties.py",
    "policies/rulebook/key_effects.py",
    "policies/rulebook/onboarding.py",
    "policies/rulebook/rates.py",
    "policies/rulebook/bases/*.py",
    "policies/roster/columns.py",
    "policies/roster/classes.py",
    "policies/roster/key_list_rows.py",
    "policies/secrecy/*.py",
    "policies/verify/verdict.py",
    "policies/visiting/visits.py",
    "policies/visiting/checklist.py",
    "policies/waivers.py",
    "policies/journals.py",
    "services/views/*.py",
    "services/web/filters.py",
    "services/jobs/catalogue.py",
    "services/jobs/kinds.py",
    "services/connectors/profiles/__init__.py",
    "services/visiting/visit_forms.py",
    "services/usecases/record_other_visit.py",
    "services/usecases/onboard_bureau.py",
    "services/drawing/roster_difference.py",
)


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
                    texts = [
                        one.text
                        for one in pieces(node.nodes)
                        if isinstance(one, Piece) and has_chinese(one.text)
                    ]
                elif isinstance(node, nodes.Const) and has_chinese(node.value):
                    texts = [node.value]
                yield from ((text, name) for text in texts)


def spoken() -> Iterator[tuple[str, str]]:
    """Words that modules of `SPEAKERS` hand to pages: (word, module); descriptions and refusals are none."""
    for name in SPEAKERS:
        for path in sorted(ROOT.glob(name)):
            tree = ast.parse(path.read_text("utf-8"))
            silent = {id(one) for node in ast.walk(tree) for one in _silent(node)}
            for node in ast.walk(tree):
                if isinstance(node, ast.JoinedStr) and id(node) not in silent and _word(_shape(node)):
                    yield _shape(node), path.relative_to(ROOT).as_posix()
                if isinstance(node, ast.Constant) and _word(node.value) and id(node) not in silent:
                    yield str(node.value), path.relative_to(ROOT).as_posix()


def _word(value: object) -> bool:
    """A text of several lines is an example to copy: its words are those a file has."""
    return has_chinese(value) and "\n" not in str(value)


def _shape(node: ast.JoinedStr) -> str:
    """What is put together, with a name for every place: f"第 {draw_no} 次" is `第 {draw_no} 次`."""
    text, names = "", list[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
        else:
            of = [one for one in ast.walk(part) if isinstance(one, ast.Name | ast.Attribute)]
            found = (one.attr if isinstance(one, ast.Attribute) else one.id for one in of)
            name = next(found, "n").strip("_").lower()
            while name in names:
                name += "_"
            names.append(name)
            text += f"{{{name}}}"
    return text


def _silent(node: ast.AST) -> Iterator[ast.AST]:
    """What nobody reads on a page, or reads only within a sentence put together."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Wording":
        yield from ast.walk(node)


def noted() -> Iterator[tuple[str, str]]:
    """Remarks of ours beside the rules: (remark, file); what a text says itself is never translated."""
    for path in sorted((ROOT / "policies" / "law").rglob("*.yaml")):
        yield from ((text, path.name) for text in _notes(yaml.safe_load(path.read_text("utf-8"))))


def _notes(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _notes(one)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name in NOTES and has_chinese(one):
                yield one
            else:
                yield from _notes(one)


def catalogues() -> dict[str, Catalog]:
    """Folder of templates → its catalogue as it should stand; what several say is in the first one's."""
    before = english()
    made: dict[str, Catalog] = {}
    home: dict[str, str] = {}
    every = chain(
        ((text, name, name.partition("/")[0] if "/" in name else "common") for text, name in said()),
        ((text, name, "words") for text, name in spoken()),
        ((text, name, "law") for text, name in noted()),
    )
    for text, name, area in every:
        area = home.setdefault(text, area)
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
