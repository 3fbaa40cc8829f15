"""To-dos in the order in which a person should look at them."""

from collections.abc import Sequence
from dataclasses import dataclass

NEAR = 3  # working days: as far as a deadline is shown as close
GROUPS = ("late", "near", "approve", "open")  # in this order on the page
_LATE = frozenset({"overdue", "draw.missed"})  # late by what it is, without a clock of its own
_APPROVALS = ("approve", "answer", "settle", "take")


@dataclass(frozen=True, slots=True)
class Todo:
    """Something that waits for this person; the words stand in the template under `id`.

    Attributes:
        count: how many; 1 for a single act.
        left: working days left to the most urgent one, negative when late; None without a clock.
    """

    id: str
    href: str
    count: int = 1
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """To-dos of one urgency. `id`: one of GROUPS."""

    id: str
    todos: tuple[Todo, ...]


def urgency(todo: Todo) -> str:
    """The group of a to-do: late or near by its clock, else what others wait for, else the rest."""
    if todo.id in _LATE or (todo.left is not None and todo.left < 0):
        return "late"
    if todo.left is not None and todo.left <= NEAR:
        return "near"
    return "approve" if todo.id.rpartition(".")[2] in _APPROVALS else "open"


def grouped(todos: Sequence[Todo]) -> tuple[Group, ...]:
    """The groups that hold anything, the most urgent first; in each the fewest days left first."""
    made = []
    for name in GROUPS:
        found = [one for one in todos if urgency(one) == name]
        found.sort(key=lambda one: (one.left is None, one.left or 0))
        if found:
            made.append(Group(name, tuple(found)))
    return tuple(made)
