"""Full-width characters of a typed text: halved where they are syntax, kept where they are words."""

import pytest

from services.usecases.state_rules import from_form


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("rate.key：", "rate.key: "),
        ("  - value：{base：share, value：25％}", "  - value: {base: share, value: 25%}"),
        ("    quote：比例：25％", "    quote: 比例：25％"),
        ("  text: 示环：一％", "  text: 示环：一％"),
        (
            '  - value: {"411700"：\'市：局％\', b: "甲：\\"％"}',
            '  - value: {"411700": \'市：局％\', b: "甲：\\"％"}',
        ),
        ("    续行的原句：25％", "    续行的原句：25％"),
        ("rate.key:\n  - value: year", "rate.key:\n  - value: year"),
    ],
)
def test_only_syntax_changes(typed: str, read: str) -> None:
    assert from_form(typed) == read
