"""`shuangsui stop --forget` removes a home and what lies elsewhere for it, and nothing that is no home."""

import pytest

from services.cli import main
from services.embedded import ensure_valkey, status
from services.home import Home


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["stop", *map(str, args)])
    return int(ended.value.code or 0)


def test_forgetting_removes_servers_and_data(tmp_path) -> None:
    home = Home.at(tmp_path / "home").make()  # pytest's folders are private: root's servers stand elsewhere
    ensure_valkey(home, fast=True)
    base = status(home).base
    assert base is not None and base.exists()
    assert run("--home", home.root, "--forget") == 0
    assert not base.exists() and not home.root.exists()
    assert run("--home", home.root, "--forget") == 0


def test_a_folder_of_somebody_else_stays(tmp_path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    assert run("--home", tmp_path, "--forget") == 2
    assert (tmp_path / "letters.txt").exists()
