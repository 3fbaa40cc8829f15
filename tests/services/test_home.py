"""The home folder: layout, modes, secrets."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.home import Home, HomeUnusable, default_root


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_folders_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        home = Home.at(tmp_path / "deep" / "home").make()
    finally:
        os.umask(before)
    private = (home.run, home.keys, home.outside, home.bundles, home.log, home.uploads, home.rosters)
    assert {mode(path) for path in private} == {0o700}
    assert {mode(home.root), mode(home.data)} == {0o711}


def test_named_by_the_environment_else_beside_the_code(tmp_path: Path) -> None:
    assert Home.from_env({"SHUANGSUI_HOME": str(tmp_path)}).root == tmp_path
    assert Home.from_env({}).root == default_root()
    assert default_root().name == ".shuangsui"
    assert Home.at("~").root.is_absolute()


def test_secret_is_made_once(tmp_path: Path) -> None:
    home = Home.at(tmp_path).make()
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: home.secret("one"), range(32)))
    assert len(found) == 1
    assert len(found.pop()) == 43
    assert mode(home.keys / "one") == 0o600
    assert home.secret("two") != home.secret("one")
    assert sorted(path.name for path in home.keys.iterdir()) == ["one", "two"]


def test_unusable_home_says_where(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(HomeUnusable, match="SHUANGSUI_HOME"):
        Home.at(file).make()
