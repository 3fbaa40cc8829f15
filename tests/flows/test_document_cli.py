"""`shuangsui document` over a finished demonstration: every document as a file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from typer.testing import CliRunner

from services.cli.root import build
from services.embedded import stop_all
from tests.demonstration import Demo

XP = "411721"


@pytest.fixture(scope="module")
def home(demo: Demo) -> Iterator[Path]:
    yield demo.home.root
    stop_all(demo.home)


def told(home: Path, *words: object, post: str = "head", code: int = 0) -> Any:
    typed = [*map(str, words), "-b", XP, "--as", f"demo-{XP}-{post}", "--home", str(home), "--json"]
    done = CliRunner().invoke(build(typed), typed)
    assert done.exit_code == code, done.stderr[-2000:]
    return json.loads(done.stdout) if code == 0 else done.stderr


def words_of(path: str) -> str:
    book = pypdfium2.PdfDocument(Path(path).read_bytes())
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in book)


def test_every_document_comes_as_a_file(home: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path)
    plan = told(home, "document", "plan", 2026, *out)
    assert "2026年度" in words_of(plan["path"]) and plan["bytes"] == Path(plan["path"]).stat().st_size
    assert told(home, "document", "plan", 2026, *out)["sha256"] == plan["sha256"]  # written over, the same
    assert "抽取纪要" in words_of(told(home, "document", "minutes", 1, *out)["path"])
    letter = told(home, "document", "filing", "plan/2026/1", "411700", *out)
    assert "特此函报" in words_of(letter["path"])
    quarter = ("--period", "2026Q1", *out)
    records = words_of(told(home, "document", "visits", *quarter)["path"])
    orders = words_of(told(home, "document", "visits", *quarter, "--order")["path"])
    assert "记录指纹" in records and "责令改正决定书" in orders and "导出编号" not in orders
    assert "存档索引" in words_of(told(home, "document", "archive", *quarter)["path"])
    visits = told(home, "visit", "list", "--period", "2026Q1", post="reviewer")
    accepted = next(one for one in visits if one["state"] == "accepted")
    one = told(home, "document", "visit", accepted["visit_id"], *out)
    assert accepted["site"] in words_of(one["path"])


def test_what_is_not_there_or_not_allowed_writes_nothing(home: Path, tmp_path: Path) -> None:
    out = ("--out", tmp_path / "none")
    told(home, "document", "plan", 2031, *out, code=3)
    told(home, "document", "letter", uuid4(), *out, code=3)
    told(home, "document", "visits", "--period", "2026Q1", "--part", 99, *out, code=3)
    told(home, "document", "archive", "--period", "2026Q1", *out, post="drawer", code=4)
    assert not (tmp_path / "none").exists()
