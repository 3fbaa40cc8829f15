"""Roles by one person and by two, what they bar from, and the roster's keeper, over the API."""

from typing import Any
from uuid import uuid4

from . import story as s
from .conftest import SUBJECTS, Api

PEOPLE = f"/bureaus/{s.COUNTY}/people"
KEEPER = f"/bureaus/{s.COUNTY}/organisation/keeper"
ADMIN, HEAD, NAMED = f"{s.COUNTY}-admin", f"{s.COUNTY}-head", f"{s.COUNTY}-keeper"
LI: dict[str, Any] = {"subject": "li", "name": "李四", "role": "reviewer", "why": "接替"}


async def test_two_people_give_a_role(api: Api) -> None:
    given = await api.post(ADMIN, PEOPLE, LI)
    asked = given["proposal"]
    assert given["membership"] is None and asked["approved_by"] is None and asked["why"] == "接替"
    read = {"subject": "li", "role": "reviewer"}
    path = f"{PEOPLE}/proposals/{asked['id']}"
    assert (await api.as_(ADMIN).post(f"{path}/approve", json=read)).status_code == 403
    assert (await api.as_(HEAD).post(f"{path}/approve", json=read | {"role": "drawer"})).status_code == 409
    assert (await api.as_(HEAD).post(f"{PEOPLE}/proposals/{uuid4()}/approve", json=read)).status_code == 404
    held = await api.post(HEAD, f"{path}/approve", read)
    assert (held["origin"], held["grant_id"], held["role"]) == ("two", asked["id"], "reviewer")
    assert [
        p["approved_by"] for p in await api.get(HEAD, f"{PEOPLE}/proposals") if p["id"] == asked["id"]
    ] == [SUBJECTS[HEAD]]
    assert {"li", SUBJECTS[HEAD]} <= {one["subject"] for one in await api.get(ADMIN, PEOPLE)}
    ended = await api.post(ADMIN, f"{PEOPLE}/end", read)
    assert ended["ended_at"] and "li" not in {one["subject"] for one in await api.get(ADMIN, PEOPLE)}
    assert [one["subject"] for one in await api.get(ADMIN, PEOPLE, past=True)] == ["li"]
    plain = await api.post(ADMIN, PEOPLE, {"subject": "wang", "name": "王五", "role": "publisher"})
    assert plain["proposal"] is None and plain["membership"]["origin"] == "one"
    again = (await api.post(ADMIN, PEOPLE, LI | {"subject": "zhao"}))["proposal"]
    assert (await api.post(ADMIN, f"{PEOPLE}/proposals/{again['id']}/withdraw"))["withdrawn_by"]


async def test_a_city_reads_who_holds_what_below(api: Api) -> None:
    auditor = f"{s.CITY}-auditor"
    assert SUBJECTS[HEAD] in {one["subject"] for one in await api.get(auditor, PEOPLE)}
    assert (await api.as_(auditor).get(f"{PEOPLE}/bars")).status_code == 404  # the bureau's own matter
    assert (await api.as_("150203-admin").get(PEOPLE)).status_code == 404


async def test_who_is_barred_and_who_keeps_the_roster(api: Api) -> None:
    await s.rosters(api)
    found = await api.get(ADMIN, f"{PEOPLE}/bars")
    assert found["roster"]["barred"] == [] and len(found["roster"]["free"]) == 1
    keeper = next(one for one in found["roles"] if one["subject"] == SUBJECTS[NAMED])
    assert keeper["others"] == ["drawer", "city_drawer"] and keeper["until"] is None
    assert (await api.get(HEAD, KEEPER)) == {"keeper": None, "open": None, "past": []}
    given = await api.post(HEAD, KEEPER, {"taker": SUBJECTS[NAMED]})
    assert given["sites"] > 0 and given["confirmed_at"] is None
    assert (await api.as_(HEAD).post(f"{KEEPER}/{given['n']}/take")).status_code == 403
    await api.post(NAMED, f"{KEEPER}/{given['n']}/withdraw")
    second = await api.post(HEAD, KEEPER, {"taker": SUBJECTS[NAMED], "note": "再次"})
    await api.post(NAMED, f"{KEEPER}/{second['n']}/take")
    told = await api.get(HEAD, KEEPER)
    assert told["keeper"]["n"] == second["n"] and [one["n"] for one in told["past"]] == [given["n"]]
