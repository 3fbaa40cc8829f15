"""Canonical bytes: suites, JSON, ids."""

import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.errors import Problem
from policies.rd1.canonical import SUITES, exact, is_id, jcs, lp, suite_of
from policies.rd1.form_errors import NotExact, NotJson, TooDeep, UnsupportedVersion

SAFE = 2**53 - 1
TEXT = st.text(st.characters(codec="utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
INEXACT = (1.0, [float("nan")], {"a": 2**53}, -(2**53), {1: 2}, b"x", {"a": {1, 2}}, [10**5000])
NO_IDS = ("", "a,b", "e\u0301", "a\x00", "a\x7f", "a\x85b", "\ud800", "x" * 65536, "é" * 40000, None, 7)


def test_sm3_is_the_standard_one() -> None:
    """Basis: GB/T 32905-2016, example 1."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert SUITES[2].h(b"abc").hex() == expected


@given(key=st.binary(min_size=1, max_size=100), message=st.binary(max_size=100))
def test_mac_is_hmac(key: bytes, message: bytes) -> None:
    assert SUITES[1].mac(key, message) == hmac.digest(key, message, "sha256")
    block = (SUITES[2].h(key) if len(key) > 64 else key).ljust(64, b"\0")
    inner = SUITES[2].h(bytes(b ^ 0x36 for b in block) + message)
    assert SUITES[2].mac(key, message) == SUITES[2].h(bytes(b ^ 0x5C for b in block) + inner)


@given(VALUES)
def test_jcs_reads_back_and_is_stable(value: object) -> None:
    data = jcs(value)
    assert json.loads(data) == value and jcs(json.loads(data)) == data


def test_jcs_sorts_by_utf16_and_keeps_text() -> None:
    assert (
        jcs({"\U0001f600": 1, "\ufb33": 2, "a": "é\n"}) == '{"a":"é\\n","\U0001f600":1,"\ufb33":2}'.encode()
    )


@pytest.mark.parametrize("value", INEXACT, ids=range(len(INEXACT)))
def test_jcs_refuses_what_is_not_exact(value: object) -> None:
    with pytest.raises(NotExact):
        jcs(value)


def test_jcs_refuses_surrogates_and_depth() -> None:
    with pytest.raises(NotJson):
        jcs({"a": ["\ud800"]})
    value: list[object] = []
    for _ in range(40):
        value = [value]
    with pytest.raises(TooDeep):
        exact(value)


@pytest.mark.parametrize("text", ["a", "豫Q1000", "91411721MA0000011X001P", "a b", "é", "\U0001f600"])
def test_ids(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize("text", NO_IDS, ids=range(len(NO_IDS)))
def test_not_ids(text: object) -> None:
    assert not is_id(text)


def test_length_prefix() -> None:
    assert lp("é") == b"\x00\x02\xc3\xa9" and lp(b"") == b"\x00\x00"


@pytest.mark.parametrize("number", [0, 3, True, "1", None, 1.0])
def test_unknown_suites(number: object) -> None:
    with pytest.raises(UnsupportedVersion):
        suite_of(number)


def test_every_problem_is_one_of_ours() -> None:
    assert issubclass(NotExact, Problem)
