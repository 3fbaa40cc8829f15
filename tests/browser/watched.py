"""A page of a real browser that remembers everything it complained about."""

import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from services.identity.people import PASSWORD, SECOND_CODE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REAL = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (deploy/test-parts.sh)"),
]
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


@dataclass
class Watched:
    """A page that remembers everything it complained about."""

    page: object
    base: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        own = urlsplit(self.base).netloc
        self.page.on("console", lambda m: m.type in ("error", "warning") and self.say(f"{m.type} {m.text}"))
        self.page.on("pageerror", lambda error: self.say(str(error)))
        self.page.on("request", lambda r: urlsplit(r.url).netloc not in (own, "") and self.say(r.url))

    def say(self, words: str) -> None:
        self.complaints.append(f"{self.page.url}: {words}")

    def open(self, path: str) -> None:
        answer = self.page.goto(self.base + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{path} is {wide} px wider than the screen"

    def sign_in(self, username: str, level: int = 1) -> None:
        self.page.goto(f"{self.base}/login?next=/desk&level={level}")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        if level == 2:
            self.page.fill("#code", SECOND_CODE)
            self.page.click("button[type=submit]")

    def confirm(self) -> list[str]:
        """Steps up for what was just submitted, and confirms it.

        Returns: the violations of the page that asks.
        """
        self.page.fill("#code", SECOND_CODE)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector("form.stack button[type=submit]")
        found = self.violations()
        self.page.click("form.stack button[type=submit]")
        return found

    def violations(self) -> list[str]:
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [f"{self.page.url}: {v['id']} {[n['html'][:100] for n in v['nodes'][:3]]}" for v in found]
