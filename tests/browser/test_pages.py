"""Every main page in a real browser: no error, no foreign request, no obstacle for assistive tools."""

import os
import re
from itertools import product

import pytest

from .watched import REAL, Watched

pytestmark = REAL
# Layout, colours and words do not depend on each other: two looks meet every size, scheme and language.
# `make prove` opens every page in all eight.
LOOKS = [("desktop", "light", "zh"), ("phone", "dark", "en")]
if os.environ.get("PROVE"):
    LOOKS = [*product(("desktop", "phone"), ("light", "dark"), ("zh", "en"))]
INJECTED = (
    "const s = document.createElement('script'); s.textContent = 'window.hit = 1'; document.body.append(s)"
)
PUBLIC = [
    "/", "/b/411721", "/b/150200", "/b/411721/rules", "/b/150200/rules", "/b/411721/plan/2026",
    "/b/150200/plan/2026", "/b/411721/draws", "/b/411721/draws/1", "/b/150200/draws/1",
    "/b/411721/draws/1/live", "/b/411721/draws/1/live?step=1",
    "/b/411721/notices", "/b/150203/organisation", "/b/150203/key-list", "/verify", "/log",
]  # fmt: skip
DESK = {
    "411721-head": ["/desk", "/desk/sites", "/desk/officers", "/desk/plan?year=2026", "/desk/draws",
                    "/desk/draws/1", "/desk/draws/1/changes", "/desk/draws/1/difference",
                    "/desk/visits?period=2026Q1", "/desk/journal", "/desk/journal/superiors",
                    "/desk/leaks", "/desk/leaks/report", "/desk/leaks/trace", "/desk/exports",
                    "/desk/draws/1/invitations", "/desk/minutes/411721/1", "/desk/rules/history"],
    "411721-keeper": ["/desk/import", "/desk/sites/quality", "/desk/sections", "/desk/key-lists",
                      "/desk/sites/evidence", "/desk/key-lists/take?year=2026"],
    "411721-drawer": ["/desk/draws/platform", "/desk/ceremony/411721/1"],
    "411721-dispatcher": ["/desk/draws/1/platform", "/desk/draws/1/companions"],
    "411721-admin": ["/desk/people", "/desk/waivers", "/desk/people/logins", "/desk/people/clients",
                     "/desk/rules",
                     "/desk/organisation", "/desk/onboarding", "/desk/calendar", "/desk/hooks"],
    "411721-publisher": ["/desk/notices", "/desk/uploads", "/desk/uploads/systems/credit-results",
                         "/desk/exchange", "/desk/exchange/inbound"],
    "411700-auditor": ["/city?period=2026Q1", "/city/reveals", "/city/leaks", "/city/bureaus",
                       "/city/trend", "/desk/key-lists/takings?year=2026", "/city/figures",
                       "/city/districts/411721?period=2026Q1",
                       "/city/districts/411721/figures/done?period=2026Q1", "/city/audits",
                       "/city/overlay?period=2026Q1", "/city/workbook?year=2026"],
    "411700-supervisor": ["/desk", "/city/supervision?period=2026Q1"],
    "411721-government": ["/desk", "/desk/received"],
    "411721-station": ["/desk"],
    "411721-inspector-01": ["/field", "/field/sheets", "/field/visits"],
}  # fmt: skip


@pytest.mark.parametrize(("size", "scheme", "lang"), LOOKS)
def test_public_pages_are_quiet_and_accessible(watch, size: str, scheme: str, lang: str) -> None:
    seen = watch(size, scheme, lang)
    found: list[str] = []
    for path in PUBLIC:
        seen.open(path)
        found += seen.violations()
    assert not seen.complaints and not found


@pytest.mark.parametrize(("size", "scheme", "lang"), LOOKS)
@pytest.mark.parametrize("who", DESK)
def test_pages_behind_the_login_are_quiet_and_accessible(
    watch, size: str, scheme: str, lang: str, who: str
) -> None:
    seen = watch(size, scheme, lang)
    seen.sign_in(who)
    found: list[str] = []
    for path in DESK[who]:
        seen.open(path)
        found += seen.violations()
    assert not seen.complaints and not found


@pytest.mark.parametrize(("size", "scheme", "lang"), LOOKS)
def test_pages_of_the_system_are_quiet_and_accessible(watch, size: str, scheme: str, lang: str) -> None:
    seen = watch(size, scheme, lang)
    seen.sign_in("411700-system")
    found: list[str] = []
    for path in ("/desk/system", "/desk/jobs"):
        seen.open(path)
        found += seen.violations()
    assert not seen.complaints and not found


@pytest.fixture(scope="module")
def case(chromium, demo_site) -> str:
    """A leak that the head of the county reported; its page shows every paper of a case."""
    seen = Watched(chromium.new_page(), demo_site.rstrip("/"))
    seen.sign_in("411721-head")
    seen.open("/desk/leaks/report")
    seen.page.fill("input[name=draw_no]", "1")
    seen.page.select_option(
        "select[name=channel]", index=2
    )  # the first kind asks for the list that was found
    seen.page.fill("textarea[name=words]", "模拟：门卫在检查前一天问起检查组。")
    with seen.page.expect_navigation():
        seen.page.get_by_role("button", name="密封并报告").click()
    number = re.search(r"第 (\d+) 件", seen.page.locator("[role=status]").inner_text())
    seen.page.close()
    assert number
    return f"/desk/leaks/{number[1]}"


@pytest.mark.parametrize(("size", "scheme", "lang"), LOOKS)
def test_a_leak_case_is_quiet_and_accessible(watch, case: str, size: str, scheme: str, lang: str) -> None:
    seen = watch(size, scheme, lang)
    seen.sign_in("411721-head")
    found: list[str] = []
    for path in (case, "/desk/leaks"):
        seen.open(path)
        found += seen.violations()
    assert not seen.complaints and not found


def test_everything_reads_without_javascript(watch) -> None:
    seen = watch(java_script_enabled=False)
    for path in PUBLIC:
        answer = seen.page.goto(seen.base + path)
        assert answer.status == 200 and seen.page.locator("h1").count() == 1


def test_the_policy_of_the_pages_stops_injected_script(watch) -> None:
    seen = watch()
    seen.open("/verify")
    seen.page.evaluate(INJECTED)
    assert seen.page.evaluate("window.hit") is None
    assert any(
        "Content Security Policy" in words or "Content-Security-Policy" in words for words in seen.complaints
    )


def test_a_reader_follows_a_notice_back_to_its_draw_and_verifies_it(watch, tmp_path) -> None:
    seen = watch()
    seen.open("/b/411721/notices?kind=result")
    seen.page.locator("table a").first.click()
    assert seen.page.locator("article").count() == 1
    seen.page.get_by_role("link", name=re.compile("次抽取")).click()
    assert seen.page.locator(".verdict-word").inner_text().startswith("有效")
    files = {}
    for words in ("下载证据包", "下载信任文件"):
        with seen.page.expect_download() as download:
            seen.page.get_by_role("link", name=words).click()
        files[words] = tmp_path / download.value.suggested_filename
        download.value.save_as(files[words])
    seen.open("/verify")
    seen.page.set_input_files("#bundle", files["下载证据包"])
    seen.page.set_input_files("#trust", files["下载信任文件"])
    seen.page.get_by_role("button", name="核验").click()
    assert "VALID" in seen.page.locator(".verdict-word").inner_text()
    assert seen.page.locator(".steps li").count() == 13 and not seen.complaints


def test_large_letters_by_one_press_and_back(watch) -> None:
    seen = watch("phone")
    seen.open("/b/411721")
    size = "parseFloat(getComputedStyle(document.querySelector('p')).fontSize)"
    before = seen.page.evaluate(size)
    seen.page.get_by_role("button", name="大字号").click()
    assert seen.page.url.endswith("/b/411721") and seen.page.evaluate(size) > before
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    seen.page.get_by_role("button", name="标准字号").click()
    assert seen.page.evaluate(size) == before


def test_the_form_of_a_visit_fits_a_phone(watch) -> None:
    seen = watch("phone")
    seen.sign_in("411721-inspector-01")
    own = (f"/field/tasks/411721/1/{slot}" for slot in range(60))
    path = next(path for path in own if seen.page.goto(seen.base + path).status == 200)
    seen.open(path)  # recorded, so only its state; an empty record sent to it comes back as the form
    with seen.page.expect_navigation():
        seen.page.evaluate("{ const f = document.forms[0]; f.action = location.pathname; f.submit() }")
    assert seen.page.locator("form.record").count() == 1
    assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not seen.violations()


def test_the_keyboard_reaches_the_text_first(watch) -> None:
    seen = watch()
    seen.open("/")
    seen.page.keyboard.press("Tab")
    assert seen.page.evaluate("document.activeElement.className") == "skip"
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_url("**/#main")


def test_print_leaves_the_menus_away(watch) -> None:
    seen = watch()
    seen.open("/b/411721/plan/2026")
    seen.page.emulate_media(media="print")
    assert (
        not seen.page.locator(".masthead").is_visible() and seen.page.locator("main table").first.is_visible()
    )
