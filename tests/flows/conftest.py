"""Whatever a flow test does through a unit of work is told in a journal, with what was there before."""

from collections.abc import Iterator

import pytest

from policies.journal_words import JOURNAL_LABELS

from .census import Census, Unit, watched


@pytest.fixture(scope="session")
def census() -> Iterator[Census]:
    """What all units of work of this session wrote."""
    with watched() as found:
        yield found


@pytest.fixture(autouse=True)
def _told(census: Census) -> Iterator[None]:
    """Each test's units of work one by one."""
    seen = len(census.units)
    yield
    units = census.units[seen:]
    silent = {found for unit in units for found in unit.silent}
    assert not silent, f"written without a word in the bureau's journal: {sorted(silent)}"
    bare = {(_said(unit), *found) for unit in units for found in unit.without_before}
    assert not bare, f"changed without what was there before: {sorted(bare)}"
    nameless = {action for unit in units for _, action, _ in unit.rows} - JOURNAL_LABELS.keys()
    assert not nameless, f"nobody can read what the journal calls: {sorted(nameless)}"


def _said(unit: Unit) -> str:
    return " ".join(sorted({action for _, action, _ in unit.rows}))
