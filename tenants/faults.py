"""Database errors become one neutral problem here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from sqlalchemy.exc import DBAPIError

from policies.errors import Problem
from tenants.errors import (
    Conflict,
    DatabaseFull,
    ExclusiveRoles,
    GrantedByOne,
    HeldThatDay,
    LastOne,
    OutOfScope,
    SameHand,
    SecondChoice,
    SecondDraw,
    TryAgain,
    WrongState,
)
from tenants.moving.errors import BureauMoving

_BY_CONSTRAINT: dict[str, type[Problem]] = {
    "approval_settled": WrongState,
    "audit_case_two_hands": SameHand,
    "audit_check_steps": WrongState,
    "audit_finding_steps": WrongState,
    "bureau_moving": BureauMoving,
    "declaration_rested": WrongState,
    "draw_amended_kept": WrongState,
    "draw_commit_two_people": SameHand,
    "draw_editors": SameHand,
    "draw_change_drawers": SameHand,
    "draw_change_steps": WrongState,
    "draw_change_two_hands": SameHand,
    "draw_event_two_people": SameHand,
    "draw_minutes_two_hands": SameHand,
    "draw_one_live": SecondDraw,
    "draw_steps": WrongState,
    "draw_void_two_people": SameHand,
    "draw_void_proposal_two_hands": SameHand,
    "glass_steps": WrongState,
    "glass_two_hands": SameHand,
    "journal_anchor_fits": WrongState,
    "journal_anchor_floor": WrongState,
    "leak_case_steps": WrongState,
    "leak_case_two_hands": SameHand,
    "leak_case_two_people": SameHand,
    "keeper_handover_apart": SameHand,
    "keeper_handover_steps": WrongState,
    "keeper_handover_taker": SameHand,
    "keeper_handover_two_hands": SameHand,
    "membership_exclusive": ExclusiveRoles,
    "membership_granted": GrantedByOne,
    "membership_kept": WrongState,
    "membership_last": LastOne,
    "membership_own_hand": SameHand,
    "membership_periods": HeldThatDay,
    "membership_pkey": HeldThatDay,
    "membership_second_hand": SameHand,
    "membership_suspended": WrongState,
    "membership_two_people": GrantedByOne,
    "notice_published": WrongState,
    "officer_span_steps": WrongState,
    "officer_training_steps": WrongState,
    "plan_two_hands": SameHand,
    "role_grant_not_own": SameHand,
    "role_grant_steps": WrongState,
    "role_grant_two_hands": SameHand,
    "rule_choice_live_idx": SecondChoice,
    "rule_choice_steps": WrongState,
    "rule_choice_two_hands": SameHand,
    "rule_choice_revoked_ahead": WrongState,
    "rule_revocation_two_hands": SameHand,
    "rule_revocation_live_idx": WrongState,
    "task_two_hands": SameHand,
    "visit_reviewed": WrongState,
    "waiver_copied": WrongState,
    "waiver_copy_not_own": SameHand,
    "waiver_copy_two_hands": SameHand,
    "waiver_ends_roles": WrongState,
    "waiver_not_own": SameHand,
    "waiver_steps": WrongState,
    "waiver_two_hands": SameHand,
    "visit_two_hands": SameHand,
    "draw_change_pkey": TryAgain,
    "draw_pkey": TryAgain,
    "journal_pkey": TryAgain,
    "log_entry_pkey": TryAgain,
}
_BY_STATE: dict[str, type[Problem]] = {
    "23503": Conflict,
    "23505": Conflict,
    "23514": Conflict,
    "25006": OutOfScope,  # write in a READ ONLY transaction
    "40001": TryAgain,
    "40P01": TryAgain,
    "53100": DatabaseFull,
    "55P03": TryAgain,  # waited too long for a lock
    "42501": OutOfScope,
}


def neutral(error: DBAPIError | asyncpg.PostgresError) -> Problem | None:
    """The problem to tell, or None when the error is a fault of ours and should stay as it is."""
    plain = error.orig if isinstance(error, DBAPIError) else error
    cause = getattr(plain, "__cause__", None) or plain
    constraint = getattr(cause, "constraint_name", None) or ""
    state = getattr(plain, "sqlstate", None) or ""
    kind = _BY_CONSTRAINT.get(constraint) or _BY_STATE.get(state)
    return kind(constraint=constraint) if kind else None


@contextmanager
def neutral_errors() -> Iterator[None]:
    """Replace constraint, scope and serialisation errors of the block; their text could name foreign rows."""
    try:
        yield
    except (DBAPIError, asyncpg.PostgresError) as error:
        problem = neutral(error)
        if problem is None:
            raise
        raise problem from None
