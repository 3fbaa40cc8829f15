"""Check characters against published examples and an independent implementation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from policies.roster import codes
from policies.roster.codes import CodeFault


@given(st.text(alphabet=codes.ALPHABET, min_size=17, max_size=17))
def test_credit_check_agrees_with_an_independent_implementation(first17: str) -> None:
    assert codes.credit_check(first17) == uscc.calc_check_digit(first17)


def test_a_published_code_is_right() -> None:
    assert codes.credit_fault("91110000600037341L") is None


def test_organisation_check_of_a_published_code() -> None:
    assert codes.organisation_check("D2143569") == "X"  # the example of GB 11714


@pytest.mark.parametrize("prefix", ["N1", "N2", "N3", "A1", "Y1", "91", "92", "12", "52"])
def test_letter_prefixes_are_codes_like_any_other(prefix: str) -> None:
    first17 = f"{prefix}411721MAXX00015"
    assert codes.credit_fault(first17 + codes.credit_check(first17)) is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91411721MAXX00015", CodeFault.LENGTH),
        ("91411721MAXX0001OJ", CodeFault.CHARACTER),
        ("B1411721MAXX00015J", CodeFault.AUTHORITY),
        ("914117A1MAXX00015J", CodeFault.REGION),
        ("91411721MAXX000151", CodeFault.CHECK),
        ("91411721MAXX00015J", None),
    ],
)
def test_credit_faults(code: str, fault: CodeFault | None) -> None:
    assert codes.credit_fault(code) == fault


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("91411721MAXX00015J001P", None),
        ("91411721MAXX00015J001X", None),
        ("91411721MAXX00015J01P", CodeFault.LENGTH),
        ("91411721MAXX00015J0012", CodeFault.TAIL),
        ("91411721MAXX00023J001P", CodeFault.OTHER_COMPANY),
        ("DJ411721000001", None),
        ("DJ150203000001", CodeFault.DIVISION),
    ],
)
def test_site_faults(code: str, fault: CodeFault | None) -> None:
    assert codes.site_fault(code, "91411721MAXX00015J", "411721") == fault


@pytest.mark.parametrize("text", ["9.14117E+17", "9.1411721123456E+17", "4E+21", "1.2e17"])
def test_mangled(text: str) -> None:
    assert codes.mangled(text)


@pytest.mark.parametrize("text", ["", "91411721MAXX00015J", "9E", "12345", "1.5"])
def test_not_mangled(text: str) -> None:
    assert not codes.mangled(text)


def test_compact_reads_full_width_and_spaces() -> None:
    assert codes.compact(" ９１411721 MAXX-00015j ") == "91411721MAXX00015J"


def test_substitute_is_recognised() -> None:
    assert codes.substitute("411721", 7) == "DJ411721000007"
    assert codes.is_substitute("DJ411721000007")
