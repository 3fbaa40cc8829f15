"""Files made to do harm: refused with a reason, in bounded time and memory, and never VALID by omission."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.errors import Problem
from policies.rd1.canonical import jcs
from policies.rd1.form_errors import NotJson, TooManyParts
from policies.rd1.logs import parse_trust
from policies.rd1.record import MOST_PARTS, read_bundle
from policies.verify import verify

from .hostile import CASES
from .rd1_world import VECTORS

ROOT = Path(__file__).parents[2]
LOGGED = {n: json.loads((VECTORS / f"{n}.json").read_text("utf-8")) for n in ("rd1-crews-log", "rd1-sm3-log")}
TINY = json.loads((VECTORS / "rd1-tiny.json").read_text("utf-8"))["bundle"]
READ = {  # these are JSON, and then fail V1
    "nothing but space", "one long text", "one long wide text", "escapes", "half a million sites",
}  # fmt: skip
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def limited(*args: str | Path) -> subprocess.CompletedProcess[str]:
    """A command of ours in a process of at most 1 GB and a minute of CPU."""
    limits = (
        "import resource as r; r.setrlimit(r.RLIMIT_AS, (10**9,) * 2); r.setrlimit(r.RLIMIT_CPU, (60,) * 2); "
    )
    code = f"{limits}from services.cli import main; main({[str(a) for a in args]!r})"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=240)


def test_every_hostile_file_is_refused_within_a_gigabyte_and_a_minute() -> None:
    command = [sys.executable, "-m", "tests.records.hostile", *CASES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    found = dict(json.loads(line) for line in done.stdout.splitlines())
    assert found.keys() == CASES.keys(), done.stderr[-2000:]
    assert {name for name, said in found.items() if said == "INVALID V1"} == READ
    assert not [name for name, said in found.items() if said.startswith(("VALID", "CONSISTENT"))]


def test_the_command_line_does_not_read_a_file_to_its_end(tmp_path: Path) -> None:
    """Sparse, so that it takes no room: who read it all would need a terabyte, or hours."""
    for size in (100_000_000, 10**12):
        big = tmp_path / "big.json"
        with big.open("wb") as file:
            file.write(b'{"manifest":')
            file.truncate(size)
        done = limited("verify", big, "--json")
        assert done.returncode == 2, done.stderr
        said = json.loads(done.stdout)
        assert said["verdict"] == "UNREADABLE" and said["error"]["code"] == "TooLarge"


def test_the_largest_honest_files_are_far_from_the_limits() -> None:
    """A million sites, three officers and a log: parts are counted, so say what is left."""
    site = b'["91411721MA0000000X001P","general"],'
    for part, limit in MOST_PARTS.items():
        assert site.count(part) * 1_000_000 + 100_000 < limit
    for vector in LOGGED.values():
        read_bundle(json.dumps(vector["bundle"]).encode())
    with pytest.raises(TooManyParts) as caught:
        read_bundle(b"{" * (MOST_PARTS[b"{"] + 1))
    assert "200000" in caught.value.line("zh") and "{" in caught.value.line("en")


@pytest.mark.parametrize("head", ["\ufeff", "\x00", "\x0b", "/*c*/", "\u00a0", "\u2028"])
def test_nothing_but_json_stands_around_a_bundle(head: str) -> None:
    text = json.dumps(TINY)
    assert verify(read_bundle(text.encode())).verdict == "CONSISTENT"
    for other in (head + text, text + head, text.replace(":", ":" + head, 1)):
        with pytest.raises(NotJson):
            read_bundle(other.encode())


@pytest.mark.parametrize("name", ["a\x00b", "a\x1fb", "a\x7fb", "a\x85b", "a,b", "e\u0301", "a" * 65536])
def test_an_id_that_is_none_is_refused(name: str) -> None:
    bundle = copy.deepcopy(TINY)
    bundle["units"][0][0] = name
    found = verify(read_bundle(json.dumps(bundle).encode()))
    assert (
        found.verdict == "INVALID" and found.steps[0].status == "failed" and len(found.steps[0].detail) < 500
    )


deep = st.integers(20, 60).map(lambda n: json.loads("[" * n + "]" * n))
junk: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.integers(10**15, 10**40), deep,
    st.text(max_size=6), st.text(st.characters(categories=("Cs", "Cc", "Mn")), min_size=1, max_size=3),
    st.sampled_from(["0" * 64, "-", "-0", "2025-12-25T09:00:00+08:00", "routine", "1/0", "9" * 30]),
    st.lists(st.integers(0, 3), max_size=3), st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)  # fmt: skip


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a value, at most three of any list."""
    below = (
        value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    )
    found = [here] if here else []
    for key, one in below:
        found += places(one, (*here, key))
    return found


def repeat_a_key(text: str, at: int) -> str:
    """The object's first member once more, at the at-th brace."""
    spots = [i for i, c in enumerate(text) if c == "{" and text[i + 1] == '"']
    spot = spots[at % len(spots)] + 1
    name = text[spot : text.index('"', spot + 1) + 1]
    return f"{text[:spot]}{name}:0,{text[spot:]}"


def judge(data: bytes, trust: str) -> tuple[str, Any]:
    """The verdict, with what was read; every refusal says why in both languages."""
    try:
        bundle = read_bundle(data)
    except Problem as error:
        assert all(8 < len(error.line(language)) < 2000 for language in ("zh", "en"))
        return "unreadable", None
    found = verify(bundle, parse_trust(trust))
    assert found.verdict != "INVALID" or any(s.status == "failed" and s.detail for s in found.steps)
    assert all(len(step.detail) < 200_000 for step in found.steps)
    json.dumps(found.as_dict("en")).encode()
    return found.verdict, bundle


@FUZZ
@given(st.data())
def test_bundles_grown_wild(data: st.DataObject) -> None:
    """Any few places of a valid bundle replaced by anything, then its text cut, spliced or doubled."""
    vector = LOGGED[data.draw(st.sampled_from(sorted(LOGGED)))]
    bundle = copy.deepcopy(vector["bundle"])
    for _ in range(data.draw(st.integers(0, 3))):
        path = data.draw(st.sampled_from(places(bundle) or [("x",)]))
        holder: Any = bundle
        for key in path[:-1]:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[path[-1]] = data.draw(junk)
        else:
            del holder[path[-1]]
    text = json.dumps(bundle, ensure_ascii=data.draw(st.booleans()))
    match data.draw(st.sampled_from(["whole", "whole", "cut", "key", "splice"])):
        case "cut":
            text = text[: data.draw(st.integers(0, len(text) - 1))]
        case "key":
            text = repeat_a_key(text, data.draw(st.integers(0, 99))) if '{"' in text else text
        case "splice":
            at = data.draw(st.integers(0, len(text)))
            text = text[:at] + data.draw(st.text(max_size=4)) + text[at + data.draw(st.integers(0, 9)) :]
    verdict, read = judge(text.encode("utf-8", "surrogatepass"), vector["trust"])
    assert verdict != "VALID" or jcs(read) == jcs(vector["bundle"])


@FUZZ
@given(st.binary(max_size=200), st.integers(0, 10**6), st.sampled_from(sorted(LOGGED)))
def test_bytes_grown_wild(noise: bytes, at: int, name: str) -> None:
    whole = json.dumps(LOGGED[name]["bundle"]).encode()
    at %= len(whole)
    for data in (noise, whole[:at] + noise + whole[at:], whole[:at] + noise + whole[at + len(noise) :]):
        verdict, read = judge(data, LOGGED[name]["trust"])
        assert verdict != "VALID" or jcs(read) == jcs(LOGGED[name]["bundle"])


@FUZZ
@given(st.data())
def test_never_valid_by_omission(data: st.DataObject) -> None:
    """Whatever set of members, log entries or parts of the log is left out."""
    vector = LOGGED[data.draw(st.sampled_from(sorted(LOGGED)))]
    bundle = copy.deepcopy(vector["bundle"])
    entries, early = bundle["log"]["entries"], bundle["log"]["before"]["entries"]
    m = bundle["published"]["manifest"]
    for rows in (entries, early):
        gone = data.draw(st.sets(st.sampled_from(range(len(rows)))))
        # Under the earlier checkpoint the previous draw's manifest may be left out: §11 asks for this draw's.
        kept = [rows is early and row["entry"]["t"] == "manifest" and row["entry"]["h"] != m for row in rows]
        rows[:] = [row for i, row in enumerate(rows) if i not in gone or kept[i]]
    for holder in (bundle["log"], bundle):
        for name in data.draw(st.sets(st.sampled_from(sorted(holder)))):
            del holder[name]
    verdict, read = judge(json.dumps(bundle).encode(), vector["trust"])
    assert verdict != "VALID" or jcs(read) == jcs(vector["bundle"])
