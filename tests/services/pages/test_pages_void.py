"""A void is looked at before it is confirmed: the public's words, and what follows, stand on the page."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.usecases.void_draw import propose_void
from tests.flows import ceremony as c
from tests.services.asked import Asked, asked_site, drawn

XP = "411721"
PAGE = "/desk/draws/1/void"


@pytest.fixture(scope="module")
async def site(pg_server: Any, valkey_server: Any, new_home: Any) -> AsyncIterator[Asked]:
    async with asked_site(pg_server, valkey_server, new_home, "void_page") as found:
        await drawn(found.app, XP)
        yield found


async def test_what_the_public_will_read_stands_there_before_the_button(site: Asked) -> None:
    head = await site.browser("bureau_head", XP)
    empty = (await head.get(PAGE)).text
    assert "还没有填写理由" in empty and "提议作废</button>" not in empty
    assert "重新抽取编为第 2 次" in empty and "19 项还没有做的检查取消" in empty
    shown = (await head.get(PAGE, params={"reason": "名录<有误>，须重新核对"})).text
    assert "原因：名录&lt;有误&gt;，须重新核对" in shown and "提议作废</button>" in shown
    assert "抽中的单位、检查组" in shown
    async with site.app.work(c.acting(site.app, XP, "bureau_head", post="head")) as work:
        await propose_void(work, 1, "名录有误")
    approve = (await head.get(PAGE)).text
    assert "原因：名录有误" in approve and "批准作废</button>" in approve
    drawer = await site.browser("drawer", XP)
    assert "批准作废</button>" not in (await drawer.get(PAGE)).text
    await c.void(site.app, XP, 1)
    assert (await head.get(PAGE)).status_code == 409
    await head.aclose()
    await drawer.aclose()
