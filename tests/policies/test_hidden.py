"""Characters nobody sees are refused with their place; everything people write passes."""

import pytest

from policies.hidden import HiddenCharacter, refuse_hidden, refuse_hidden_within

HIDDEN = [0x00, 0x01, 0x08, 0x0B, 0x0C, 0x0E, 0x1B, 0x1F, 0x7F, 0x80, 0x85, 0x9F, 0xD800, 0xDFFF,
          0x202A, 0x202D, 0x202E, 0x2066, 0x2069]  # fmt: skip


@pytest.mark.parametrize("code", HIDDEN)
def test_every_one_is_refused_with_its_place(code: int) -> None:
    with pytest.raises(HiddenCharacter) as refused:
        refuse_hidden("reason", f"张三{chr(code)}丰")
    told = refused.value
    assert told.got == "张三" and told.where.column == "reason"
    assert f"第 3 个字符（U+{code:04X}）" in told.line() and "“reason”" in told.line()
    assert told.line("en").encode() and f"character 3 (U+{code:04X})" in told.line("en")


@pytest.mark.parametrize(
    "text",
    ["", "张三\t李四\r\n王五", "𠮷野 é e\u0301", "\u00a0\u3000", "👨\u200d👩", "ئۇيغۇر\u200f", "\u2028"],
)
def test_what_people_write_passes(text: str) -> None:
    refuse_hidden("reason", text)


def test_a_place_within_json_is_named() -> None:
    refuse_hidden_within({"visits": [{"reason": "好"}], "n": 1, "none": None})
    with pytest.raises(HiddenCharacter, match=r"visits\[1\]\.reason"):
        refuse_hidden_within({"visits": [{"reason": "好"}, {"reason": "不\u202e好"}], "z": "\x00"})
    with pytest.raises(HiddenCharacter):
        refuse_hidden_within([{"a\x00": 1}])
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    refuse_hidden_within(deep)
