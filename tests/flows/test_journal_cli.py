"""`shuangsui journal` and `shuangsui work` over a finished demonstration, within this process."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli.root import build
from services.embedded import stop_all
from tests.demonstration import Demo

XP = "411721"


@pytest.fixture(scope="module")
def home(demo: Demo):
    yield demo.home
    stop_all(demo.home)


def shuangsui(*args: object, **env: str) -> Result:
    words = [*map(str, args)]
    return CliRunner().invoke(build(words), words, env=env)


def told(*args: object, code: int = 0, **env: str):
    done = shuangsui(*args, "--json", **env)
    assert done.exit_code == code, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_journals_verify_and_an_archive_stands_alone(home, tmp_path: Path) -> None:
    at = ("--home", home.root)
    every = told("journal", "verify", *at)
    assert not every["misfits"] and {one["bureau"] for one in every["journals"]} >= {XP, "150203"}
    mine = next(one for one in every["journals"] if one["bureau"] == XP)
    assert mine["heads"] == 1 and mine["first"] == 1  # the demonstration published its day's head
    where = ("--before", "2099-01-01", "--to", tmp_path, "--by", "张三")
    made = told("journal", "archive", XP, *where, *at)
    assert made["removed"] == 0 and made["upto"] == mine["entries"]
    assert told("journal", "check-archive", made["file"])["archives"][0]["sha256"] == made["sha256"]
    assert not told("journal", "verify", XP, "--archive", made["file"], *at)["misfits"]
    kept = shuangsui("journal", "archive", XP, *where, "--remove", *at)
    assert kept.exit_code == 5 and "JOURNAL_KEEP_DAYS" in kept.stderr  # simulated days are days
    file = Path(made["file"])
    file.write_bytes(file.read_bytes().replace(b"demo", b"dem0", 1))
    bad = shuangsui("journal", "verify", XP, "--archive", file, *at)
    assert bad.exit_code == 1 and "归档文件不符" in bad.stderr
    assert shuangsui("journal", "verify", "999999", *at).exit_code == 2
    refused = shuangsui("journal", "verify", XP, *at, JOURNAL_KEEP_DAYS="100")
    assert refused.exit_code == 2 and "JOURNAL_KEEP_DAYS" in refused.stderr


def test_a_person_reads_the_journal_and_the_look_stands_in_it(home) -> None:
    who = ("-b", XP, "--as", f"demo-{XP}-head", "--home", home.root)
    mine = (*who, "--action", "journal.read", "--actor", f"demo-{XP}-head", "--limit", 200)
    earlier = len(told("journal", "show", *mine)["entries"])
    page = told("journal", "show", *who, "--limit", 5)
    numbers = [one["n"] for one in page["entries"]]
    assert numbers == sorted(numbers, reverse=True) and len(numbers) == 5 and page["next"] == numbers[-1]
    older = told("journal", "show", *who, "--limit", 5, "--before", page["next"])
    assert older["entries"][0]["n"] == numbers[-1] - 1
    runs = told("journal", "show", *who, "--action", "draw.run")["entries"]
    assert runs and {one["action"] for one in runs} == {"draw.run"}
    day = runs[0]["at"][:10]
    assert runs == told("journal", "show", *who, "--action", "draw.run", "--from", day)["entries"]
    assert told("journal", "show", *who, "--action", "draw.run", "--to", "2020-01-01")["entries"] == []
    looks = told("journal", "show", *mine)
    assert len(looks["entries"]) == earlier + 6, "each look before this one"
    text = shuangsui("journal", "show", *who, "--action", "draw.run").stdout
    assert "执行抽取" in text
    wrong = shuangsui("journal", "show", *who, "--action", "draw.rum")
    assert wrong.exit_code == 3 and "draw.rum" in wrong.stderr


def test_a_superior_s_look_stands_in_the_journal_below_and_others_have_none(home) -> None:
    at = ("--home", home.root)
    city = ("-b", "411700", "--as", "demo-411700-auditor", "--below", XP)
    seen = told("journal", "show", *city, *at, "--limit", 1)
    assert seen["bureau"] == XP and seen["entries"]
    head = ("-b", XP, "--as", f"demo-{XP}-head")
    (last,) = told("journal", "show", *head, *at, "--limit", 1, "--actor", "demo-411700-auditor")["entries"]
    assert (last["action"], last["after"]["reader"]) == ("journal.read", "411700")
    refused = shuangsui("journal", "show", "-b", XP, "--as", f"demo-{XP}-drawer", *at)
    assert refused.exit_code != 0 and not refused.stdout.strip()
    beside = ("-b", "411700", "--as", "demo-411700-auditor", "--below", "150203")
    assert shuangsui("journal", "show", *beside, *at).exit_code != 0


def test_one_round_of_the_worker_and_its_status(home) -> None:
    at = ("--home", home.root)
    first = told("work", "--once", *at)
    assert first["unreached"] == [] and "failed" not in first["jobs"]
    assert told("work", "order", XP, "journal.verify", *at)["added"]
    assert told("work", "--once", *at)["orders"] == {"done": 1}
    board = told("work", "status", XP, *at)
    assert {job["state"] for job in (*board["jobs"], *board["deployment"])} == {"done"}
    assert shuangsui("work", "order", "999999", "journal.verify", *at).exit_code == 2
    assert shuangsui("work", "order", XP, "nothing", *at).exit_code == 2
