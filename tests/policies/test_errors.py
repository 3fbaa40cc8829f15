"""Errors say everything twice, and survive the way back from a worker process."""

import pickle
from collections.abc import Iterator

import pytest

import services.draw_errors
import services.visit_errors
import tenants.errors  # noqa: F401 - so that every floor's classes are known
from policies.errors import Forbidden, Place, Problem


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
