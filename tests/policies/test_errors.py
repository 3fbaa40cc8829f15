"""Errors say everything twice, and survive the way back from a worker process."""

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

import services.drawing.draw_errors
import services.visiting.visit_errors
import tenants.errors  # so that every floor's classes are known
from policies.access import LABELS, require
from policies.error_words import THINGS
from policies.errors import Forbidden, Missing, Place, Problem
from policies.terms import Principal


def every_class(base: type[Problem] = Problem) -> Iterator[type[Problem]]:
    for kind in base.__subclasses__():
        yield kind
        yield from every_class(kind)


@pytest.mark.parametrize("kind", sorted(set(every_class()), key=lambda k: k.__qualname__), ids=str)
def test_sentences_stand_in_both_languages(kind: type[Problem]) -> None:
    assert set(kind.words) == {"zh", "en"}
    for words in kind.words.values():
        assert words.title and words.remedy


def test_a_problem_survives_pickling_with_its_facts() -> None:
    first = Forbidden("甲", action="draw.run", where=Place(file="a.xlsx", row=3))
    again = pickle.loads(pickle.dumps(first))
    assert type(again) is Forbidden
    assert again.as_dict() == first.as_dict() and again.line("en") == first.line("en")


def test_the_place_is_named_from_outside_in() -> None:
    place = Place(file="名录.xlsx", sheet="污染源", row=7, column="经度")
    assert place.text() == "文件 名录.xlsx，工作表 污染源，第 7 行，列 经度"


FLOORS = (Path(services.__file__).parent, Path(tenants.__file__).parent)


def things() -> Iterator[str]:
    """What the code says is missing: `Missing(…, what="…")`, and `one(…, what="…")` of the stores."""
    for path in (p for floor in FLOORS for p in floor.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Missing", "one"):
                yield from (
                    str(k.value.value)
                    for k in node.keywords
                    if k.arg == "what" and isinstance(k.value, ast.Constant)
                )


def test_english_readers_are_told_in_english_what_is_missing() -> None:
    assert set(things()) > {"抽查", "单位"} and not set(things()) - THINGS.keys()
    assert "a draw visible to you" in Missing(9, what="抽查").line("en")
    assert "本单位可见的抽查" in Missing(9, what="抽查").line()
    assert not any("\u4e00" <= c <= "\u9fff" for word in THINGS.values() for c in word)


def test_english_readers_are_told_in_english_what_is_forbidden() -> None:
    with pytest.raises(Forbidden) as caught:
        who = Principal(subject="x", name="", bureau="411721", roles=frozenset({"publisher"}))
        require(who, "draw.prepare", bureau="411721")
    assert LABELS["draw.prepare"]["en"] in caught.value.wording("en").expected
    assert LABELS["draw.prepare"]["zh"] in caught.value.wording("zh").expected
