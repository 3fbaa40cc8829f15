"""What waits for the head's second look is on the workbench, and only when another person proposed it."""

from dataclasses import replace

import pytest

from services.usecases.void_draw import propose_void
from services.views.workbench import workbench

from .conftest import COUNTY, Told


class _Undone(Exception):
    pass


async def test_a_void_that_waits_is_a_to_do_of_another_person(told: Told) -> None:
    head, found = told.desk(COUNTY, "head"), {}
    proposer = replace(head, subject="demo-another", acr=2, auth_time=int(told.app.clock.now().timestamp()))
    with pytest.raises(_Undone):
        async with told.app.work(proposer) as work:
            await propose_void(work, 1, "模拟")
            found["own"] = {t.id for t in (await workbench(work)).todos}
            work.principal = head
            found["other"] = {t.id: t.href for t in (await workbench(work)).todos}
            raise _Undone
    assert "void.approve" not in found["own"]
    assert found["other"]["void.approve"] == "/desk/draws/1"
