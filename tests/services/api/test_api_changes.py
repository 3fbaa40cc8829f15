"""A change after the draw over HTTP: preview, proposal, approval by another person, each once."""

from typing import Any

import pytest

from services.identity.people import inspector

from . import story as s
from .conftest import Api

DESK = f"/bureaus/{s.COUNTY}"
DISPATCHER, HEAD = f"{s.COUNTY}-dispatcher", f"{s.COUNTY}-head"


@pytest.fixture(scope="module")
async def dispatched(api: Api) -> dict[str, Any]:
    """The first dispatched visit of a draw made over HTTP."""
    await s.rosters(api)
    await s.planned(api)
    draw = await s.prepared(api)
    no = draw["draw_no"]
    await s.committed(api, draw)
    await s.frozen(api, no)
    await s.attested(api, no)
    await s.cosigned(api)
    api.at(2025, 12, 25, 15, 2)
    await s.ran(api, no)
    api.at(2026, 1, 5, 6)
    done = await api.post(DISPATCHER, f"{DESK}/draws/{no}/dispatch", {})
    return {"no": no, **done["placed"][0]}


async def test_a_sick_officer_is_substituted_by_two_people(api: Api, dispatched: dict[str, Any]) -> None:
    base = f"{DESK}/draws/{dispatched['no']}/changes"
    step = {"kind": "substitute", "slot": dispatched["slot"], "reason": "因病请假"}
    step |= {"certificate": dispatched["certificates"][0], "absent": True}
    (due,) = await api.get(DISPATCHER, f"{base}/preview", **step)
    assert due["into"] and due["into"] != due["out"] and due["site"]
    asked = api.as_(DISPATCHER)
    key = {"idempotency-key": "sick-1"}
    made = await asked.post(base, json={"steps": [step]}, headers=key)
    again = await asked.post(base, json={"steps": [step]}, headers=key)
    assert made.status_code == 201 and again.json() == made.json() and made.json()["n"] == 1
    assert due["site"] not in made.text  # what is kept for the key names nobody
    for name, status in ((DISPATCHER, 403), (f"{HEAD}@1", 401), ("150203-head", 404)):
        refused = await api.as_(name).post(f"{base}/approval", json={"proposal": 1})
        assert refused.status_code == status, (name, refused.text)
    done = await api.post(HEAD, f"{base}/approval", {"proposal": 1})
    (event,) = done["events"]
    entry = (await api.get("", "/log/entries", start=event["index"], end=event["index"] + 1))["items"][0]
    assert (entry["entry"]["t"], entry["entry"]["h"]) == ("event", event["h"])
    board = await api.get(HEAD, base)
    assert board["events"] == 1 and [line["state"] for line in board["lines"]] == ["approved"]
    stale = await api.as_(HEAD).post(f"{base}/withdrawal", json={"proposal": 1})
    assert stale.status_code == 409
    wrong = await asked.post(base, json={"steps": [step | {"kind": "cancel", "certificate": ""}]})
    assert wrong.status_code == 422 and wrong.json()["code"] == "BadChange"


async def test_an_officer_declares_an_absence(api: Api, dispatched: dict[str, Any]) -> None:
    who = inspector(s.COUNTY, 2).username
    first = await api.post(who, f"{DESK}/absences", {})
    again = await api.post(who, f"{DESK}/absences", {})
    assert (first["kind"], first["repeated"], again["repeated"]) == ("absence", False, True)
    other = await api.as_(who).post(f"{DESK}/absences", json={"certificate": "X"})
    assert other.status_code == 403
    strange = await api.as_(who).post(f"{DESK}/draws/{dispatched['no']}/visits/99999/recusal", json={})
    assert strange.status_code == 404


async def test_outstanding_visits_are_public_from_the_day_of_opening_on(
    api: Api, dispatched: dict[str, Any]
) -> None:
    path = f"/draws/{s.COUNTY}/{dispatched['no']}"
    before = await api.get("", path)
    early = await api.as_(f"{s.CITY}-auditor").get(f"/overdue-draws/{s.COUNTY}/{dispatched['no']}")
    assert before["outstanding"] is None and early.status_code == 409
    api.at(2026, 4, 30, 9)
    after = await api.get("", path)
    (late,) = await api.get(f"{s.CITY}-auditor", "/overdue-draws")
    assert after["outstanding"] == late["outstanding"] == before["summary"]["drawn"]
    pack = await api.get(f"{s.CITY}-auditor", f"/overdue-draws/{s.COUNTY}/{dispatched['no']}")
    assert set(pack) == {"manifest", "copies", "beacon", "published", "sealed"}
