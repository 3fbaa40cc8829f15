"""The last user of a home stops its servers; a second demonstration never takes them from the first."""

from collections.abc import Callable

from services.embedded import ensure_valkey, status, using
from services.home import Home


def test_only_the_last_to_leave_stops_the_servers(new_home: Callable[[str], Home]) -> None:
    home = new_home("used")
    with using(home, stop=True):
        ensure_valkey(home, fast=True)
        with using(home, stop=True):
            pass
        assert status(home).valkey is not None, "the first still uses them"
    assert status(home).valkey is None


def test_a_site_that_ends_leaves_the_servers_running(new_home: Callable[[str], Home]) -> None:
    home = new_home("left")
    ensure_valkey(home, fast=True)
    with using(home, stop=False):
        pass
    assert status(home).valkey is not None
