"""Marks, texts and means of what firms say."""

import pytest

from policies.visiting.voice_errors import BadVoice
from policies.visiting.voices import FEWEST, POINTS, average, check_marks, check_words

GOOD = dict.fromkeys(POINTS, 3)


@pytest.mark.parametrize(
    "bad",
    [{}, GOOD | {"clean": 0}, GOOD | {"clean": 4}, GOOD | {"clean": True}, GOOD | {"clean": "3"},
     GOOD | {"other": 3}, {"clean": 3}],
)  # fmt: skip
def test_every_point_has_a_mark_of_the_scale_and_there_are_no_others(bad) -> None:
    with pytest.raises(BadVoice):
        check_marks(bad)
    assert check_marks(GOOD) == GOOD


def test_texts_are_counted_without_the_blanks_around_them() -> None:
    assert check_words("  一二\r\n三 ", "text", 4) == "一二\n三"
    for text, least in (("一二三四五", 0), ("   ", 1)):
        with pytest.raises(BadVoice):
            check_words(text, "text", 4, least)


def test_no_mean_for_fewer_than_a_handful() -> None:
    few = average([GOOD] * (FEWEST - 1))
    assert (few.number, dict(few.means)) == (FEWEST - 1, {})
    many = average([GOOD] * (FEWEST - 1) + [GOOD | {"manner": 1}])
    assert many.number == FEWEST and many.means["manner"] == 2.6 and many.means["clean"] == 3
