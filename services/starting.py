"""From which state of its record an act starts: asked of the matrix, never written into a use case."""

from policies.access import GUARDS, possible
from policies.access_states import state_words
from tenants.errors import WrongState


def require_state(action: str, state: str) -> None:
    """Refuses an act on a record that is at another step.

    Args:
        action: id of the matrix row. state: of the record the row names, as it is now.

    Raises:
        WrongState: the row does not name that state.
    """
    if not possible(action, state):
        raise WrongState(state, wanted=state_words(*GUARDS[action]))
