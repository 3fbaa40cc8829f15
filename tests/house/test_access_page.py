"""The page of the permission matrix says what the matrix says."""

from . import access_page


def test_the_page_of_the_matrix_is_current() -> None:
    assert access_page.PAGE.read_text("utf-8") == access_page.page(), "python -m tests.house.access_page"
