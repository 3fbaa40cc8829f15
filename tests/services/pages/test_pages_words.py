"""What is Chinese on an English page is a name, what people typed, or the law: all in the data."""

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from services.embedded import PostgresServer
from services.web.locale import english
from tenants.roles import administer

from .conftest import CITY, COUNTY, OTHER, Shown, Told

ROOT = Path(__file__).resolve().parents[3]
POSTS = ("keeper", "drawer", "admin")
PEOPLE = ("", *(f"{COUNTY}-{post}" for post in POSTS), f"{CITY}-auditor", f"{CITY}-head")
BEGIN = ("/", "/desk", "/field", "/city", "/verify", "/log", f"/b/{COUNTY}", f"/b/{OTHER}")
CHINESE = re.compile(r"[^\x00-\x7f·×÷–—…“”≥≤→›]*[\u3400-\u9fff][^\x00-\x7f·×÷–—…“”≥≤→›]*")
NUMBER = re.compile(r"\d{3,}[A-Z0-9]*|[0-9a-f]{8}-[0-9a-f-]+|=[^&]+")
OTHERS = re.compile(r"^/(static|logout|realms|login)|\.(csv|json|xlsx|xml|txt|svg|atom)\b|/export|/stream")
PAPERS = re.compile(r"^/desk/(leaks/|plan/print)")  # sealed words of people; a paper of the bureau's
HIDDEN = re.compile(r"<(script|style|pre|code|textarea)\b.*?</\1>", re.S)
SAID = re.compile(r'(?:title|aria-label|placeholder|alt)="([^"]*)"|>([^<]+)<')
ASIDE = "，。；：（）〔〕、　《》【】"


@pytest.fixture(scope="module")
async def known(told: Told, pg_server: PostgresServer) -> str:
    """Everything the databases hold and the law says, as one text."""
    law = [yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / "policies" / "law").rglob("*.yaml")]
    parts = [json.dumps(law, ensure_ascii=False, default=str), *english().values()]
    async with administer(pg_server.superuser_dsn, "pages") as db:
        tables = await db.execute(
            text("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        )
        for (name,) in tables:
            rows = await db.execute(text(f'select to_jsonb(t)::text from "{name}" t'))
            parts += [row for (row,) in rows]
    return "\n".join(parts)


async def test_an_english_page_speaks_english(shown: Shown, known: str) -> None:
    left: dict[str, str] = {}
    pages = 0
    for username in PEOPLE:
        async with shown.reader(username) as reader:
            reader.cookies.set("lang", "en")
            seen: set[str] = set()
            ahead = list(BEGIN)
            while ahead:
                path = ahead.pop(0)
                kind = NUMBER.sub("N", path)
                if kind in seen or OTHERS.search(path) or PAPERS.search(path):
                    continue
                seen.add(kind)
                got = await reader.get(path)
                if "text/html" not in got.headers.get("content-type", ""):
                    continue
                pages += 1
                ahead += [html.unescape(one) for one in re.findall(r'href="(/[^"#]*)"', got.text)]
                left |= {run: f"{username} {path}" for run in _chinese(got.text) if not _of(run, known)}
    assert left == {}
    assert pages > 150


def _of(run: str, known: str) -> bool:
    """True for data, or two of them side by side; and for the way back to Chinese."""
    if all(one in known for one in run.split("、")):
        return True
    cuts = [(run, run), *((run[:n], run[n:]) for n in range(2, len(run) - 1))]
    return run == "中文" or any(one.strip(ASIDE) in known and two.strip(ASIDE) in known for one, two in cuts)


def _chinese(page: str) -> Iterator[str]:
    for found in SAID.finditer(HIDDEN.sub("", page)):
        for run in CHINESE.findall(html.unescape(found[1] or found[2])):
            if word := run.strip(ASIDE + " "):
                yield word
