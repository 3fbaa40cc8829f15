"""`make pictures`: runs the demonstration, takes every scene, writes docs/pictures with its captions."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from services.home import PASSABLE, Home
from services.identity.people import PASSWORD
from tests.browser.watched import CHROMIUM
from tests.demonstration import run_demo, serve_demo

from .scenes import SCENES, SCREENS, Scene

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
HEAD = """# 页面图 Pictures

由 `make pictures` 从演示数据生成；单位、企业、人员均为虚构。
Made from the demonstration by `make pictures`; every bureau's data in them is invented.
"""


def main(names: list[str]) -> None:
    """Takes the scenes named, or all of them."""
    FOLDER.mkdir(exist_ok=True)
    with _site() as url, sync_playwright() as player:
        # --no-sandbox: as root in a container Chromium refuses its sandbox
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for number, scene in enumerate(SCENES, 1):
            if not names or scene.name in names:
                _take(browser, url, scene)
                print(f"{number}/{len(SCENES)} {scene.name}", file=sys.stderr)
        browser.close()
    pictures = "\n".join(f"\n## {s.zh} · {s.en}\n\n![{s.zh}]({s.name}.png)" for s in SCENES)
    (FOLDER / "README.md").write_text(f"{HEAD}{pictures}\n", encoding="utf-8")


@contextmanager
def _site() -> Iterator[str]:
    root = Path(tempfile.mkdtemp(prefix="shuangsui-pictures-"))
    root.chmod(PASSABLE)
    home = Home.at(root)
    try:
        run_demo(home)
        with serve_demo(home) as url:
            yield url
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _take(browser: Browser, url: str, scene: Scene) -> None:
    width, height = SCREENS[scene.screen]
    scheme: Any = scene.scheme
    context = browser.new_context(
        locale="zh-CN", color_scheme=scheme, viewport={"width": width, "height": height}
    )
    context.add_cookies([{"name": "lang", "value": scene.language, "url": url}])
    page = context.new_page()
    if scene.who:
        page.goto(f"{url}/login?next=/desk")
        page.fill("#username", scene.who)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state()
    page.goto(url + scene.path)
    if scene.act:
        page.click(scene.act)
    page.wait_for_load_state("load")
    page.wait_for_timeout(600)  # charts draw themselves
    if scene.within:
        page.locator(scene.within).first.scroll_into_view_if_needed()
    page.screenshot(path=str(FOLDER / f"{scene.name}.png"))
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
