"""Stories that no vector tells: each fails its step, in both programs alike."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.rd1.changes import cancel_event, replace_event, substitute_event
from policies.rd1.draw import draw
from policies.rd1.freeze import FIRST
from policies.rd1.logs_notes import LOG_KEY, Signer
from tests.records.rd1_world import CITY, KINDS, LOG, OFFICE, Made, logged, made, trust

from .node import NODE, WHY, ask
from .test_verifier import BY, mine, request, same

pytestmark = pytest.mark.skipif(NODE is None, reason=WHY)
DAY = "2026-01-10T00:00:00Z"


def failed(report: dict[str, Any]) -> set[str]:
    return {step["id"] for step in report["steps"] if step["status"] == "failed"}


def bent(note: str, name: str) -> str:
    """A note with one digit of the last byte of a signature line altered."""
    lines = note.split("\n")
    at = next(i for i, line in enumerate(lines) if line.startswith(f"— {name} "))
    head, _, body = lines[at].rpartition(" ")
    place = len(body) // 2
    lines[at] = f"{head} {body[:place]}{'A' if body[place] != 'A' else 'B'}{body[place + 1 :]}"
    return "\n".join(lines)


def noted(where: str, name: str) -> dict[str, Any]:
    bundle = logged(made())
    part = bundle["log"] if where == "log" else bundle["log"]["before"]
    part["checkpoint"] = bent(part["checkpoint"], name)
    return bundle


def lowered() -> dict[str, Any]:
    """A least number below what the rules yield, everything else consistent with it."""
    one = made()
    line = next(line for line in one.manifest["strata"] if line["id"] == "general")
    line["least"] -= 1
    drawn = draw(one.manifest, one.lists, one.keys, one.evidence)
    return logged(Made(one.manifest, one.lists, one.keys, one.evidence, drawn))


def changed(make: Any) -> dict[str, Any]:
    one = made()
    make(one)
    return logged(one)


def visit(one: Made) -> str:
    return next(pick.uid for pick in one.drawn.picks if pick.stratum == "general")


def by_one_person(one: Made) -> None:
    event = cancel_event(one.standing(), visit(one), "duplicate", BY, DAY)
    one.events.append({**event, "by": ["p1", "p1"]})


def for_no_reason(one: Made) -> None:
    event = cancel_event(one.standing(), visit(one), "duplicate", BY, DAY)
    one.events.append({**event, "reason": "busy"})


def twice(one: Made) -> None:
    event = cancel_event(one.standing(), visit(one), "duplicate", BY, DAY)
    one.events += [event, {**event, "at": "2026-01-11T00:00:00Z"}]


def another_reserve(one: Made) -> None:
    event = replace_event(one.standing(), visit(one), "moved_away", BY, DAY)
    order = one.drawn.order["general"]
    one.events.append({**event, "by_uid": order[order.index(event["by_uid"]) + 1]})


def another_team(one: Made) -> None:
    event = replace_event(one.standing(), visit(one), "moved_away", BY, DAY)
    one.events.append({**event, "team": list(reversed(event["team"]))})


def passed_over_in_silence(one: Made) -> None:
    now, uid = one.standing(), visit(one)
    oid = max(now.teams[uid], key=lambda o: len(now.eligible(uid, o)))
    away = now.eligible(uid, oid)[:1]
    event = substitute_event(now, uid, oid, "请假", BY, DAY, on_leave=away)
    one.events.append({**event, "passed_over": []})


def a_stranger_steps_in(one: Made) -> None:
    now, uid = one.standing(), visit(one)
    event = substitute_event(now, uid, now.teams[uid][0], "请假", BY, DAY)
    one.events.append({**event, "by_oid": now.teams[uid][1]})


def chained(**given: Any) -> dict[str, Any]:
    """Draw number 2 after a logged first."""
    named = {"subject": "150203", "item": "routine-source", "kind": "routine", "draw_no": 1, "prev": FIRST}
    prev, period = given.pop("prev", "11" * 32), given.pop("period", "2025Q4")
    old = {"t": "manifest", "at": "2025-10-01T00:00:00Z", "bureau": "150203", "h": "11" * 32}
    one = made(draw_no=2, prev=prev)
    return logged(one, first=[{**old, **named, "period": period, **given}])


def left_out() -> dict[str, Any]:
    """Bans are not there, and an officer's cap is another one."""
    bundle = logged(made())
    del bundle["bans"]
    bundle["officers"][0][2] += 1
    return bundle


STORIES: dict[str, tuple[Any, set[str]]] = {
    "a witness's line is false": (lambda: noted("log", CITY.name), {"V13"}),
    "an early witness's line is false": (lambda: noted("before", CITY.name), {"V6", "V13"}),
    "the log's line is false": (lambda: noted("log", "draws.test/log"), {"V13"}),
    "the early log's line is false": (lambda: noted("before", "draws.test/log"), {"V13"}),
    "another attests the escrow": (
        lambda: logged(made(), changed={"escrow": {"by": OFFICE.name}}),
        {"V4"},
    ),
    "a list left out, another altered": (left_out, {"V2"}),
    "the least number is lowered": (lowered, {"V3"}),
    "one person proposes and approves": (lambda: changed(by_one_person), {"V12"}),
    "for no reason of the list": (lambda: changed(for_no_reason), {"V12"}),
    "called off twice": (lambda: changed(twice), {"V12"}),
    "another reserve": (lambda: changed(another_reserve), {"V12"}),
    "another order of the team": (lambda: changed(another_team), {"V12"}),
    "passed over in silence": (lambda: changed(passed_over_in_silence), {"V12"}),
    "a member steps in": (lambda: changed(a_stranger_steps_in), {"V12"}),
    "the escrow came late": (lambda: logged(made(), times={"escrow": "2025-12-30T02:00:00Z"}), {"V6"}),
    "the beacon came early": (lambda: logged(made(), times={"beacon": "2025-12-30T01:59:59Z"}), {"V6"}),
    "time runs back": (lambda: logged(made(), times={"result": "2025-12-30T02:00:04Z"}), {"V13"}),
    "no early checkpoint": (lambda: logged(made(), earlier=0), {"V4", "V6"}),
    "too few witnesses in time": (lambda: logged(made(), seen={}), {"V6", "V13"}),
    "a chain that holds": (lambda: chained(), set()),
    "the first draw is another one": (lambda: chained(prev="22" * 32), {"V5"}),
    "a number is left out": (lambda: chained(draw_no=3), {"V5"}),
    "two draws for one period": (lambda: chained(period="2026Q1"), set()),
    "another R": (lambda: logged(made(), changed={"beacon": {"r": "00" * 32}}), {"V6"}),
    "another Z": (lambda: logged(made(), changed={"result": {"z": "00" * 32}}), {"V11"}),
    "another period": (lambda: logged(made(), changed={"manifest": {"period": "2026Q2"}}), {"V5"}),
    "another number": (lambda: logged(made(), changed={"manifest": {"draw_no": 7}}), {"V5"}),
    "void": (lambda: logged(made(), kinds=(*KINDS, "void")), set()),
    "void before the beacon": (lambda: logged(made(), kinds=("manifest", "escrow", "void")), set()),
    "void before its escrow": (lambda: logged(made(), kinds=("manifest", "void"), earlier=1), set()),
}


def test_every_story() -> None:
    told = {name: make() for name, (make, _) in STORIES.items()}
    text = trust(2).text()
    got = ask(request(bundle, text) for bundle in told.values())
    for (name, bundle), answer in zip(told.items(), got, strict=True):
        due = mine(json.dumps(bundle).encode(), text)
        same(due, answer["report"], name)
        assert failed(answer["report"]) >= STORIES[name][1], (name, answer["report"]["steps"])
        if not STORIES[name][1] and "period" not in name:
            assert not failed(answer["report"]), (name, answer["report"]["steps"])


def test_the_whole_log_shows_two_draws_for_one_period() -> None:
    named = {"subject": "150203", "item": "routine-source", "kind": "routine", "period": "2026Q1"}
    other = {"t": "manifest", "at": "2025-10-01T00:00:00Z", "bureau": "150203", "h": "33" * 32}
    one = made()
    first = [{**other, **named, "draw_no": 9, "prev": FIRST}]
    bundle = logged(one, first=first)
    bundle["log"]["before"]["entries"].append(_first_row(bundle))
    (answer,) = ask([request(bundle, trust().text())])
    same(mine(json.dumps(bundle).encode(), trust().text()), answer["report"], "two")


def _first_row(bundle: dict[str, Any]) -> dict[str, Any]:
    row = next(row for row in bundle["log"]["entries"] if row["index"] == 0)
    return {**row, "proof": []}


def test_a_foreign_log_with_the_right_name() -> None:
    foreign = Signer("draws.test/log", LOG_KEY, bytes(32))
    bundle = logged(made())
    keys = trust().text().replace(LOG.verifier.text(), foreign.verifier.text())
    (answer,) = ask([request(bundle, keys)])
    same(mine(json.dumps(bundle).encode(), keys), answer["report"], "foreign")
    assert "V13" in failed(answer["report"])
