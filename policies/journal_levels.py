"""Two kinds of journal entries: somebody looked at something, or somebody did something."""

from policies.access import ACTIONS

READ, WRITE = "read", "write"
LEVELS = (READ, WRITE)
_LOOKS = ("task.read_own", "journal.export", "export.make", "city.compare", "leak.count")  # a copy is a look
READS: frozenset[str] = frozenset(
    action
    for action in ACTIONS
    if action in _LOOKS or action.rpartition(".")[2] in ("read", "difference_read")
)


def level_of(action: str) -> str:
    """READ for an action that only looks, WRITE for any other, also one no matrix knows any more."""
    return READ if action in READS else WRITE
