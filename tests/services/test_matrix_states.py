"""States of records over HTTP: an act starts from the states its row names, and from no other one.

Every row that names states is tried in every state of its record, or this file fails.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from policies import access
from policies.access_states import STATES
from services.clock import CHINA
from services.ruling.rule_proposals import Proposal
from services.usecases.make_plan import make_plan
from services.usecases.propose_rule import propose_rule
from services.usecases.withdraw_rule import withdraw_rule
from tenants.records import Visit
from tenants.scope import Scope
from tenants.stores import draws, visits
from tests.flows import ceremony as c

from .asked import Asked, asked_site

XP, KD = "411721", "150203"
ABOVE = {"411721": "411700", "150203": "150200"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
async def site(pg_server, valkey_server, new_home) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "matrix_states") as found:
        yield found


@pytest.fixture(scope="module")
async def states(site: Asked) -> dict[str, tuple[str, int]]:
    """One draw in every state, each where its act would find it: state → (bureau, number)."""
    app = site.app
    for bureau in (XP, KD):
        await c.plan(app, bureau)
    found: dict[str, tuple[str, int]] = {}
    for bureau, state in ((KD, "opened"), (XP, "void"), (XP, "drawn")):
        no = (await c.prepare(app, bureau)).draw_no
        await c.freeze(app, bureau, no)
        found[state] = (bureau, no)
        if state == "void":
            await c.void(app, bureau, no)
        else:
            await c.escrow(app, bureau, no)
    await app.log.publish()
    for superior in ("150200", "411700"):
        await c.cosign(app, superior)
    c.at_beacon(app)
    for state in ("opened", "drawn"):
        bureau, no = found[state]
        await c.run_draw(app, c.drawer(app, bureau), no, c.DIGITS, c.secret(app, bureau, no))
    scope = Scope.own(KD, "tests")
    async with app.database.unit(scope) as db:
        await draws.opened(db, scope, found["opened"][1], app.clock.now())
    later = datetime(2026, 3, 30, 10, 0, tzinfo=CHINA)
    no = (await c.prepare(app, XP, period="2026Q2", beacon_at=later)).draw_no
    await c.freeze(app, XP, no)
    found["frozen"] = (XP, no)
    june = datetime(2026, 6, 29, 10, 0, tzinfo=CHINA).astimezone(UTC)
    found["prepared"] = (XP, (await c.prepare(app, XP, period="2026Q3", beacon_at=june)).draw_no)
    return found


BODIES: dict[str, Any] = {
    "draw.commit": {"role": "bureau", "c": "ab" * 32, "escrow_copy": "01" * 81},
    "draw.freeze": {"difference": "ab" * 32},
    "draw.escrow": {"by": "x", "sig": "x"},
    "draw.beacon": {"evidence": c.DIGITS},
    "draw.reveal": {"role": "bureau", "key": "ab" * 32},
    "draw.void": {"reason": "理由理由"},
    "draw.void_approve": {"proposal": 1},
    "draw.change": {"steps": [{"kind": "cancel", "slot": 0, "reason": "force_majeure"}]},
    "draw.change_approve": {"proposal": 1},
    "minutes.confirm": {"h": "ab" * 32},
    "witness.invite": {"name": "某某"},
    "task.accompany": {"subject": "x", "parts": ["emissions"]},
}
PATHS = {
    "draw.commit": "commitments", "draw.freeze": "freeze", "draw.difference": "difference",
    "draw.escrow": "escrow", "draw.beacon": "beacon", "draw.reveal": "secrets", "draw.run": "completion",
    "draw.open": "opening", "draw.void": "void", "draw.void_approve": "void/approval",
    "draw.change": "changes", "draw.change_approve": "changes/approval", "task.dispatch": "dispatch",
    "minutes.confirm": "minutes", "witness.invite": "invitations", "draw.compare": "platform-lists",
    "task.accompany": "visits/0/companions",
}  # fmt: skip
FROM_ABOVE = {"draw.superior_open"}  # asked at an address of the superior's own
OTHER_RECORDS = {"plan.approve", "rules.approve", "visit.review"}
TRIED_BESIDE = {  # action → the use case whose own tests ask
    "waiver.propose": "propose_waiver", "waiver.approve": "approve_waiver", "waiver.refuse": "refuse_waiver",
    "waiver.drop": "drop_waiver",
    "waiver.withdraw": "withdraw_waiver", "people.approve": "approve_grant",
    "plan.submit": "submit_plan", "plan.return": "return_plan",
    "audit.draw": "draw_audit", "audit.check": "check_record", "audit.find": "add_finding",
    "audit.propose": "propose_letter", "audit.return": "return_letter", "audit.approve": "send_letter",
    "visit.amend": "amend_visit", "request.decide": "decide_request", "request.drop": "drop_request",
    "audit.answer": "answer_finding", "audit.done": "finish_measure", "audit.settle": "settle_finding",
}  # fmt: skip
TOLD = {"WrongState", "UnfrozenDraw", "WitnessTooLate"}


def test_every_guarded_act_is_tried() -> None:
    guarded = {action for action, (record, _) in access.GUARDS.items() if record}
    assert guarded == set(PATHS) | FROM_ABOVE | OTHER_RECORDS | set(TRIED_BESIDE)
    tests = [
        path.read_text("utf-8")
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.name != "test_matrix_states.py"
    ]
    for action, made in TRIED_BESIDE.items():  # by those who made it, in a file that names the refusal
        assert any(made in text and "WrongState" in text for text in tests), action


def test_every_guarded_act_asks_the_matrix() -> None:
    """No use case keeps a list of states of its own for an act whose row names them."""
    every = [path.read_text("utf-8") for path in (ROOT / "services" / "usecases").glob("*.py")]
    for action, (record, _) in access.GUARDS.items():
        asks = (f'states_of("{action}")', f'require_state("{action}"', f'ACTION = "{action}"')
        assert not record or any(way in code for code in every for way in asks), action


async def asked_of(site: Asked, action: str, state: str, bureau: str, no: int) -> str:
    """The code of the answer to the act on that draw; "" when it is done."""
    role = next(role for role, grant in access.ACTIONS[action].items() if grant.scope != "assigned")
    wide = access.ACTIONS[action][role].scope == "subtree"
    async with site.someone(role, ABOVE[bureau] if wide else bureau, steps_up=True) as client:
        if action in FROM_ABOVE:
            answer = await client.get(f"/api/v1/overdue-draws/{bureau}/{no}")
        elif action == "draw.compare":
            there = f"/api/v1/bureaus/{bureau}/draws/{no}/platform-lists"
            answer = await client.post(there, files={"batch": (None, "批次1")})
        else:
            there = f"/api/v1/bureaus/{bureau}/draws/{no}/{PATHS[action]}"
            answer = await client.post(there, json=BODIES.get(action, {}))
    return "" if answer.is_success else str(answer.json()["code"])


@pytest.mark.parametrize("action", sorted({*PATHS, *FROM_ABOVE}))
async def test_no_act_on_a_draw_starts_from_a_state_the_matrix_does_not_name(
    site: Asked, states: dict[str, tuple[str, int]], action: str
) -> None:
    """In a state of its row it is refused for another reason, or done; in every other one, for the state."""
    assert set(states) == set(STATES["draw"])
    for state, (bureau, no) in states.items():
        if not access.possible(action, state):
            assert await asked_of(site, action, state, bureau, no) in TOLD, (action, state)


@pytest.mark.parametrize("action", ["draw.compare", "draw.change", "draw.superior_open"])
async def test_the_states_its_row_names_are_let_through(
    site: Asked, states: dict[str, tuple[str, int]], action: str
) -> None:
    """Nothing of the state stands in the way there: what is asked next refuses, or it is done."""
    for state in access.states_of(action):
        code = await asked_of(site, action, state, *states[state])
        assert code not in {*TOLD, "StepUpNeeded", "IntentNeeded"}, (action, state, code)


async def approve(site: Asked, role: str, path: str, body: Any = None) -> tuple[int, str]:
    async with site.someone(role, KD, steps_up=True) as client:
        answer = await client.post(f"/api/v1/bureaus/{KD}/{path}", json=body)
    return answer.status_code, "" if answer.is_success else str(answer.json()["code"])


async def test_a_plan_is_approved_as_a_draft_only(site: Asked, states: Any) -> None:
    found = {"approved": await approve(site, "bureau_head", "plans/2026/approval")}
    async with site.app.work(c.acting(site.app, KD, "registry_keeper")) as work:
        await make_plan(work, 2026)
    found["draft"] = await approve(site, "bureau_head", "plans/2026/approval")
    assert found == {"approved": (409, "WrongState"), "draft": (201, "")}
    assert {state for state, (_, code) in found.items() if not code} == set(access.states_of("plan.approve"))


async def test_a_choice_of_rules_is_approved_as_a_proposal_only(site: Asked, states: Any) -> None:
    told = {}
    for state in STATES["proposal"]:
        share = {"proposed": "1/2", "approved": "1/3", "withdrawn": "1/4"}[state]
        value = f"{{base: share, value: {share}, per: quarter}}"
        factors = dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "有")
        order = Proposal(
            "rate.key", value, effective=date(2027, {"proposed": 1, "approved": 4, "withdrawn": 7}[state], 1),
            text="本局抽查比例确定单", clause="一", factors=factors,
        )  # fmt: skip
        async with site.app.work(c.acting(site.app, KD, "bureau_admin")) as work:
            row = (await propose_rule(work, order)).row
            if state == "withdrawn":
                await withdraw_rule(work, row.id, "写错了")
        path = f"rules/proposals/{row.id}/approval"
        if state == "approved":
            await approve(site, "bureau_head", path)
        told[state] = (await approve(site, "bureau_head", path))[1]
    assert told == {"proposed": "", "approved": "WrongState", "withdrawn": "WrongState"}
    assert {state for state, code in told.items() if not code} == set(access.states_of("rules.approve"))


async def test_a_record_is_reviewed_once(site: Asked, states: Any) -> None:
    told: dict[str, str] = {}
    for state in STATES["visit"]:
        scope, at = Scope.own(KD, "inspector@somebody"), site.app.clock.now()
        row = Visit(
            KD, uuid4(), None, None, f"{KD}S0001", "complaint", KD, at, at, [],
            {"site": {"name": "模拟企业"}, "places": []}, "none_found", "", "0" * 64, scope.subject, at,
        )  # fmt: skip
        async with site.app.database.unit(scope) as db:
            await visits.keep(db, scope, row)
        path = f"visits/{row.id}/review"
        if state != "recorded":
            await approve(site, "reviewer", path, {"accept": state == "accepted", "note": "请补正"})
        told[state] = (await approve(site, "reviewer", path, {"accept": True}))[1]
    assert told == {"recorded": "", "accepted": "WrongState", "returned": "WrongState"}
    assert {state for state, code in told.items() if not code} == set(access.states_of("visit.review"))
