"""A witness whose key this browser holds, in a real browser over a served demonstration; and one at home."""

import json
import subprocess
import urllib.request
from datetime import UTC, datetime

import pytest

from policies.rd1 import merkle
from policies.rd1.canonical import sha256
from policies.rd1.logs_notes import (
    LOG_KEY,
    Signer,
    cosignature_time,
    parse_checkpoint,
    parse_vkey,
    sign_checkpoint,
)
from tests.demonstration import CLEAN, COMMAND

from .watched import REAL, Watched

pytestmark = REAL


def ready(seen: Watched) -> None:
    seen.page.wait_for_selector("#witness[data-state=begun]")


def said(seen: Watched) -> str:
    seen.page.wait_for_selector("[data-part=said]:not([hidden])")
    return seen.page.inner_text("[data-part=said]")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read().decode()


@pytest.fixture
def witness(watch) -> Watched:
    seen = watch("phone")
    seen.sign_in("411700-witness", level=2)
    seen.open("/desk/witness")
    ready(seen)
    return seen


def test_a_key_is_made_registered_and_cosigns_what_only_grew(witness: Watched, demo_site: str) -> None:
    page, name = witness.page, "411700.witness/browser"
    assert witness.violations() == []
    page.fill("#witness-name", "two words")
    page.click("[data-part=make]")
    assert "空格" in said(witness)
    page.fill("#witness-name", name)
    page.click("[data-part=make]")
    page.wait_for_selector("[data-part=unregistered]:not([hidden])")
    assert "私钥留在本浏览器" in said(witness)
    vkey = page.inner_text("[data-part=unregistered] [data-vkey]")
    assert vkey.startswith(f"{name}+")
    page.click("[data-part=unregistered] button[type=submit]")
    witness.confirm()
    ready(witness)
    page.wait_for_selector("[data-part=ready]:not([hidden])")
    page.click("[data-part=sign]")
    assert "核对日志公钥" in said(witness)
    page.check("[data-part=confirmed]")
    page.click("[data-part=sign]")
    page.wait_for_selector("[data-part=said].good")
    note = read(f"{demo_site}/log/checkpoint")
    assert f"— {name} " in note
    page.reload()
    ready(witness)
    assert "上次联签" in page.inner_text("[data-part=seen]")
    assert witness.violations() == [] and not witness.complaints
    extracted = """async () => {
      const { kept } = await import("/static/witness/key.js");
      const { pair } = await kept("411700");
      try { await crypto.subtle.exportKey("pkcs8", pair.privateKey); return "out"; }
      catch (error) { return error.name; }
    }"""
    assert page.evaluate(extracted) == "InvalidAccessError"


REWRITE = """async (seen) => {
  const { kept, remember } = await import("/static/witness/key.js");
  const record = await kept("411700");
  await remember(record, { ...record.seen, ...seen });
}"""


@pytest.mark.parametrize(
    ("seen", "words"),
    [
        ({"root": "00" * 32}, "不是只追加"),
        ({"size": 10**6}, "不是只追加"),
        ({"size": 3, "root": "11" * 32}, "不是只追加"),
        ({"log": "other.example+00000000+AAAA"}, "换了公钥"),
    ],
)
def test_a_log_that_is_not_the_one_seen_is_not_signed(witness: Watched, seen: dict, words: str) -> None:
    page = witness.page
    page.fill("#witness-name", f"411700.witness/{len(words)}-{abs(hash(str(seen)))}")
    page.click("[data-part=make]")
    page.wait_for_selector("[data-part=unregistered]:not([hidden])")
    page.click("[data-part=unregistered] button[type=submit]")
    witness.confirm()
    ready(witness)
    page.check("[data-part=confirmed]")
    page.click("[data-part=sign]")
    page.wait_for_selector("[data-part=said].good")
    page.evaluate(REWRITE, seen)
    page.reload()
    ready(witness)
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
    page.click("[data-part=sign]")
    assert words in said(witness) and not posts


def test_a_browser_without_such_keys_says_so_and_offers_the_command(watch) -> None:
    seen = watch()
    seen.page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new Error('old'))")
    seen.sign_in("411700-witness", level=2)
    seen.open("/desk/witness")
    seen.page.wait_for_selector("[data-part=unable]:not([hidden])")
    assert "命令行" in seen.page.inner_text("[data-part=unable]")
    assert not seen.page.is_visible("[data-part=make]")


def registered(seen: Watched, name: str) -> str:
    """A key of this name is made in the browser and registered; its verifier key."""
    page = seen.page
    page.fill("#witness-name", name)
    page.click("[data-part=make]")
    page.wait_for_selector("[data-part=unregistered]:not([hidden])")
    vkey = page.inner_text("[data-part=unregistered] [data-vkey]")
    page.click("[data-part=unregistered] button[type=submit]")
    seen.confirm()
    ready(seen)
    page.check("[data-part=confirmed]")
    return vkey


def clocks_asked(seen: Watched) -> list[str]:
    """Grows by every time the page asks for the server's clock."""
    asked: list[str] = []
    seen.page.on("request", lambda r: asked.append(r.url) if r.url.endswith("/log/now") else None)
    return asked


def test_a_real_log_s_server_cannot_choose_the_time_by_calling_it_simulated(witness: Watched) -> None:
    page, handed = witness.page, []
    log = Signer("draws.example/log", LOG_KEY, bytes(32))
    note = sign_checkpoint(log, 1, merkle.leaf_hash(sha256, b"entry"))
    said = json.dumps({"vkey": log.verifier.text(), "simulated": True, "origin": "simulated"})
    page.route("**/api/v1/log", lambda route: route.fulfill(body=said, content_type="application/json"))
    page.route("**/api/v1/log/checkpoint", lambda route: route.fulfill(body=note))
    page.route("**/log/now", lambda route: route.fulfill(body="2001-01-01T00:00:00+08:00"))

    def taken(route) -> None:
        handed.append(route.request.post_data_buffer.decode())
        route.fulfill(body="411700.witness/real\n")

    page.route("**/log/cosignatures", taken)
    asked, vkey = clocks_asked(witness), registered(witness, "411700.witness/real")
    page.click("[data-part=sign]")
    page.wait_for_selector("[data-part=said].good")
    head, key = parse_checkpoint(handed[0]), parse_vkey(vkey)
    (line,) = [one for one in head.note.signatures if one.of(key)]
    signed = cosignature_time(key, head.note, line)
    assert not asked and signed is not None and datetime.fromtimestamp(signed, UTC).year > 2001


def test_a_simulated_log_is_known_by_its_signed_name_whatever_the_server_says(witness: Watched) -> None:
    page = witness.page

    def otherwise(route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"simulated": False})

    page.route("**/api/v1/log", otherwise)
    asked = clocks_asked(witness)
    registered(witness, "411700.witness/named")
    page.click("[data-part=sign]")
    page.wait_for_selector("[data-part=said].good")
    assert len(asked) == 1


def shuangsui(*args: object) -> dict:
    command = [COMMAND, *map(str, args), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, env=CLEAN, check=False, timeout=60)
    return {"exit": done.returncode} | json.loads(done.stdout or "{}")


def test_an_outsider_at_home_cosigns_over_http_once_registered(watch, demo_site, tmp_path) -> None:
    own, log = tmp_path / "own", f"{demo_site}/log"
    card = shuangsui("witness", "init", "--folder", own, "--name", "paper.example/witness")
    key = json.loads(read(f"{demo_site}/api/v1/log"))["vkey"]
    cosign = ("witness", "cosign", "--folder", own, "--url", log)
    assert shuangsui(*cosign)["error"]["code"] == "LogKeyUnknown"
    refused = shuangsui(*cosign, "--log-key", key)
    assert refused["error"]["code"] == "Unreachable" and "联签无效" in refused["error"]["got"]
    seen = watch()
    seen.sign_in("411700-admin", level=2)
    seen.open("/desk/witness")
    seen.page.fill("input[name=vkey][required]", card["vkey"][:-4] + "AAA=")
    seen.page.click("text=登记 >> nth=-1")
    seen.confirm()
    assert "公钥格式不符" in seen.page.inner_text("main")
    seen.page.fill("input[name=vkey][required]", card["vkey"])
    seen.page.locator("form:has(input[name=whose][value=outsider]) button").click()
    seen.confirm()
    assert "外部见证人" in seen.page.inner_text("main")
    assert "paper.example/witness" in shuangsui(*cosign)["kept"]
    assert "— paper.example/witness " in read(f"{log}/checkpoint")
    trust = tmp_path / "trust.txt"
    trust.write_text(f"log {key}\nwitness {card['vkey']}\nneed 1\n", "utf-8")
    state = tmp_path / "state.json"
    report = shuangsui("monitor", "--url", demo_site, "--trust", trust, "--state", state)
    assert report["simulated"] and "paper.example/witness" in report["witnesses"]
    assert {fault["code"] for fault in report["faults"]} <= {"ResultLate"}, report["faults"]


CHECKED = """async (cases) => {
  const { isConsistent } = await import("/static/witness/check.js");
  const { unhex } = await import("/static/verify/bytes.js");
  return cases.map(([old, size, before, after, proof]) =>
    isConsistent(old, size, unhex(before), unhex(after), proof.map(unhex)));
}"""


def proof(hashes: list[bytes], old: int) -> list[str]:
    return [step.hex() for step in merkle.consistency_proof(sha256, hashes, old)]


def cases() -> list[tuple[int, int, str, str, list[str]]]:
    hashes = [merkle.leaf_hash(sha256, bytes([n])) for n in range(40)]
    roots = [merkle.root(sha256, hashes[:n]).hex() for n in range(41)]
    return [
        (old, size, roots[old], roots[size], proof(hashes[:size], old))
        for size in range(1, 41)
        for old in range(size + 1)
    ]  # fmt: skip


def test_the_browser_accepts_every_true_proof_and_no_bent_one(watch) -> None:
    seen, good = watch(), cases()
    seen.open("/log")
    assert all(seen.page.evaluate(CHECKED, good)) and len(good) == 860
    bent = []
    for old, size, before, after, steps in good:
        other = "00" * 32
        bent += [(old, size, other, after, steps), (old, size, before, after, [*steps, other])]
        bent += [(old, size, before, after, steps[:-1])] if steps else []
        bent += [(old, size, before, after, [*steps[:i], other, *steps[i + 1 :]]) for i in range(len(steps))]
        bent += [(size + 1, size, before, after, steps)]
        bent += [(old, size, before, other, steps)] if old else []
    assert not any(seen.page.evaluate(CHECKED, bent))
