"""Every fault of a law file is refused with file, line and what to write instead."""

import pytest

from policies.rulebook.law_errors import LawProblem
from policies.rulebook.lawbook import read, read_choices

HEAD = """source:
  text: 示例
  clause: 一
  effective: 2024-01-01
  mark: confirmed
  checked_on: 2026-11-22
"""
FILE = "CN/410000/rates.yaml"

FAULTS = {
    "unknown key": ("rate.kay:\n  - value: {base: census, per: quarter}\n", "UnknownKey", 7),
    "unknown field": ("days.upload:\n  - value: 7\n    quot: 七\n", "UnknownKey", 9),
    "unknown part": ("rate.key:\n  - value: {base: staff, time: 5, per: year}\n", "UnknownKey", 8),
    "duplicate key": ("days.upload:\n  - value: 7\ndays.upload:\n  - value: 7\n", "DuplicateKey", 9),
    "duplicate field": ("days.upload:\n  - value: 7\n    value: 8\n", "DuplicateKey", 9),
    "float": ("repeat.share:\n  - value: 0.2\n", "FloatRefused", 8),
    "float in a ratio": (
        "rate.key:\n  - value: {base: share, value: 0.2, per: quarter}\n",
        "FloatRefused",
        8,
    ),
    "ratio read as time": (
        "rate.general:\n  - value: {base: staff, times: 1:10, per: year}\n",
        "FloatRefused",
        8,
    ),
    "octal": ("days.upload:\n  - value: 010\n", "FloatRefused", 8),
    "infinity": ("days.upload:\n  - value: .inf\n", "FloatRefused", 8),
    "anchor and alias": ("days.upload: &a\n  - value: 7\ndays.publish: *a\n", "UnreadableLaw", 7),
    "tag": ("days.upload:\n  - value: !!python/name:os.system x\n", "UnreadableLaw", 8),
    "broken yaml": ("days.upload:\n  - value: [1, 2\n", "UnreadableLaw", None),
    "bad date": ("days.upload:\n  - value: 7\n    effective: 2024-02-30\n", "UnreadableLaw", None),
    "date as text": ('days.upload:\n  - value: 7\n    effective: "2024年"\n', "BadValue", 9),
    "no list": ("days.upload: 7\n", "BadValue", 7),
    "zero days": ("days.upload:\n  - value: 0\n", "BadValue", 8),
    "true is no number": ("days.upload:\n  - value: true\n", "BadValue", 8),
    "share above one": ("repeat.share:\n  - value: 3/2\n", "BadValue", 8),
    "no span": ("rate.key:\n  - value: {base: census}\n", "BadValue", 8),
    "wrong part": ("rate.key:\n  - value: {base: census, times: 3, per: year}\n", "BadValue", 8),
    "most below value": (
        "rate.key:\n  - value: {base: share, value: 1/4, most: 1/5, per: year}\n",
        "BadValue",
        8,
    ),
    "one part only": (
        "rate.key:\n  - value: {base: larger, of: [{base: census}], per: year}\n",
        "BadValue",
        8,
    ),
    "weights": ("split.year:\n  - value: [1, 1, 1]\n", "BadValue", 8),
    "month": ("plan.deadline:\n  - value: 13-01\n", "BadValue", 8),
    "choice": ("draw.authority:\n  - value: both\n", "BadValue", 8),
    "mark": ("days.upload:\n  - value: 7\n    mark: sure\n", "BadValue", 9),
    "quote without mark": ("days.upload:\n  - value: 7\n    quote: 七\n", "BadQuote", 8),
    "mark without quote": ("days.upload:\n  - value: 7\n    mark: quoted\n", "BadQuote", 8),
    "same day twice": ("days.upload:\n  - value: 7\n  - value: 8\n", "OverlappingDates", 9),
    "until too late": (
        "days.upload:\n  - value: 7\n    until: 2025-06-01\n  - value: 8\n    effective: 2025-01-01\n",
        "OverlappingDates",
        10,
    ),
    "until before start": ("days.upload:\n  - value: 7\n    until: 2020-01-01\n", "BadValue", 8),
    "factors of no form": ("days.upload:\n  - value: 7\n    factors: [三人]\n", "BadValue", 9),
    "an empty factor": ('days.upload:\n  - value: 7\n    factors: {staff: " "}\n', "BadValue", 9),
    "unknown visit type": ("cap.counts:\n  - value: [random, picnic]\n", "BadValue", 8),
    "unknown label": ("labels:\n  - value: {brigades: 大队}\n", "UnknownKey", 8),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str) -> None:
    body, code, line = FAULTS[name]
    with pytest.raises(LawProblem) as caught:
        read({FILE: HEAD + body})
    fault = caught.value
    assert fault.code == code
    assert fault.where.file == FILE
    assert line is None or fault.where.line == line
    for language in ("zh", "en"):
        words = fault.wording(language)
        assert words.title and words.expected and words.remedy
        assert "{" not in words.title + words.remedy


@pytest.mark.parametrize("field", ["text", "clause", "effective", "mark", "checked_on"])
def test_basis_must_be_whole(field: str) -> None:
    head = "".join(line + "\n" for line in HEAD.splitlines() if not line.strip().startswith(field + ":"))
    with pytest.raises(LawProblem) as caught:
        read({FILE: head + "days.upload:\n  - value: 7\n"})
    assert caught.value.code == "MissingBasis"
    assert field in caught.value.line()


@pytest.mark.parametrize(
    "file", ["rates.yaml", "US/1.yaml", "CN/41/rates.yaml", "CN/410000/rates.json", "texts/x.txt"]
)
def test_place(file: str) -> None:
    with pytest.raises(LawProblem) as caught:
        read({file: HEAD + "days.upload:\n  - value: 7\n"})
    assert caught.value.code == "BadPlace"


def test_two_files_of_a_place_may_not_overlap() -> None:
    body = HEAD + "days.upload:\n  - value: 7\n"
    with pytest.raises(LawProblem) as caught:
        read({"CN/a.yaml": body, "CN/b.yaml": body})
    assert caught.value.code == "OverlappingDates"
    assert "CN/a.yaml" in caught.value.line()


def test_remedy_names_the_nearest_key() -> None:
    with pytest.raises(LawProblem) as caught:
        read({FILE: HEAD + FAULTS["unknown key"][0]})
    assert "rate.key" in caught.value.wording().remedy


@pytest.mark.parametrize(
    "body",
    [
        "411721: 7\n",
        "- 1\n",
        "西平:\n  days.upload: []\n",
        '"411721":\n  rate.key:\n    - {value: {base: census, per: year}, text: 甲, clause: 一, '
        "effective: 2024-01-01, mark: default, checked_on: 2026-11-22}\n",
    ],
)
def test_bad_choices(body: str) -> None:
    with pytest.raises(LawProblem) as caught:
        read_choices(body)
    assert caught.value.where.file == "choices.yaml"


def test_huge_and_deep_files() -> None:
    for body in ("a" * 300_000, "[" * 5_000, ""):
        with pytest.raises(LawProblem) as caught:
            read({FILE: body})
        assert caught.value.code == "UnreadableLaw"
