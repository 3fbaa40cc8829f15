"""Bytes anyone may have written: read, or refused by name."""

import json

import pytest

from policies.errors import Problem
from policies.rd1.form_errors import NotExact, NotJson, TooDeep, TooLarge, Unreadable, UnsupportedVersion
from policies.rd1.record import MOST_BYTES, read_bundle
from policies.verify import verify

HEAD = '"manifest": {"v": "rd1", "suite": 1}'


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", NotJson),
        ("nonsense", NotJson),
        ("[]", Unreadable),
        ("null", Unreadable),
        ("1", Unreadable),
        ("{}", UnsupportedVersion),
        ('{"manifest": []}', UnsupportedVersion),
        ('{"manifest": {"v": "rd2", "suite": 1}}', UnsupportedVersion),
        ('{"manifest": {"v": "rd1", "suite": 3}}', UnsupportedVersion),
        ('{"manifest": {"v": "rd1", "suite": true}}', UnsupportedVersion),
        ('{"manifest": {"v": "rd1"}}', UnsupportedVersion),
        (f'{{{HEAD}, {HEAD}}}', NotJson),
        (f'{{{HEAD}, "x": 1.0}}', NotExact),
        (f'{{{HEAD}, "x": 1e2}}', NotExact),
        (f'{{{HEAD}, "x": NaN}}', NotExact),
        (f'{{{HEAD}, "x": -Infinity}}', NotExact),
        (f'{{{HEAD}, "x": -0}}', NotExact),
        (f'{{{HEAD}, "x": 9007199254740992}}', NotExact),
        (f'{{{HEAD}, "x": {"9" * 5000}}}', NotExact),
        (f'{{{HEAD}, "x": "\\ud800"}}', NotJson),
        (f'{{{HEAD}, "\\udfff": 1}}', NotJson),
        (f'{{{HEAD}, "x": {"[" * 33}{"]" * 33}}}', TooDeep),
        (f'{{{HEAD}, "x": {"[" * 200000}}}', TooDeep),
        ("[" * 200000, TooDeep),
        ("\ufeff{" + HEAD + "}", NotJson),
    ],
)  # fmt: skip
def test_unreadable(text: str, fault: type[Problem]) -> None:
    with pytest.raises(fault) as caught:
        read_bundle(text.encode())
    assert isinstance(caught.value, Unreadable)
    for language in ("zh", "en"):
        assert len(caught.value.line(language)) < 500


@pytest.mark.parametrize("data", [b"\xff\xfe{}", b'{"x": "\xc3"}', b'{"x": "\xed\xa0\x80"}'])
def test_bad_utf8(data: bytes) -> None:
    with pytest.raises(NotJson):
        read_bundle(data)


def test_too_large() -> None:
    with pytest.raises(TooLarge):
        read_bundle(b" " * (MOST_BYTES + 1))


def test_what_can_be_read_is_judged_and_not_refused() -> None:
    bundle = read_bundle(f'{{{HEAD}, "other": null}}'.encode())
    assert verify(bundle).verdict == "INVALID"
    assert json.loads(json.dumps(verify(bundle).as_dict()))["steps"][0]["status"] == "failed"
