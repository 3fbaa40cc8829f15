"""Who may do what. One matrix, default deny; guards, menus, docs and tests are read from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from policies.access_errors import StepUpNeeded, Stranger
from policies.access_fields import parse_less
from policies.access_matrix import EXCLUSIVE, ROLES, ROWS, Row
from policies.access_states import parse_guard
from policies.errors import Forbidden, Language
from policies.terms import Principal

FRESH_SECONDS = 300  # how long a second factor counts; the one-use intent narrows it further
SKEW_SECONDS = 30  # an identity provider's clock may run ahead of ours by so much

Scope = Literal["own", "subtree", "assigned", "public"]
Reason = Literal["granted", "unknown", "stranger", "role", "assignment", "step_up"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role has in one action; `sees` names fields of the record, empty where the row names none."""

    scope: Scope
    step_up: bool = False
    two_person: bool = False
    journal: bool = False
    sees: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with its reason. `scope` and `role` name the widest grant that carried it."""

    allowed: bool
    reason: Reason
    action: str
    scope: Scope | None = None
    role: str = ""
    grant: Grant | None = None

    def __bool__(self) -> bool:
        return self.allowed


def _grants(row: Row) -> dict[str, Grant]:
    scopes: tuple[tuple[Scope, str], ...] = (
        ("assigned", row.assigned),
        ("own", row.own),
        ("subtree", row.subtree),  # last: a role named twice keeps the wider scope
        ("public", "anonymous" if row.public else ""),
    )
    named = frozenset(role for _, roles in scopes for role in roles.split())
    less, whole = parse_less(row.less, named), frozenset(row.sees.split())
    return {
        role: Grant(scope, row.step_up, row.two_person, row.journal, less.get(role, whole))
        for scope, roles in scopes
        for role in roles.split()
    }


ACTIONS: Mapping[str, Mapping[str, Grant]] = MappingProxyType(
    {row.action: MappingProxyType(_grants(row)) for row in ROWS}
)
LABELS: Mapping[str, dict[Language, str]] = MappingProxyType(
    {row.action: {"zh": row.zh, "en": row.en} for row in ROWS}
)
GUARDS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {row.action: parse_guard(row.states) for row in ROWS}
)
STEP_UP: frozenset[str] = frozenset(row.action for row in ROWS if row.step_up)
SEEN: frozenset[str] = frozenset(row.action for row in ROWS if row.sees)
SUBTREE_ROLES: frozenset[str] = frozenset(
    role for grants in ACTIONS.values() for role, grant in grants.items() if grant.scope == "subtree"
)
WIDTH: Mapping[Scope, int] = MappingProxyType({"assigned": 0, "own": 1, "subtree": 2, "public": 3})


def anonymous() -> Principal:
    """The public: no bureau, no login."""
    return Principal(subject="", name="", bureau="", roles=frozenset({"anonymous"}))


def covers(above: str, below: str) -> bool:
    """True when bureau `above` is `below` or stands over it by GB/T 2260 code (410000 → 411700 → 411721).

    Callers that hold the registry's path pass it to `allowed` instead; province-run counties need that.
    """
    if not above:
        return False
    stem = above
    while stem.endswith("00") and len(stem) > 2:
        stem = stem[:-2]
    return below.startswith(stem)


def allowed(
    principal: Principal,
    action: str,
    *,
    bureau: str,
    assigned: bool = False,
    now: datetime | None = None,
    path: Sequence[str] = (),
) -> Decision:
    """Decides one act.

    Args:
        principal: who acts.
        action: id of a row of the matrix; an unknown one is refused.
        bureau: code of the bureau whose data is touched.
        assigned: the record was dispatched to this person.
        now: the moment, for actions that need a fresh second factor; without it they are refused.
        path: codes from province to `bureau` as registered; empty: derived from the codes.
    """
    grants = ACTIONS.get(action)
    if grants is None:
        return Decision(False, "unknown", action)
    found = _widest(principal, grants, bureau, assigned, path)
    if found is None:
        return Decision(False, _why(principal, grants, bureau, path), action)
    role, grant = found
    if grant.step_up and not (fresh(principal, now) and confirmed(principal, action)):
        return Decision(False, "step_up", action, grant.scope, role, grant)
    return Decision(True, "granted", action, grant.scope, role, grant)


def require(
    principal: Principal,
    action: str,
    *,
    bureau: str,
    assigned: bool = False,
    now: datetime | None = None,
    path: Sequence[str] = (),
) -> Decision:
    """As `allowed`, but a refusal is raised.

    Raises:
        Stranger: the bureau is none of the person's business; answered as missing.
        StepUpNeeded: a fresh second factor is missing.
        Forbidden: no role, or not assigned.
    """
    decision = allowed(principal, action, bureau=bureau, assigned=assigned, now=now, path=path)
    if decision.allowed:
        return decision
    label = LABELS.get(action, {"zh": action, "en": action})
    if decision.reason == "stranger":
        raise Stranger(bureau, action=label)
    if decision.reason == "step_up":
        raise StepUpNeeded(action=label, seconds=FRESH_SECONDS, action_id=action)
    raise Forbidden(_held(principal), action=label, action_id=action, reason=decision.reason)


def fresh(principal: Principal, now: datetime | None) -> bool:
    """True when the second factor was given within FRESH_SECONDS before `now`."""
    if now is None or principal.acr < 2:
        return False
    age = now.timestamp() - principal.auth_time
    return -SKEW_SECONDS <= age <= FRESH_SECONDS


def states_of(action: str) -> tuple[str, ...]:
    """The states of the record from which an act starts; () when its row names none."""
    return GUARDS[action][1]


def possible(action: str, state: str) -> bool:
    """True when the record's state lets the act start."""
    states = states_of(action)
    return not states or state in states


def sees(
    principal: Principal, action: str, *, bureau: str, assigned: bool = False, path: Sequence[str] = ()
) -> frozenset[str]:
    """What the person is shown of a record of that bureau: what all roles that reach it show together.

    A role more never shows less. Arguments as of `allowed`.
    """
    grants = ACTIONS.get(action, {})
    seen: frozenset[str] = frozenset()
    for role in principal.roles:
        if role in grants and _reaches(principal, grants[role].scope, bureau, assigned, path):
            seen |= grants[role].sees
    return seen


def confirmed(principal: Principal, action: str) -> bool:
    """True unless the web edge said which act this second factor was given for, and it is another one.

    The edge says so on every unsafe request; a console and a job have no edge, and count as before.
    """
    return principal.extra.get("intent", action) == action


def menu(principal: Principal, actions: Iterable[str]) -> frozenset[str]:
    """Those of `actions` worth showing to the person in the own bureau: step-up and assignment come later."""
    return frozenset(
        action
        for action in actions
        if allowed(principal, action, bureau=principal.bureau, assigned=True).reason in ("granted", "step_up")
    )


def conflicts(roles: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Groups of mutually exclusive roles of which `roles` holds more than one."""
    held = frozenset(roles)
    return tuple(held & group for group in EXCLUSIVE if len(held & group) > 1)


def excluded(role: str) -> tuple[str, ...]:
    """Roles that nobody who holds `role` may hold beside it in one bureau, in the order of the matrix."""
    found = {other for group in EXCLUSIVE if role in group for other in group} - {role}
    return tuple(one for one in ROLES if one in found)


def matrix_rows() -> list[dict[str, object]]:
    """The matrix for the documentation: one dict an action, with labels, flags and role → scope."""
    return [
        {
            "action": row.action,
            "zh": row.zh,
            "en": row.en,
            "step_up": row.step_up,
            "two_person": row.two_person,
            "journal": row.journal,
            "states": row.states,
            "duty": row.duty,
            "sees": row.sees,
            "roles": {role: ACTIONS[row.action][role].scope for role in ROLES if role in ACTIONS[row.action]},
        }
        for row in ROWS
    ]


def _widest(
    principal: Principal, grants: Mapping[str, Grant], bureau: str, assigned: bool, path: Sequence[str]
) -> tuple[str, Grant] | None:
    held = {role: grants[role] for role in sorted(principal.roles | {"anonymous"}) if role in grants}
    fitting = [
        (role, grant)
        for role, grant in held.items()
        if _reaches(principal, grant.scope, bureau, assigned, path)
    ]
    return max(fitting, key=lambda item: WIDTH[item[1].scope], default=None)


def _reaches(principal: Principal, scope: Scope, bureau: str, assigned: bool, path: Sequence[str]) -> bool:
    match scope:
        case "public":
            return True
        case "subtree":
            return _below(principal, bureau, path)
        case "own":
            return bool(bureau) and bureau == principal.bureau
        case "assigned":
            return assigned and bool(bureau) and bureau == principal.bureau


def _below(principal: Principal, bureau: str, path: Sequence[str]) -> bool:
    if not principal.bureau:
        return False
    return principal.bureau in path if path else covers(principal.bureau, bureau)


def _why(principal: Principal, grants: Mapping[str, Grant], bureau: str, path: Sequence[str]) -> Reason:
    own = bool(bureau) and bureau == principal.bureau
    if not own and not (principal.roles & SUBTREE_ROLES and _below(principal, bureau, path)):
        return "stranger"
    if own and any(grants[role].scope == "assigned" for role in principal.roles if role in grants):
        return "assignment"
    return "role"


def _held(principal: Principal) -> str:
    return "、".join(ROLES[role][0] for role in sorted(principal.roles) if role in ROLES)
