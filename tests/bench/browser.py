"""Verification of a county's bundle in Chromium, as a reader's browser does it, beside the same in Python.

The module is imported as the page imports it, from a plain web server; the page is asked to verify the same
bytes several times. The bundle carries no log: a logged one adds a few signatures.
"""

import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from policies.rd1.record import read_bundle
from policies.verify import verify

from .county import bundle
from .meter import Figure, pairs

STATIC = Path(__file__).parents[2] / "services" / "web" / "static"
RUN = """async ([address, text, runs]) => {
  const { open, verify } = await import(address);
  const bytes = new TextEncoder().encode(text);
  const spent = [];
  let verdict = "";
  for (let i = 0; i < runs; i += 1) {
    const start = performance.now();
    verdict = verify(open(bytes, ""), {}).report.verdict;
    spent.push(performance.now() - start);
  }
  return { spent, verdict };
}"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return


@contextmanager
def served() -> Iterator[str]:
    """The static files on a free port of this machine."""
    handler = functools.partial(_Quiet, directory=str(STATIC))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def figures() -> Iterator[Figure]:
    raw = json.dumps(bundle()).encode()
    python = pairs("", lambda: verify(read_bundle(raw), None), "", lambda: None).seconds
    name = "verification of a county's bundle in Chromium, read from its bytes"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        yield Figure(name, "wall s", 0.0, found="not measured: no Chromium on this machine")
        return
    from playwright.sync_api import sync_playwright

    with served() as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{base}/verify/page.css")
        told = page.evaluate(RUN, [f"{base}/verify/verify.js", raw.decode(), 7])
        browser.close()
    first, rest = told["spent"][0] / 1000, median(told["spent"][1:]) / 1000
    told_as = f"verdict {told['verdict']}; again in the same page {rest:.3f}"
    yield Figure(name + ", the first time", "wall s", first, "the same in Python", python, "< 0.3 s", told_as)
