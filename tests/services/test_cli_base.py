"""The command line of the base install: verifying, simulating and one's own secrets need no server part."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from policies.rd1.beacon import value
from policies.rd1.canonical import suite_of

VECTORS = Path(__file__).parents[1] / "records" / "vectors"
SERVER_ONLY = ("tenants", "sqlalchemy", "asyncpg", "litestar", "httpx", "redis", "alembic", "jinja2")
LAUNCH = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent!r}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
from services.cli import main
main({args!r})
"""


def shuangsui(*args, absent=SERVER_ONLY):
    code = LAUNCH.format(absent=tuple(absent), args=[str(a) for a in args])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


@pytest.fixture
def vector(tmp_path):
    """The vector that carries a trust file, as the files a person would have."""
    whole = json.loads((VECTORS / "rd1-crews-log.json").read_text())
    bundle, trust = tmp_path / "bundle.json", tmp_path / "trust.txt"
    bundle.write_text(json.dumps(whole["bundle"]))
    trust.write_text(whole["trust"])
    return bundle, trust


def test_valid_with_a_trust_file(vector):
    bundle, trust = vector
    done = shuangsui("verify", bundle, "--trust", trust, "--json")
    verdict = json.loads(done.stdout)
    assert done.returncode == 0 and verdict["verdict"] == "VALID"
    assert [s["id"] for s in verdict["steps"]] == [f"V{n}" for n in range(1, 14)]
    assert {s["status"] for s in verdict["steps"]} == {"passed"}
    assert "VALID" in shuangsui("verify", bundle, "--trust", trust).stdout


def test_consistent_without_one(vector):
    done = shuangsui("verify", vector[0], "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["verdict"] == "CONSISTENT"


def test_invalid_exits_with_one(vector):
    whole = json.loads(vector[0].read_text())
    whole["published"]["root"] = "00" * 32
    vector[0].write_text(json.dumps(whole))
    done = shuangsui("verify", vector[0], "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["verdict"] == "INVALID"


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"manifest": 1}', None])
def test_unreadable_exits_with_two(tmp_path, content):
    file = tmp_path / "bundle.json"
    if content is not None:
        file.write_bytes(content)
    done = shuangsui("verify", file, "--json")
    assert done.returncode == 2 and json.loads(done.stdout)["steps"] == []
    assert "Traceback" not in done.stderr


def test_a_broken_trust_file_is_unreadable_too(vector):
    vector[1].write_bytes(b"\xff log nonsense")
    assert shuangsui("verify", vector[0], "--trust", vector[1], "--json").returncode == 2


def test_plan_simulation_from_counts_alone(tmp_path):
    counts = ("--key", 56, "--general", 211, "--special", 12, "--staff", 30, "--json")
    done = shuangsui("plan", "simulate", "--bureau", "411721", "--year", 2026, *counts)
    quotas = json.loads(done.stdout)["quotas"]
    assert done.returncode == 0 and quotas["key"] == {"Q1": 14, "Q2": 14, "Q3": 14, "Q4": 14, "year": 56}
    assert shuangsui("plan", "simulate", "--year", 2026, *counts).returncode == 2
    broken = tmp_path / "rules.yaml"
    broken.write_text("rate.key: 0.2\n")
    refused = shuangsui("plan", "simulate", "--rules", broken, "--year", 2026, *counts)
    assert refused.returncode == 2 and "error" in json.loads(refused.stdout)


def test_a_secret_is_made_once_and_never_shown_before_it_is_asked_for(tmp_path):
    draw = ("--folder", tmp_path, "-b", "411721", "--draw", 1)
    first = shuangsui("secret", "make", *draw, "--escrow-public", "09" + "00" * 31, "--json")
    again = shuangsui("secret", "make", *draw, "--escrow-public", "09" + "00" * 31, "--json")
    key = json.loads(shuangsui("secret", "reveal", *draw, "--json").stdout)["key"]
    assert json.loads(first.stdout)["c"] == json.loads(again.stdout)["c"]
    assert len(key) == 64 and key not in first.stdout
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.iterdir())


def test_the_witness_device_keeps_its_secret_when_other_digits_were_entered(tmp_path):
    draw = ("--folder", tmp_path, "-b", "411721", "--draw", 1, "--role", "witness")
    shuangsui("secret", "make", *draw, "--escrow-public", "09" + "00" * 31)
    called, other = "31415926535897932384", "2" * 20
    r = value(suite_of(1), {"kind": "spoken"}, {"digits": called}).hex()
    told = shuangsui("secret", "reveal", *draw, "--digits", called, "--r", r, "--json")
    assert json.loads(told.stdout)["digits"] == called and len(json.loads(told.stdout)["key"]) == 64
    kept = shuangsui("secret", "reveal", *draw, "--digits", other, "--r", r, "--json")
    assert kept.returncode != 0 and json.loads(kept.stdout)["error"]["code"] == "NotTheDigits"
    assert json.loads(told.stdout)["key"] not in kept.stdout + kept.stderr
    assert shuangsui("secret", "reveal", *draw, "--digits", called).returncode == 2


def test_commands_of_the_server_say_what_to_install():
    done = shuangsui("draw", "list")
    assert done.returncode == 1 and "shuangsui[server]" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "noun", [[], ["verify"], ["plan", "simulate"], ["secret", "make"], ["witness", "init"]]
)
def test_help_carries_an_example(noun):
    done = shuangsui(*noun, "--help", absent=())
    assert done.returncode == 0 and "shuangsui" in done.stdout and "例" in done.stdout
