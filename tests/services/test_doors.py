"""One door each: keys, channels, files, metrics, log lines. Nothing else builds such names."""

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.home import Home
from services.logs import fault, say
from services.metrics import BUCKETS, MOST_BUREAUS, Registry
from services.web.keys import DEPLOYMENT, cache_key, channel, tenant_key

ROOT = Path(__file__).parents[2]
XP, KDL = "411721", "150203"
# who may name what; every other file under services/ goes through it
KEYS, LOGS = {"services/web/keys.py"}, {"services/logs.py"}
NO_KEYS = {"shuangsui:notice"}  # a name a UUID is made of
# servers' own output, and quieting other libraries, are no lines of ours
QUIET = {"services/serve.py"}
FOLDERS = {"uploads", "bundles", "exports", "outside"}
# the public log has no bureau; rosters are the demonstration's; the summary only tells where files lie
HOMES = {"services/home.py", "services/demo/summary.py"}


def sources(floor: str = "services") -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / floor).rglob("*.py")):
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text("utf-8"))


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts of a file, docstrings aside."""
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


class TestKeys:
    def test_bureaus_never_meet_and_kinds_neither(self):
        made = {door(b, k, "x") for door in (tenant_key, channel, cache_key)
                for b in (XP, KDL, DEPLOYMENT) for k in ("a", "b")}  # fmt: skip
        assert len(made) == 18
        assert channel(XP, "draw", "3") == "shuangsui:411721:channel:draw:3"

    @pytest.mark.parametrize("door", [tenant_key, channel, cache_key])
    @pytest.mark.parametrize(
        "parts", [("", "a"), ("41172", "a"), (XP, "a:b"), (XP, "a", "b c"), (XP, "a", "*"), (XP, "")]
    )
    def test_no_name_without_a_bureau_or_with_two_parts_in_one(self, door, parts):
        with pytest.raises(ValueError, match="key"):
            door(*parts)

    def test_nobody_else_writes_such_names(self):
        found = [(f"{name}:{line}", text) for name, tree in sources() if name not in KEYS
                 for line, text in texts(tree)]  # fmt: skip
        bad = [place for place, text in found if text.startswith("shuangsui:") and text not in NO_KEYS]
        assert not bad

    def test_whoever_talks_to_redis_makes_its_keys_by_the_door(self):
        """A first argument of a command is a call of a door, or of a function of the file that is one."""
        commands = {"get", "set", "delete", "getdel", "publish", "subscribe", "expire", "incr", "exists",
                    "setex", "sadd", "smembers", "srem", "hset", "hget", "eval"}  # fmt: skip
        bad = []
        for name, tree in sources():
            doors = {"tenant_key", "channel", "cache_key"} | _own_doors(tree)
            calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _on_redis(n, commands)]
            bad += [f"{name}:{n.lineno}" for n in calls if not _by_door(n.args[0], doors, tree)]
        assert not bad


def _on_redis(call: ast.Call, commands: set[str]) -> bool:
    target = call.func
    if not (isinstance(target, ast.Attribute) and target.attr in commands and call.args):
        return False
    owner = ast.unparse(target.value)
    return owner.endswith(("redis", "_redis"))


def _own_doors(tree: ast.Module) -> set[str]:
    """Functions of a file that return what a door made."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            given = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
            made = {ast.unparse(one.func) for one in given if isinstance(one, ast.Call)}
            if made & {"tenant_key", "channel", "cache_key"}:
                found.add(node.name)
    return found


def _by_door(made: ast.expr, doors: set[str], tree: ast.Module) -> bool:
    if isinstance(made, ast.Starred):
        made = made.value
    if isinstance(made, ast.Call):
        return ast.unparse(made.func).split(".")[-1] in doors
    if isinstance(made, ast.Name):  # a name given a door's answer in the same file
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and any(ast.unparse(t) == made.id for t in node.targets):
                return any(d in ast.unparse(node.value) for d in doors)
    return False


class TestFiles:
    @pytest.mark.parametrize(
        ("bureau", "kind", "name"),
        [
            (XP, "uploads", "../x"), (XP, "uploads", "a/b"), (XP, "uploads", ".hidden"), (XP, "uploads", ""),
            (XP, "uploads", "a\x00b"), (XP, "uploads", "名"), (XP, "uploads", "a" * 161), (XP, "keys", "x"),
            ("41172", "uploads", "x"), ("", "uploads", "x"), ("../../1", "uploads", "x"),
            ("４１１７２１", "uploads", "x"), (XP + "\n", "uploads", "x"), (XP, "uploads", "x\n"),
        ],
    )  # fmt: skip
    def test_no_name_leads_elsewhere(self, tmp_path, bureau, kind, name):
        with pytest.raises(ValueError, match="bureau's file"):
            Home.at(tmp_path).of_bureau(bureau, kind, name)

    def test_each_bureau_has_its_own(self, tmp_path):
        home = Home.at(tmp_path).make()
        mine, other = (home.of_bureau(b, "uploads", "sites-1-refused.xlsx") for b in (XP, KDL))
        assert mine.parent == other.parent == home.uploads and mine != other
        for file in (mine, other):
            file.write_bytes(b"")
        assert home.files_of(XP, "uploads") == [mine] and home.files_of("999999", "uploads") == []
        with pytest.raises(ValueError, match="bureau"):
            home.outside_of("../x")

    def test_nobody_else_joins_a_folder_of_bureaus(self):
        """`home.uploads / …` and the like stand in home.py alone."""
        bad = []
        for name, tree in sources():
            for node in ast.walk(tree):
                joined = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
                left = node.left if joined else None
                if isinstance(left, ast.Attribute) and left.attr in FOLDERS and name not in HOMES:
                    bad.append(f"{name}:{node.lineno}")
        assert not bad


class TestMetrics:
    def test_counts_and_durations_by_bureau(self):
        told = Registry()
        told.count("shuangsui_requests_total", XP, door="desk", status="2xx")
        told.count("shuangsui_requests_total", XP, 2, door="desk", status="2xx")
        told.count("shuangsui_requests_total", "", door="portal", status="4xx")
        told.observe("shuangsui_request_seconds", XP, 0.02, door="desk")
        lines = told.text().splitlines()
        assert f'shuangsui_requests_total{{bureau="{XP}",door="desk",status="2xx"}} 3' in lines
        assert 'shuangsui_requests_total{bureau="_",door="portal",status="4xx"} 1' in lines
        assert f'shuangsui_request_seconds_bucket{{bureau="{XP}",door="desk",le="0.01"}} 0' in lines
        assert f'shuangsui_request_seconds_bucket{{bureau="{XP}",door="desk",le="0.025"}} 1' in lines
        assert f'shuangsui_request_seconds_count{{bureau="{XP}",door="desk"}} 1' in lines
        assert sum(line.startswith("shuangsui_request_seconds_bucket") for line in lines) == len(BUCKETS) + 1
        assert all(line.startswith(("#", "shuangsui_")) for line in lines)

    def test_no_label_is_what_somebody_typed(self):
        told = Registry()
        told.count("shuangsui_requests_total", '某企业"} 1', door="某企业", status='2xx"}\n')
        assert "某企业" not in told.text() and 'bureau="_",door="other",status="other"} 1' in told.text()
        for labels in ({}, {"door": "desk"}, {"door": "desk", "status": "2xx", "site": "x"}):
            with pytest.raises(KeyError):
                told.count("shuangsui_requests_total", XP, **labels)
        with pytest.raises(KeyError):
            told.count("sites_total", XP)

    def test_made_up_codes_do_not_fill_the_memory(self):
        told = Registry()
        for n in range(MOST_BUREAUS + 50):
            told.count("shuangsui_jobs_total", f"{100_000 + n}", outcome="done")
        assert len(told.text().splitlines()) < MOST_BUREAUS + 40


class TestLogs:
    def test_a_line_has_event_bureau_and_ids(self, caplog):
        with caplog.at_level(logging.INFO, logger="shuangsui"):
            say("draw.frozen", bureau=XP, draw_no=3, ok=True, route="desk:draws")
        assert caplog.messages == [
            '{"event": "draw.frozen", "bureau": "411721", "draw_no": 3, "ok": true, "route": "desk:draws"}'
        ]

    def test_what_people_typed_stays_out(self, caplog):
        say("x", bureau="某企业", level="error", name="某企业", text="a b", more="x" * 300, line="a\nb")
        assert "某企业" not in caplog.text and "a b" not in caplog.text and "x" * 201 not in caplog.text
        assert len(caplog.text.splitlines()) == 1

    def test_a_fault_tells_where_and_never_the_message(self, caplog):
        try:
            try:
                raise KeyError("某企业")
            except KeyError as error:
                raise ExceptionGroup("某企业", [ValueError("某企业")]) from error
        except ExceptionGroup as group:
            fault("request.fault", group, bureau=XP)
        assert "某企业" not in caplog.text
        assert all(kind in caplog.text for kind in ("ExceptionGroup", "ValueError", "KeyError"))
        assert "test_doors.py" in caplog.text

    def test_nobody_else_logs(self):
        bad = []
        for name, tree in sources():
            if name in LOGS | QUIET:
                continue
            for node in ast.walk(tree):
                named = isinstance(node, ast.Call) and ast.unparse(node.func) in (
                    "logging.getLogger", "getLogger", "logging.info", "logging.warning", "logging.error",
                )  # fmt: skip
                if named:
                    bad.append(f"{name}:{node.lineno}")
        assert not bad
