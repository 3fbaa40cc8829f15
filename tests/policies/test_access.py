"""The whole product of the matrix: role × action × where the bureau stands × assignment × second factor."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, product

import pytest

from policies import access
from policies.access_errors import StepUpNeeded, Stranger
from policies.access_fields import FIELDS, parse_less
from policies.access_matrix import DUTIES, EXCLUSIVE, ROLES, ROWS
from policies.access_states import parse_guard
from policies.errors import Forbidden
from policies.terms import Principal

NOW = datetime(2026, 1, 5, tzinfo=UTC)
HERE = "411700"
PLACES = {
    "own": "411700",
    "child": "411721",
    "parent": "410000",
    "sibling": "411600",
    "foreign": "150203",
    "none": "",
}
ACTIONS = [row.action for row in ROWS]


def someone(*roles: str, acr: int = 2, age: int = 10, bureau: str = HERE) -> Principal:
    return Principal("s", "n", bureau, frozenset(roles), acr, int(NOW.timestamp()) - age)


def expected(role: str, action: str, place: str, assigned: bool) -> bool:
    """The same matrix read a second way: straight from the rows."""
    row = next(r for r in ROWS if r.action == action)
    if row.public:
        return True
    if role in row.subtree.split():
        return place in ("own", "child")
    if role in row.own.split():
        return place == "own"
    return role in row.assigned.split() and place == "own" and assigned


@pytest.mark.parametrize("role", ROLES)
def test_every_role_may_exactly_what_the_matrix_says(role: str) -> None:
    for action, (place, code), assigned in product(ACTIONS, PLACES.items(), (True, False)):
        found = access.allowed(someone(role), action, bureau=code, assigned=assigned, now=NOW)
        assert found.allowed == expected(role, action, place, assigned), (role, action, place, assigned)


@pytest.mark.parametrize("action", sorted(access.STEP_UP))
def test_step_up_actions_need_a_fresh_second_factor(action: str) -> None:
    role = next(iter(access.ACTIONS[action]))
    for acr, age in product((1, 2), (-31, -30, 0, 300, 301, 10**6)):
        found = access.allowed(someone(role, acr=acr, age=age), action, bureau=HERE, now=NOW)
        assert found.allowed == (acr == 2 and -30 <= age <= 300), (acr, age)
    without_a_clock = access.allowed(someone(role), action, bureau=HERE)
    assert (without_a_clock.allowed, without_a_clock.reason) == (False, "step_up")
    with pytest.raises(StepUpNeeded):
        access.require(someone(role, acr=1), action, bureau=HERE, now=NOW)


def test_the_acts_of_the_draw_need_step_up() -> None:
    assert {"draw.freeze", "draw.run", "draw.open", "draw.void", "draw.void_approve"} <= access.STEP_UP
    assert "plan.approve" in access.STEP_UP


def test_default_deny() -> None:
    everything = someone(*ROLES)
    assert not access.allowed(everything, "draw.rig", bureau=HERE, now=NOW)
    assert not access.allowed(someone(), "site.read", bureau=HERE, now=NOW)
    assert not access.allowed(someone("emperor"), "site.read", bureau=HERE, now=NOW)


def test_adding_a_role_never_takes_a_right_away() -> None:
    for first, second, action in product(ROLES, ROLES, ACTIONS):
        for code in PLACES.values():
            alone = access.allowed(someone(first), action, bureau=code, now=NOW)
            both = access.allowed(someone(first, second), action, bureau=code, now=NOW)
            assert both.allowed or not alone.allowed


def test_no_set_of_up_to_three_roles_has_less_than_its_parts() -> None:
    """Rights and what is shown only grow; what must not meet is refused when roles are granted, not here."""
    places = [PLACES[name] for name in ("own", "child", "sibling")]
    cases = [(action, code) for action in ACTIONS for code in places]

    def rights(*roles: str) -> set[tuple[str, str]]:
        who = someone(*roles)
        return {(a, code) for a, code in cases if access.allowed(who, a, bureau=code, now=NOW)}

    alone = {role: rights(role) for role in ROLES}
    for size in (2, 3):
        for roles in combinations(ROLES, size):
            assert rights(*roles) == set().union(*(alone[role] for role in roles)), roles
    shown = [(action, code, mine) for action in access.SEEN for code in places for mine in (False, True)]
    for one, two in combinations(ROLES, 2):
        for action, code, mine in shown:
            both, first, second = (
                access.sees(someone(*roles), action, bureau=code, assigned=mine)
                for roles in ((one, two), (one,), (two,))
            )
            assert both == first | second, (one, two, action)


def test_states_fields_and_duties_of_the_rows_are_known() -> None:
    assert access.states_of("draw.freeze") == ("prepared",) and access.possible("draw.open", "void")
    assert not access.possible("draw.run", "prepared") and access.possible("plan.read", "anything")
    for row in ROWS:
        assert not row.duty or row.duty in DUTIES, row.action
        assert set(row.sees.split()) <= set(FIELDS), row.action
    with pytest.raises(ValueError):
        parse_guard("draw: baked")
    with pytest.raises(ValueError):
        parse_less("drawer: secrets", frozenset({"drawer"}))
    filing = access.sees(someone("filing_recipient"), "draw.read", bureau=HERE)
    assert filing == {"numbers", "fingerprint", "filings"}
    assert not access.sees(someone("filing_recipient"), "draw.read", bureau=PLACES["sibling"])


def test_a_second_factor_given_for_one_act_does_not_serve_another() -> None:
    who = someone("drawer")
    assert access.allowed(who, "draw.freeze", bureau=HERE, now=NOW)
    who.extra["intent"] = "draw.run"
    assert not access.allowed(who, "draw.freeze", bureau=HERE, now=NOW)
    assert access.allowed(who, "draw.run", bureau=HERE, now=NOW)


def test_strangers_learn_nothing() -> None:
    for place in ("parent", "sibling", "foreign", "none"):
        with pytest.raises(Stranger) as caught:
            access.require(someone("city_auditor"), "site.read", bureau=PLACES[place], now=NOW)
        assert caught.value.kind == "missing"
    with pytest.raises(Stranger):
        access.require(someone("registry_keeper"), "site.read", bureau="411721", now=NOW)


def test_a_colleague_without_the_role_is_told_so() -> None:
    with pytest.raises(Forbidden) as caught:
        access.require(someone("publisher"), "draw.prepare", bureau=HERE, now=NOW)
    assert caught.value.kind == "forbidden" and "准备抽取" in caught.value.line()


def test_inspectors_see_their_own_tasks_only() -> None:
    reason = access.allowed(someone("inspector"), "task.read_own", bureau=HERE, now=NOW).reason
    assert reason == "assignment"
    assert access.allowed(someone("inspector"), "task.read_own", bureau=HERE, assigned=True, now=NOW)


def test_the_dispatcher_never_draws_and_the_drawer_sees_no_names() -> None:
    for action in ("draw.freeze", "draw.run", "draw.open", "draw.commit"):
        assert "dispatcher" not in access.ACTIONS[action]
    for action in ("sealed.read", "task.dispatch", "site.import", "officer.import"):
        assert not {"drawer", "city_drawer"} & set(access.ACTIONS[action])


def test_proposer_and_approver_roles_differ() -> None:
    assert not set(access.ACTIONS["plan.make"]) & set(access.ACTIONS["plan.approve"])


def test_the_registered_path_outranks_the_code() -> None:
    """Province-run counties: the code says one parent, the registry another."""
    province_run = ("410000", "419001")
    auditor = someone("city_auditor", bureau="410000")
    assert access.allowed(auditor, "site.read", bureau="419001", path=province_run, now=NOW)
    city = someone("city_auditor", bureau="419000")
    assert access.allowed(city, "site.read", bureau="419001", now=NOW)
    assert not access.allowed(city, "site.read", bureau="419001", path=province_run, now=NOW)


@pytest.mark.parametrize(
    ("above", "below", "yes"),
    [
        ("410000", "411721", True),
        ("411700", "411721", True),
        ("411721", "411721", True),
        ("411721", "411700", False),
        ("411700", "411621", False),
        ("", "411721", False),
        ("411700", "", False),
    ],
)
def test_codes_cover_what_lies_below(above: str, below: str, yes: bool) -> None:
    assert access.covers(above, below) is yes


def test_exclusive_roles_are_found() -> None:
    assert access.conflicts({"drawer", "witness"})
    assert access.conflicts({"audit_admin", "system_admin", "drawer"})
    assert not access.conflicts({"drawer", "city_drawer", "publisher"})
    assert all(group <= set(ROLES) for group in EXCLUSIVE)


def test_the_rows_name_known_roles_and_unique_actions() -> None:
    assert len(set(ACTIONS)) == len(ACTIONS)
    for row in ROWS:
        assert set(f"{row.own} {row.subtree} {row.assigned}".split()) <= set(ROLES), row.action
        assert row.zh and row.en
    assert access.matrix_rows()[0]["roles"] == {"anonymous": "public"}


def test_menus_offer_what_needs_step_up_but_not_what_is_refused() -> None:
    offered = access.menu(someone("drawer", acr=1), ACTIONS)
    assert {"draw.freeze", "draw.run"} <= offered
    assert not {"task.dispatch", "site.import"} & offered


def test_freshness_moves_with_the_clock() -> None:
    drawer = someone("drawer", age=0)
    assert access.fresh(drawer, NOW + timedelta(seconds=300))
    assert not access.fresh(drawer, NOW + timedelta(seconds=301))
