"""Which events a person can be told of, by the roles held; and which acts wait for an approval."""

from collections.abc import Collection

from policies.access import ACTIONS
from policies.notifying.events import EVENTS, Event

APPROVALS = (
    "plan.approve", "rules.approve", "draw.change_approve", "draw.void_approve", "people.approve",
    "glass.approve", "waiver.propose", "waiver.approve", "leak.decide",
)  # fmt: skip
_ACTS = {"approval.waiting": APPROVALS, "filing.received": ("filing.receive", "filing.acknowledge")}
_OFFICERS = ("task.waiting", "task.ending", "certificate.own")


def offered(roles: Collection[str]) -> tuple[Event, ...]:
    """The events somebody with these roles may choose to be told of, in their order."""
    held = frozenset(roles)
    return tuple(event for event in EVENTS.values() if _concerns(event, held))


def _concerns(event: Event, roles: frozenset[str]) -> bool:
    if event.name in _OFFICERS:
        return "inspector" in roles
    if event.name in _ACTS:
        return any(roles & ACTIONS[act].keys() for act in _ACTS[event.name])
    return bool(roles & {*event.roles})
