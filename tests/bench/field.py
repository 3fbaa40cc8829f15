"""The field app in Chromium: its size, how long it takes to open without a network, and to keep a record."""

import asyncio
import gzip
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from types import SimpleNamespace
from typing import Any

import httpx
from litestar import Litestar
from litestar.static_files import create_static_files_router

from services.field import app as shell
from services.serve import free_port, serving
from services.web import pages
from services.web.state import SLOT

from .meter import Figure

OPEN = "() => performance.getEntriesByType('mark').find((one) => one.name === 'ready')?.startTime ?? null"
SAVE = """async (runs) => {
  const records = await import("/static/field/records.js"), spent = [];
  const who = { owner: "bench" }, task = { bureau: "411721", draw_no: 1, slot: 0 }, form = { groups: [] };
  const opened = await records.open(who, "411721/1/0", task, form);
  for (let n = 0; n < 6; n += 1) {
    const bytes = new Uint8Array(400_000);
    for (let at = 0; at < bytes.length; at += 50_000) crypto.getRandomValues(bytes.subarray(at, at + 50_000));
    opened.record.files.push({ kind: "photo", sha256: String(n) });
    opened.files.push(bytes.buffer);
  }
  for (let n = 0; n < runs; n += 1) {
    const start = performance.now();
    opened.row = await records.save(who, opened);
    spent.push(performance.now() - start);
  }
  return spent;
}"""


@contextmanager
def served() -> Iterator[str]:
    """The shell and the static files alone, as nobody signed in gets them."""
    port, ready, over = free_port(), threading.Event(), threading.Event()

    async def run() -> None:
        static = create_static_files_router(path="/static", directories=[pages.STATIC])
        site = Litestar(
            route_handlers=[*shell.routes, static],
            template_config=pages.template_config(),
            openapi_config=None,
        )
        site.state[SLOT] = SimpleNamespace(app=SimpleNamespace(clock=SimpleNamespace(simulated=False)))
        async with serving(site, "127.0.0.1", port):
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    ready.wait(30)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        over.set()
        thread.join(10)


def figures() -> Iterator[Figure]:
    with served() as base:
        yield _size(base)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        if chromium is None:
            yield Figure("the field app", "wall s", 0.0, found="not measured: no Chromium on this machine")
            return
        yield from _in_chromium(base, chromium)


def _size(base: str) -> Figure:
    paths = [path for path in shell.kept() if path != shell.AT["en"]]
    with httpx.Client(base_url=base, trust_env=False) as client:
        sent = [len(gzip.compress(client.get(path).content, 6)) for path in (*paths, "/field/app/worker.js")]
    return Figure("the field app, all its files gzipped", "kB", sum(sent) / 1000, target="≤ 60 kB")


def _in_chromium(base: str, chromium: str) -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(f"{base}/field/app")
        page.evaluate("() => navigator.serviceWorker.ready")
        page.wait_for_selector("html[data-ready=yes]")
        context.set_offline(True)
        opened = [_opened(page) for _ in range(7)]
        spent = page.evaluate(SAVE, 9)
        browser.close()
    name = "the field app opened without a network, up to its first list"
    yield Figure(name, "wall s", median(opened) / 1000, target="≤ 0.3 s")
    name = "a record with six photos of 400 kB kept: encrypted, one put"
    yield Figure(name, "wall s", median(spent) / 1000, target="≤ 0.2 s")


def _opened(page: Any) -> float:
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    return float(page.evaluate(OPEN))
