"""The verifier in a real browser: vectors, files, texts, no network, no freeze; and the page at the door."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from policies.rd1.canonical import sha256
from policies.rd1.door import decode, encode, fragment, unfragment
from services.identity.people import PASSWORD

from .watched import REAL

pytestmark = REAL
VECTORS = Path(__file__).parents[1] / "records" / "vectors"
BUILT = Path(__file__).parents[2] / "services" / "web" / "static" / "verify" / "built"
built = pytest.mark.skipif(not (BUILT / "bls.js").exists(), reason="not built (deploy/front.sh)")
WORD = ".verdict-word"
RUN = """async ({files, bls}) => {
  const { open, verify, unreadable, wantsBls } = await import('/static/verify/verify.js');
  const holds = bls ? (await import(bls)).drandHolds : () => true;
  return files.map(({bytes, trust}) => {
    const raw = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
    try {
      const opened = open(raw, trust);
      return verify(opened, { bls: wantsBls(opened) ? holds : null }).report;
    } catch (error) { return unreadable(error); }
  });
}"""


class Reader:
    """A page, what it complained about, and every address it asked for."""

    def __init__(self, context: Any, base: str) -> None:
        self.context, self.page, self.base = context, context.new_page(), base
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.said.append(m.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"

    def word(self, pattern: str) -> str:
        """The verdict, once it says something of this pattern."""
        from playwright.sync_api import expect

        found = self.page.locator(WORD).first
        expect(found).to_have_text(re.compile(pattern), timeout=30_000)
        return found.inner_text()

    def wide(self) -> int:
        return self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")

    def faults(self) -> list[str]:
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']} {[n['html'][:100] for n in v['nodes'][:3]]}" for v in found]


@pytest.fixture
def reader(chromium, demo_site):
    made = []

    def make(width: int = 1280, height: int = 900, **more: Any) -> Reader:
        made.append(chromium.new_context(locale="zh-CN", viewport={"width": width, "height": height}, **more))
        return Reader(made[-1], demo_site.rstrip("/"))

    yield make
    for context in made:
        context.close()


def vector(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


def file_of(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def pick(one: Reader, tmp_path: Path, name: str, bundle: Any, trust: str = "") -> None:
    """Hand over a file and start."""
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps(bundle, ensure_ascii=False), "utf-8")
    one.page.set_input_files("#bundle", path)
    if trust:
        (tmp_path / "trust.txt").write_text(trust, "utf-8")
        one.page.set_input_files("#trust", tmp_path / "trust.txt")
    one.page.get_by_role("button", name="核验", exact=True).click()


def test_every_vector_in_the_browser(reader) -> None:
    one = reader()
    one.open("/verify")
    good = [json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.glob("rd1-*.json"))]
    keys = vector("rd1-drand-log")["trust"]
    bad = sorted((VECTORS / "tampered").glob("*.json"))
    files = [{"bytes": file_of(v["bundle"]), "trust": v.get("trust", "")} for v in good]
    for path in bad:
        logged = path.stem.startswith(("log_", "event_"))
        raw = base64.b64encode(path.read_bytes()).decode()
        files.append({"bytes": raw, "trust": keys if logged else ""})
    bls = "/static/verify/built/bls.js" if (BUILT / "bls.js").exists() else ""
    got = one.page.evaluate(RUN, {"files": files, "bls": bls})
    for given, report in zip(good, got, strict=False):
        assert {k: report[k] for k in ("verdict", "not_checked", "assumes")} == {
            k: given["expect"][k] for k in ("verdict", "not_checked", "assumes")
        }
    assert {report["verdict"] for report in got[len(good) :]} == {"INVALID"}


def test_a_file_is_verified_on_the_device_without_any_request(reader, tmp_path) -> None:
    given, one = vector("rd1-sm3-log"), reader()
    one.open("/verify")
    one.page.wait_for_load_state("networkidle")
    one.context.set_offline(True)
    before = len(one.asked)
    pick(one, tmp_path, "bundle", given["bundle"], given["trust"])
    assert "VALID" in one.word("^有效")
    assert one.page.locator("#verdict .steps li").count() == 13
    assert one.asked[before:] == [] and not one.said
    one.page.click("#language")
    assert one.word("^VALID") and "The form holds" in one.page.locator("#verdict .steps").inner_text()


@built
def test_drand_s_signature_is_checked_by_the_library_loaded_for_it(reader, tmp_path) -> None:
    given, one = vector("rd1-drand-log"), reader()
    one.open("/verify")
    one.page.wait_for_load_state("networkidle")
    assert not [url for url in one.asked if "/bls.js" in url]
    pick(one, tmp_path, "bundle", given["bundle"], given["trust"])
    assert one.word("^有效") and [url for url in one.asked if "/bls.js" in url]


def test_without_the_library_that_step_is_not_checked(reader, tmp_path) -> None:
    given, one = vector("rd1-drand-log"), reader()
    one.context.route("**/bls.js*", lambda route: route.abort())
    one.open("/verify")
    pick(one, tmp_path, "bundle", given["bundle"], given["trust"])
    assert one.word("^未见矛盾")
    sixth = one.page.locator("#verdict .steps li").nth(5).inner_text()
    assert "V6" in sixth and "未核验" in sixth and "BLS" in sixth


def test_false_and_unreadable_files_are_told_apart(reader, tmp_path) -> None:
    given, one = vector("rd1-tiny"), reader(360, 780)
    one.open("/verify")
    given["bundle"]["units"][0][1] = "general"
    pick(one, tmp_path, "false", given["bundle"])
    assert one.word("^无效")
    assert one.wide() <= 0 and not one.faults()
    twice = tmp_path / "twice.json"
    twice.write_text('{"manifest":{},"manifest":{}}', "utf-8")
    one.page.set_input_files("#bundle", twice)
    one.page.get_by_role("button", name="核验", exact=True).click()
    assert one.word("^无法读取") and one.page.locator("#verdict .steps li").count() == 0


def test_text_can_be_pasted_and_markup_in_it_stays_text(reader) -> None:
    given, one = vector("rd1-tiny")["bundle"], reader()
    given["manifest"]["period"] = "<img src=x onerror=window.hit=1>"
    one.open("/verify")
    one.page.locator("details", has_text="没有文件").locator("summary").click()
    one.page.fill("#paste", json.dumps(given))
    one.page.get_by_role("button", name="核验", exact=True).click()
    assert one.word("^无效") and one.page.evaluate("window.hit") is None
    assert "<img src=x" in one.page.locator("#verdict").inner_text()


def test_a_draw_of_this_site_is_fetched_and_valid(reader) -> None:
    one = reader(390, 844)
    one.open("/verify?b=411721&n=1")
    assert "VALID" in one.word("^有效")
    assert one.page.locator("#links a").count() == 2 and not one.said
    assert not one.faults() and one.wide() <= 0


def test_a_browser_without_module_workers_verifies_on_the_page(reader, tmp_path) -> None:
    given, one = vector("rd1-sm3-log"), reader()
    one.page.add_init_script("window.Worker = class { constructor() { throw new TypeError('no modules') } }")
    one.open("/verify")
    pick(one, tmp_path, "bundle", given["bundle"], given["trust"])
    assert "VALID" in one.word("^有效") and one.page.locator("#verdict .steps li").count() == 13


def test_the_page_stays_awake_while_it_verifies(reader, tmp_path) -> None:
    """A heavy bundle is refused or checked elsewhere than on the page's own thread."""
    given, one = vector("rd1-tiny")["bundle"], reader()
    given["manifest"]["walk_per_slot"] = 200_000
    one.open("/verify")
    one.page.evaluate(
        "window.longest = 0; let last = performance.now(); (function turn() { const now = performance.now();"
        " window.longest = Math.max(window.longest, now - last); last = now; setTimeout(turn, 20); })()"
    )
    pick(one, tmp_path, "heavy", given)
    assert one.word("^无效")
    steps = one.page.locator("#verdict .steps li")
    assert steps.count() == 13
    assert one.page.evaluate("window.longest") < 1500


@pytest.fixture(scope="module")
def door_url(chromium, demo_site) -> str:
    """The address in the code of a real task of the demonstration, as the inspector's phone shows it."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 360, "height": 780})
    one = Reader(context, demo_site.rstrip("/"))
    one.page.goto(f"{one.base}/login?next=/field")
    one.page.fill("#username", "411721-inspector-01")
    one.page.fill("#password", PASSWORD)
    one.page.click("button[type=submit]")
    own = (f"/field/tasks/411721/1/{slot}/code" for slot in range(60))
    path = next(path for path in own if one.page.goto(one.base + path).status == 200)
    one.said.clear()  # other slots are others' tasks: 404
    one.open(path)
    assert one.page.locator(".qr svg path").count() >= 1 and not one.faults() and not one.said
    address = one.page.get_by_role("link", name="在本机打开核验页").get_attribute("href")
    context.close()
    assert address is not None
    return address


def at(url: str, demo_site: str) -> str:
    """The path and fragment of a code's address: the site of the test listens elsewhere."""
    return "/v/#" + url.partition("#")[2]


def test_a_visitor_s_phone_shows_which_officers_which_site_fixed_when(reader, demo_site, door_url) -> None:
    one = reader(360, 780)
    one.open(at(door_url, demo_site))
    assert one.word("^真实")
    code, text = decode(unfragment(door_url)), one.page.locator("#door").inner_text()
    assert code.uid in text and "模拟演示" in text and "结果登入日志" in text
    assert all(person.certificate in text for person in code.people)
    assert not one.faults() and not one.said and one.wide() <= 0
    # the fragment stays on the device: no address asked for holds any of it
    assert not [url for url in one.asked if door_url.partition("#")[2][:20] in url]
    one.page.click("#language")
    assert one.word("^Genuine")


def test_a_flipped_byte_another_officer_and_a_foreign_log_are_counterfeit(
    reader, demo_site, door_url
) -> None:
    from dataclasses import replace

    one, data = reader(360, 780), unfragment(door_url)
    code = decode(data)
    first = replace(code.people[0], certificate="XX000000")
    forged = [
        fragment(replace(code, people=(first, *code.people[1:]))),
        fragment(replace(code, uid="91411721MA0000000X001P")),
        fragment(replace(code, signature=bytes(64))),
        fragment(replace(code, key=b"\x00\x01\x02\x03")),
        fragment(replace(code, result=replace(code.result, at=code.result.at - 1))),
    ]
    for place in (0, 40, 200, len(data) // 2, len(data) - 1):
        flipped = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        forged.append(base64.urlsafe_b64encode(flipped).decode().rstrip("="))
        body = flipped[:-8]
        mended = base64.urlsafe_b64encode(body + sha256(body)[:8]).decode().rstrip("=")
        forged.append(mended if place < len(data) - 8 else forged[-1])
    one.open("/v/")
    assert one.word("^没有核验码")
    for text in [*forged, "x", "%00", "<script>"]:
        one.page.evaluate("text => { location.hash = text }", text)
        assert one.word("^伪造或损坏"), text[:40]
        assert "真实" not in one.page.locator("#door").inner_text()
    one.page.evaluate("text => { location.hash = text }", fragment(code))
    assert one.word("^真实") and encode(code) == data
    one.page.evaluate("text => { location.hash = text }", forged[0])
    assert one.word("^伪造") and not one.faults() and one.wide() <= 0


def test_the_door_works_without_a_network_once_opened(reader, demo_site, door_url) -> None:
    one = reader(360, 780)
    one.open("/v/")
    one.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    one.page.wait_for_function("caches.keys().then((names) => names.length > 0)")
    one.page.wait_for_function(
        "caches.match('/v/').then((a) => a && caches.match('/static/site.css', {ignoreSearch: true}))"
    )
    one.page.wait_for_load_state("networkidle")
    one.context.set_offline(True)
    fresh = one.context.new_page()
    fresh.goto(one.base + at(door_url, demo_site))
    fresh.wait_for_selector(WORD)
    assert fresh.locator(WORD).inner_text().startswith("真实")


def test_without_script_the_pages_say_what_to_do(reader) -> None:
    one = reader(java_script_enabled=False)
    one.open("/v/")
    assert "verify-door" in one.page.locator("main").inner_text()
    one.open("/verify")
    assert one.page.locator("noscript").count() == 1 and one.page.locator("#bundle").count() == 1
