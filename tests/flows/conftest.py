"""Whatever a flow test does through a unit of work is told in a journal, with what was there before."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from policies.journal_words import JOURNAL_LABELS
from services.work import App
from tests.services.notify_servers import Hook, Mailbox, listening

from .census import Census, Unit, watched
from .ceremony import small_deployment
from .notifying import beside


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


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    """A mail server of the test's own."""
    async with listening(Mailbox()) as found:
        yield found


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    """An HTTP server of the test's own."""
    async with listening(Hook()) as found:
        yield found


@pytest.fixture(scope="module")
async def told_deployment(
    request: pytest.FixtureRequest, pg_server: Any, new_home: Any
) -> AsyncIterator[App]:
    """One deployment a module, for tests of notification."""
    name = request.module.__name__.rpartition("test_")[2]
    async with small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture
async def notified(told_deployment: App, box: Mailbox, hook: Hook) -> App:
    """See `beside`."""
    return await beside(told_deployment, box, hook)
