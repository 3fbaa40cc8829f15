"""`shuangsui verify-door`: exit codes and words."""

import base64
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from policies.rd1.door import fragment, unfragment
from services.cli.root import build
from tests.records.rd1_world import trust

from .door_world import code, world


@pytest.fixture(scope="module")
def address() -> str:
    one = world()
    return f"https://draws.example/v/#{fragment(code(one, one.drawn.picks[0].uid))}"


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "trust.txt"
    path.write_text(trust().text(), "utf-8")
    return str(path)


def run(*args: str):
    return CliRunner().invoke(build(["verify-door"]), ["verify-door", *args])


def test_a_genuine_code(address: str, keys: str) -> None:
    done = run(address, "--trust", keys)
    assert done.exit_code == 0 and "属实 genuine" in done.output and "豫Q" in done.output
    report = json.loads(run(address.partition("#")[2], "--trust", keys, "--json").output)
    assert report["genuine"] and len(report["steps"]) == 6 and report["certificates"]


def test_a_counterfeit_and_rubbish(address: str, keys: str, tmp_path: Path) -> None:
    data = bytearray(unfragment(address))
    data[60] ^= 1
    bad = base64.urlsafe_b64encode(bytes(data)).decode().rstrip("=")
    done = run(bad, "--trust", keys)
    assert done.exit_code == 1 and "伪造或损坏" in done.output
    assert run("not a code!", "--trust", keys).exit_code == 2
    assert run(address, "--trust", str(tmp_path / "none.txt")).exit_code == 2
    (tmp_path / "bad.txt").write_text("need 1\n", "utf-8")
    assert run(address, "--trust", str(tmp_path / "bad.txt")).exit_code == 2
