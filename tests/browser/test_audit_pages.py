"""An audit from both sides in a real browser: opened, written, approved with the second factor, answered."""

import pytest

from .watched import REAL, Watched

pytestmark = REAL


def press(seen: Watched, action: str) -> None:
    """Sends the form that goes there."""
    with seen.page.expect_navigation():
        seen.page.evaluate(
            "there => document.querySelector(`form[action$='${there}']`).requestSubmit()", action
        )


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light")])
def test_both_sides_are_quiet_and_accessible(watch, size: str, scheme: str) -> None:
    auditor, head, county = (watch(size, scheme) for _ in range(3))
    auditor.sign_in("411700-auditor")
    auditor.open("/city/audits")
    auditor.page.select_option("select[name=district]", "411721")
    auditor.page.fill("input[name=size]", "0")
    press(auditor, "/city/audits")
    found = auditor.violations()
    here = auditor.page.url.removeprefix(auditor.base)
    auditor.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    auditor.page.fill("form[action$='/findings'] [name=text]", "模拟：记录与现场不一致")
    press(auditor, "/findings")
    auditor.page.fill("form[action$='/letter'] [name=letter]", "模拟：现将稽查情况通报如下。")
    auditor.page.fill("form[action$='/letter'] [name=answer_by]", "2026-06-30")
    press(auditor, "/letter")
    found += auditor.violations()
    auditor.open(f"{here}/letter")
    found += auditor.violations()
    head.sign_in("411700-head")
    head.open(here)
    press(head, "/send")
    found += head.confirm()
    head.page.wait_for_url(f"**{here}*")
    county.sign_in("411721-head")
    ours = here.replace("/city", "/desk")
    for path in (ours, f"{ours}/letter"):
        county.open(path)
        found += county.violations()
    assert not found and not [one.complaints for one in (auditor, head, county) if one.complaints]
