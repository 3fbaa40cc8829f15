"""Every action is a look or an act; what changes something is never called a look."""

from policies.access import ACTIONS, STEP_UP
from policies.journal_levels import READS, level_of


def test_no_act_that_needs_a_second_factor_is_a_look() -> None:
    assert not READS & STEP_UP and set(ACTIONS) > READS
    assert {"journal.read", "sealed.read", "draw.difference_read", "journal.export"} <= READS
    assert {"draw.run", "people.grant", "visit.record"}.isdisjoint(READS)
    assert level_of("draw.run") == level_of("of.former.days") == "write" and level_of("site.read") == "read"
