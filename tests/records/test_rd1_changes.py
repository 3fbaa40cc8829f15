"""Replacements, substitutions and cancellations: the next lawful choice, never another."""

from typing import Any

import pytest

from policies.errors import Problem
from policies.rd1.changes import (
    REASONS,
    Standing,
    cancel_event,
    check_event,
    replace_event,
    standing_after,
    substitute_event,
)
from policies.rd1.draw_errors import EventUnlawful, NoReserve, NoSubstitute, NotDrawn, NotOnTeam
from policies.rd1.form_errors import BadField
from policies.verify import verify

from .rd1_world import Made, logged, made, small_lists, trust

BY = ["p1", "p2"]
AT = "2026-01-05T00:00:00Z"


def changed() -> Made:
    """A draw with a chain of replacements, a substitution passing one over, and a cancellation."""
    one = made()
    first, *rest = [pick.uid for pick in one.drawn.picks if pick.stratum == "general"]
    one.events.append(replace_event(one.standing(), first, "closed_down", BY, AT))
    one.events.append(replace_event(one.standing(), one.events[0]["by_uid"], "duplicate", BY, AT))
    now = one.standing()
    uid = one.events[1]["by_uid"]
    eligible = now.eligible(uid, now.teams[uid][0])
    one.events.append(substitute_event(now, uid, now.teams[uid][0], "ill", BY, AT, eligible[:1]))
    one.events.append(cancel_event(one.standing(), rest[0], "force_majeure", BY, AT))
    return one


def test_lawful_changes_are_valid() -> None:
    one = changed()
    got = verify(logged(one), trust())
    assert got.verdict == "VALID", [s for s in got.steps if s.status == "failed"]
    assert "leave" in got.assumes
    last = one.standing()
    assert one.events[0]["uid"] not in last.teams and one.events[3]["uid"] not in last.teams
    assert one.events[1]["by_uid"] in last.teams
    assert all(last.lawful(team, uid) for uid, team in last.teams.items())


@pytest.mark.parametrize("crews", [0, 2])
def test_reserves_are_used_in_rank_order_until_none_is_left(crews: int) -> None:
    one = made(crews=crews, min_candidates=2)
    order, uid = one.drawn.order["key"], next(p.uid for p in one.drawn.picks if p.stratum == "key")
    take = sum(pick.stratum == "key" for pick in one.drawn.picks)
    for due in order[take:]:
        one.events.append(replace_event(one.standing(), uid, "moved_away", BY, AT))
        uid = one.events[-1]["by_uid"]
        assert uid == due and one.standing().lawful(one.events[-1]["team"], uid)
    with pytest.raises(NoReserve):
        one.standing().replacement(uid)
    one.events.append(cancel_event(one.standing(), uid, "moved_away", BY, AT))
    assert verify(logged(one), trust()).verdict == "VALID"


def test_a_reserve_the_team_is_banned_from_gets_its_own() -> None:
    lists = small_lists()
    one = made(lists)
    uid = next(p.uid for p in one.drawn.picks if p.stratum == "general")
    order = one.drawn.order["general"]
    reserve = order[sum(p.stratum == "general" for p in one.drawn.picks)]
    oid = one.drawn.teams[uid][0]
    bans = sorted({*lists.bans, (oid, reserve)})
    # The same seed with one ban more: only the team of the reserve can differ.
    stricter = type(lists)(lists.list_key, lists.units, lists.officers, tuple(bans))
    now = standing_after(one.manifest, stricter, one.drawn)
    due = now.replacement(uid)
    officers = now.candidates(reserve)
    leads = {o for o, lead, cap in lists.officers if lead and cap}
    lead = next(o for o in officers if o in leads)
    other = next(o for o in officers if o != lead)
    assert due.by_uid == reserve and due.team == tuple(sorted([lead, other]))


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (0, {"by_uid": "x"}),
        (0, {"team": ["o-0000000000000000", "o-0000000000000001"]}),
        (0, {"reason": "busy"}),
        (0, {"by": ["p1", "p1"]}),
        (1, {"uid": "911500000000000003X001P"}),
        (2, {"passed_over": []}),
        (2, {"by_oid": "o-ffffffffffffffff"}),
        (2, {"oid": "o-ffffffffffffffff"}),
        (3, {"reason": "tired"}),
    ],
)
def test_any_other_choice_is_refused(number: int, change: dict[str, Any]) -> None:
    one = changed()
    one.events[number] |= change
    got = verify(logged(one), trust())
    assert {step.id for step in got.steps if step.status == "failed"} == {"V12"}


@pytest.mark.parametrize(
    "change", [{"note": 1}, {"kind": "swap"}, {"at": "yesterday"}, {"by": ["p1"]}, {"uid": ""}]
)
def test_an_event_has_its_form(change: dict[str, Any]) -> None:
    with pytest.raises(Problem):
        check_event(changed().events[0] | change, "event")


def test_a_visit_called_off_cannot_change_again() -> None:
    one = changed()
    for event in (one.events[0], one.events[3]):
        with pytest.raises(NotDrawn):
            one.standing().apply(event)


def test_only_members_of_the_team_are_substituted() -> None:
    now = made().standing()
    uid = next(iter(now.teams))
    with pytest.raises(NotOnTeam):
        now.substitution(uid, "o-ffffffffffffffff", ())


def test_when_everyone_is_on_leave_nobody_steps_in() -> None:
    now = made().standing()
    uid, team = next(iter(now.teams.items()))
    with pytest.raises(NoSubstitute):
        now.substitution(uid, team[0], set(now.candidates(uid)))


def test_the_only_lead_is_followed_by_a_lead() -> None:
    one = made()
    leads = {oid for oid, lead, _ in one.lists.officers if lead}
    now: Standing = one.standing()
    for uid, team in now.teams.items():
        sole = [oid for oid in team if oid in leads]
        if len(sole) == 1:
            assert set(now.eligible(uid, sole[0])) <= leads


def test_builders_refuse_a_reason_off_the_list() -> None:
    one = made()
    now, uid = one.standing(), next(p.uid for p in one.drawn.picks if p.stratum == "general")
    with pytest.raises(EventUnlawful):
        replace_event(now, uid, "busy", BY, AT)
    with pytest.raises(BadField):
        cancel_event(now, uid, REASONS[0], BY, "tomorrow")
