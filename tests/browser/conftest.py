"""One Chromium a module, and pages of it over the served demonstration."""

from collections.abc import Iterator

import pytest

from .watched import CHROMIUM, SIZES, Watched


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        # --no-sandbox: tests may run as root in a container, where Chromium refuses its sandbox
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def watch(chromium, demo_site):
    contexts = []

    def make(size: str = "desktop", scheme: str = "light", lang: str = "zh", **more) -> Watched:
        width, height = SIZES[size]
        context = chromium.new_context(
            locale="zh-CN", color_scheme=scheme, viewport={"width": width, "height": height}, **more
        )
        context.add_cookies([{"name": "lang", "value": lang, "url": demo_site}])
        contexts.append(context)
        return Watched(context.new_page(), demo_site.rstrip("/"))

    yield make
    for context in contexts:
        context.close()
