"""Break-glass in a real browser: asked, approved with the second factor, looked at under a banner, ended."""

import re

import pytest

from .watched import REAL, Watched

pytestmark = REAL
PAGES = ("/desk", "/desk/sites", "/desk/officers", "/desk/draws/1", "/desk/people", "/bureau")


@pytest.mark.parametrize(("size", "scheme"), [("phone", "dark"), ("desktop", "light")])
def test_the_whole_way_is_quiet_and_accessible(watch, size: str, scheme: str) -> None:
    asker, head = watch(size, scheme), watch(size, scheme)
    asker.sign_in("411700-system")
    asker.open("/desk/glass")
    asker.page.select_option("select[name=bureau]", "411721")
    asker.page.fill("input[name=reason]", "模拟：导入后名录数量不符")
    asker.page.fill("input[name=purpose]", "模拟：核对名录数量和导入记录")
    press(asker, "提交申请")
    head.sign_in("411721-head")
    head.open("/desk/glass")
    found = head.violations()
    press(head, "批准查看 30 分钟")
    head.confirm()
    head.page.wait_for_url("**/desk/glass")
    asker.open("/desk/glass")
    found += asker.violations()
    press(asker, re.compile("^开始查看"))
    for path in PAGES:
        asker.open(path)
        banner = asker.page.locator("aside.glass").inner_text()
        assert "应急查看 411721" in banner and re.search(r"还剩 \d+ 分钟", banner), path
        found += asker.violations()
    head.open("/desk/glass")
    head.page.get_by_role("link", name=re.compile("次查看")).first.click()
    assert "GET /desk/officers" in head.page.locator("main").inner_text()
    found += head.violations()
    press(asker, "结束查看")
    asker.page.wait_for_url("**/desk/glass")
    assert not asker.page.locator("aside.glass").count()
    assert not asker.complaints and not head.complaints and not found


def press(seen: Watched, name: str | re.Pattern[str]) -> None:
    with seen.page.expect_navigation():
        seen.page.get_by_role("button", name=name).first.click()
