"""Where in the tree a new bureau may stand: digits say where a place lies, the register who runs it."""

from collections.abc import Mapping, Sequence

from policies.access import covers


def may_open(above: Sequence[str], code: str, registered: Mapping[str, Sequence[str]]) -> bool:
    """Whether a bureau may open another one below itself.

    Args:
        above: path of the bureau that opens, from its province to itself.
        code: GB/T 2260 code of the new one.
        registered: code → path of every bureau open now.

    The place must lie where the bureau, or the nearest one above it whose digits leave room, is in charge;
    and the registered bureau whose digits are nearest to it must be the one that opens or stand in one line
    with it: a city opens nothing in what the register counts to another, whatever the digits say.
    """
    room = next((one for one in reversed(above) if _rank(one)), "")
    if code == above[-1] or not covers(room, code):
        return False
    around = [path for one, path in registered.items() if one != code and _rank(one) and covers(one, code)]
    nearest = min(around, key=lambda path: _rank(path[-1]), default=above)
    return above[-1] in nearest or nearest[-1] in above


def _rank(code: str) -> int:
    """How many levels of places a code leaves room for: 2 of a province, 1 of a city, 0 of a county."""
    return (code.endswith("00")) + (code.endswith("0000"))
