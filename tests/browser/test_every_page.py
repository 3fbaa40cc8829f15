"""No page is forgotten: every page of the route table is looked at by an axe, or named with its reason."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from litestar.response import Template

from services.home import Home
from services.main import create_app
from services.serve import free_port
from services.settings import DEMO_ORIGIN, Settings
from services.web.census import handlers

from .test_pages import DESK, LOOKS, PUBLIC
from .watched import REAL

PLACE = re.compile(r"\\\{(\w+):(\w+)\\\}")
FORM = {"int": r"\d+", "uuid": r"[0-9a-f-]{36}", "str": r"[^/]+", "path": r".+"}
# further pages of the same people, each in one of the looks
MORE = {
    "": ["/v"],
    "411721-head": ["/bureau", "/desk/audits", "/desk/officers/trainings", "/desk/plan/print?year=2026",
                    "/desk/plan/trial?year=2026", "/desk/rules/propose", "/desk/rules/text",
                    "/desk/notify", "/desk/notify/messages", "/desk/my/notify",
                    "/desk/ledger?year=2026", "/desk/requests"],
    "411721-keeper": ["/desk/sites/change?bureau=411721&stratum=special&whole=1"],
    "411721-publisher": ["/desk/notices/preview?what=results&value=2026Q1"],
    "411700-auditor": ["/desk/received", "/city/districts/411721/ledger?year=2026"],
    "411700-head": ["/city/waivers"],
    "411721-inspector-01": ["/field/recusals", "/field/requests", "/field/requests/visit"],
}  # fmt: skip
# pages of one thing: who, the list that leads there, and where the link goes
LINKED = [
    ("", "/b/411721/notices", r"^/b/411721/notices/[0-9a-f-]{36}$"),
    ("411721-head", "/desk/sites", r"^/desk/sites/9\w+$"),
    ("411721-keeper", "/desk/sections", r"^/desk/sections/merges/[0-9a-f-]{36}$"),
    ("411721-head", "/desk/rules/history", r"^/desk/rules/texts/[0-9a-f]{32}$"),
    ("411721-head", "/desk/officers", r"^/desk/officers/\w+$"),
    ("411721-head", "/desk/visits?period=2026Q1", r"^/desk/visits/[0-9a-f-]{36}$"),
    ("411700-keeper", "/desk/key-lists", r"^/desk/key-lists/[0-9a-f-]{36}$"),
    ("411721-head", "/desk/rules/history", r"^/desk/rules/choices/[0-9a-f-]{36}$"),
    ("411721-head", "/desk/ledger?year=2026", r"^/desk/ledger/sites/\w+$"),
    ("411700-auditor", "/city/districts/411721/ledger?year=2026",
     r"^/city/districts/411721/ledger/\w+$"),
    ("411700-auditor", "/city/districts/411721/figures/visits?period=2026Q1",
     r"^/city/districts/\d+/records/[0-9a-f-]{36}$"),
]  # fmt: skip
ELSEWHERE = {
    "/city/audits/{audit:uuid}": "test_audit_pages.py",
    "/city/audits/{audit:uuid}/letter": "test_audit_pages.py",
    "/desk/audits/{audit:uuid}": "test_audit_pages.py",
    "/desk/audits/{audit:uuid}/letter": "test_audit_pages.py",
    "/confirm/{number:str}": "test_audit_pages.py",
    "/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}": "test_pages.py",
    "/field/app": "test_field_shell.py",
    "/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}/code": "test_every_page.py",
    "/field/app/en": "test_field_shell.py",
    "/desk/leaks/{n:int}": "test_pages.py",
    "/desk/draws/{draw_no:int}/dispatch": "test_dispatch_phone.py",
    "/desk/draws/{draw_no:int}/absence": "test_dispatch_phone.py",
    "/desk/draws/{draw_no:int}/cars": "test_dispatch_phone.py",
    "/desk/draws/{draw_no:int}/changes/{slot:int}": "test_dispatch_phone.py",
    "/desk/draws/{draw_no:int}/void": "test_dispatch_phone.py",
    "/desk/draws/{draw_no:int}/readiness": "test_dispatch_phone.py",
    "/desk/import/checks/{check:uuid}": "test_third_county.py",
    "/desk/system": "test_pages.py",
    "/desk/jobs": "test_pages.py",
    "/desk/glass": "test_glass_page.py",
    "/desk/glass/{glass:uuid}": "test_glass_page.py",
    "/desk/witness": "test_witness_key.py",
    "/d/{bureau:str}/{token:str}": "test_firm_page.py",
    "/field/tasks/{bureau:str}/{draw_no:int}/{slot:int}/firm": "test_firm_page.py",
    "/city/districts/{district:str}/voices": "test_firm_page.py",
    "/desk/voices": "test_firm_page.py",
    "/w": "test_invited_page.py",
    "/w/{bureau:str}/{token:str}": "test_invited_page.py",
}


def looks(n: int) -> list[tuple[str, str, str]]:
    """One in turn; every one under `make prove`."""
    return LOOKS if "PROVE" in os.environ else [LOOKS[n % len(LOOKS)]]


def pages(app) -> dict[str, str]:
    """Route that answers a GET with a page → the function that makes it; some have several addresses."""
    return {
        path: f"{handler.fn.__module__}.{handler.fn.__name__}"
        for path, handler in handlers(app)
        if "GET" in handler.http_methods and handler.parsed_fn_signature.return_type.annotation is Template
    }


def asked() -> Iterator[str]:
    """Every address that is opened."""
    for paths in (PUBLIC, *DESK.values(), *MORE.values()):
        yield from (urlsplit(path).path for path in paths)


def matches(route: str, path: str) -> bool:
    spelled = PLACE.sub(lambda found: FORM[found[2]], re.escape(route))
    return re.fullmatch(spelled, path) is not None


def examples() -> set[str]:
    """Where the links of `LINKED` go, with something in every place."""
    whole = "00000000-0000-8000-8000-000000000000"
    return {
        goal.strip("^$").replace("[0-9a-f-]{36}", whole).replace(r"\w+", "x").replace(r"\d+", "1")
        for _, _, goal in LINKED
    }


def test_every_page_is_looked_at_or_named(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=Home.at(tmp_path), port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    every = pages(create_app(settings, None))
    opened = {*asked(), *examples()}
    exact = {path for path in opened if path in every}
    seen = {route for route in every if any(matches(route, p) for p in opened - exact)} | exact
    made = {every[route] for route in {*seen, *ELSEWHERE} if route in every}
    assert {route for route in every if every[route] not in made} == set(), "neither looked at nor named"
    assert ELSEWHERE.keys() - {*every} == set(), "named for nothing"
    here = Path(__file__).parent
    assert all((here / name).exists() for name in ELSEWHERE.values())


@pytest.mark.parametrize("who", MORE)
class TestMore:
    pytestmark = REAL

    def test_further_pages_are_quiet_and_accessible(self, watch, who: str) -> None:
        for look in looks([*MORE].index(who)):
            seen = watch(*look)
            if who:
                seen.sign_in(who)
            found: list[str] = []
            for path in MORE[who]:
                seen.open(path)
                found += seen.violations()
            assert not seen.complaints and not found, look


@pytest.mark.parametrize(("who", "start", "goal"), LINKED)
class TestLinked:
    pytestmark = REAL

    def test_the_page_of_one_thing_is_quiet_and_accessible(
        self, watch, who: str, start: str, goal: str
    ) -> None:
        for look in looks(LINKED.index((who, start, goal))):
            seen = watch(*look)
            if who:
                seen.sign_in(who)
            seen.open(start)
            links = seen.page.eval_on_selector_all("main a", "all => all.map(a => a.pathname)")
            there = next((path for path in links if re.search(goal, path)), None)
            assert there, f"{start} links to nothing like {goal}: {sorted(set(links))[:30]}"
            seen.open(there)
            assert not seen.violations() and not seen.complaints, look


class TestCode:
    pytestmark = REAL

    def test_the_code_shown_at_the_gate_is_quiet_and_accessible(self, watch) -> None:
        for look in looks(0):
            seen = watch(*look)
            seen.sign_in("411721-inspector-01")
            own = (f"/field/tasks/411721/1/{slot}/code" for slot in range(60))
            path = next(path for path in own if seen.page.goto(seen.base + path).status == 200)
            seen.complaints.clear()  # other slots are others' tasks: 404
            seen.open(path)
            assert seen.page.locator(".qr svg").count() >= 1
            assert not seen.violations() and not seen.complaints, look
