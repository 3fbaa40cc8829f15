"""Bureaus' keys in a real OpenBao, reached with the token that deploy/openbao/policy.hcl gives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.home import Home
from services.keys import key_provider
from services.keys.errors import KeysRefused, KeysUnavailable
from services.keys.openbao import OpenBaoKeys
from services.keys.token import KeyToken
from services.settings import BadSetting, Settings
from tenants.errors import NoKey, OtherProvider, SealBroken
from tenants.file_keys import LocalFileKeys
from tests.openbao_server import Bao, serving

COUNTY, OTHER = "411721", "150203"
DATA_KEY = bytes(range(32))


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    with serving(tmp_path_factory.mktemp("bao")) as running:
        for bureau in (COUNTY, OTHER):
            running.keys().make(bureau)
        yield running


def test_a_data_key_comes_back(bao: Bao) -> None:
    keys = bao.keys()
    first, second = keys.wrap(COUNTY, DATA_KEY), keys.wrap(COUNTY, DATA_KEY)
    assert first != second and DATA_KEY not in first
    assert bao.keys().unwrap(COUNTY, first) == keys.unwrap(COUNTY, second) == DATA_KEY


def test_another_bureau_s_key_does_not_open(bao: Bao) -> None:
    keys = bao.keys()
    blob = keys.wrap(COUNTY, DATA_KEY)
    keys.wrap(OTHER, DATA_KEY)
    with pytest.raises(SealBroken):
        keys.unwrap(OTHER, blob)


def test_the_bureau_is_in_the_context_too(bao: Bao, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bureaus pointed at one key by a careless operator still do not open each other's."""
    keys = bao.keys()
    monkeypatch.setattr("services.keys.openbao._name", lambda bureau: "shuangsui-one")
    keys.make(COUNTY)
    blob = keys.wrap(COUNTY, DATA_KEY)
    assert keys.unwrap(COUNTY, blob) == DATA_KEY
    with pytest.raises(SealBroken):
        keys.unwrap(OTHER, blob)


@pytest.mark.parametrize(
    "blob", [b"", b"vault:v1:", b"vault:v1:AAAA", b"vault:v9:" + b"A" * 60, b"\xffx", b"local"]
)
def test_what_it_did_not_wrap_is_broken(bao: Bao, blob: bytes) -> None:
    bao.keys().wrap(COUNTY, DATA_KEY)
    with pytest.raises(SealBroken):
        bao.keys().unwrap(COUNTY, blob)


def test_every_changed_character_is_seen(bao: Bao) -> None:
    keys = bao.keys()
    blob = keys.wrap(COUNTY, DATA_KEY)
    for at in range(len(b"vault:v1:"), len(blob) - 2):
        changed = blob[:at] + (b"A" if blob[at : at + 1] != b"A" else b"B") + blob[at + 1 :]
        with pytest.raises(SealBroken):
            keys.unwrap(COUNTY, changed)


async def test_the_providers_do_not_open_each_other_s(bao: Bao, tmp_path: Path) -> None:
    files, keys = LocalFileKeys(tmp_path), bao.keys()
    await files.make(COUNTY)
    with pytest.raises(OtherProvider, match="rewrap"):
        keys.unwrap(COUNTY, await files.wrap(COUNTY, DATA_KEY))
    with pytest.raises(OtherProvider, match="rewrap"):
        await files.unwrap(COUNTY, keys.wrap(COUNTY, DATA_KEY))


def test_a_rotated_key_still_opens_and_wraps_anew(bao: Bao) -> None:
    keys = bao.keys()
    old = keys.wrap(COUNTY, DATA_KEY)
    assert bao.ask("POST", f"transit/keys/shuangsui-{COUNTY}/rotate").is_success
    assert keys.unwrap(COUNTY, old) == keys.unwrap(COUNTY, keys.wrap(COUNTY, DATA_KEY)) == DATA_KEY
    assert not keys.fresh(COUNTY, old) and keys.fresh(COUNTY, keys.wrap(COUNTY, DATA_KEY))


def test_only_data_keys_and_bureaus_are_taken(bao: Bao) -> None:
    for wrong in (b"", b"a site's name", DATA_KEY + b"x"):
        with pytest.raises(ValueError, match="data keys"):
            bao.keys().wrap(COUNTY, wrong)
    for bureau in ("../sys/seal", "", "4117 21", "４１１７２１"):
        with pytest.raises(NoKey):
            bao.keys().wrap(bureau, DATA_KEY)
        with pytest.raises(NoKey):
            bao.keys().unwrap(bureau, b"vault:v1:AAAA")


def test_a_key_that_is_gone_is_missing_and_not_made_anew(bao: Bao) -> None:
    keys = bao.keys()
    keys.make("410000")
    blob = keys.wrap("410000", DATA_KEY)
    name = "transit/keys/shuangsui-410000"
    assert bao.ask("POST", f"{name}/config", deletion_allowed=True).is_success
    assert bao.ask("DELETE", name).is_success
    with pytest.raises(NoKey):
        keys.unwrap("410000", blob)
    with pytest.raises(KeysUnavailable):
        keys.wrap("410000", DATA_KEY)
    assert bao.ask("GET", name).status_code == 404


def test_the_site_s_token_uses_keys_and_nothing_more(bao: Bao) -> None:
    bao.keys().wrap(COUNTY, DATA_KEY)
    name = f"transit/keys/shuangsui-{COUNTY}"
    for verb, path in (
        ("GET", name), ("DELETE", name), ("POST", f"{name}/rotate"), ("POST", f"{name}/config"),
        ("GET", f"transit/export/encryption-key/shuangsui-{COUNTY}"), ("GET", "transit/keys?list=true"),
        ("POST", "transit/encrypt/other"), ("PUT", "sys/seal"), ("GET", "sys/mounts"),
    ):  # fmt: skip
        assert bao.ask(verb, path, token=bao.token).status_code == 403, (verb, path)
    assert bao.ask("GET", name).json()["data"]["exportable"] is False


def test_a_wrong_token_or_place_is_refused_by_name(bao: Bao, tmp_path: Path) -> None:
    blob = bao.keys().wrap(COUNTY, DATA_KEY)
    for keys in (
        OpenBaoKeys(bao.url, KeyToken("forged")),
        OpenBaoKeys(bao.url, KeyToken()),
        OpenBaoKeys(bao.url, KeyToken(None, tmp_path / "gone")),
        bao.keys(mount="elsewhere"),
    ):
        with pytest.raises(KeysRefused, match=COUNTY) as caught:
            keys.unwrap(COUNTY, blob)
        with pytest.raises(KeysRefused):
            keys.wrap(COUNTY, DATA_KEY)
        assert "forged" not in str(caught.value)


def test_a_renewed_token_file_is_read_again(bao: Bao, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("expired\n", "ascii")
    keys = OpenBaoKeys(bao.url, KeyToken(None, file))
    with pytest.raises(KeysRefused):
        keys.wrap(COUNTY, DATA_KEY)
    file.write_text(f"{bao.token}\n", "ascii")
    assert keys.unwrap(COUNTY, keys.wrap(COUNTY, DATA_KEY)) == DATA_KEY


def test_sealed_or_down_nothing_opens(tmp_path: Path) -> None:
    with serving(tmp_path) as bao:
        keys = bao.keys()
        keys.make(COUNTY)
        blob = keys.wrap(COUNTY, DATA_KEY)
        assert bao.ask("PUT", "sys/seal").is_success
        with pytest.raises(KeysUnavailable, match="503"):
            keys.unwrap(COUNTY, blob)
    for act in (lambda: keys.unwrap(COUNTY, blob), lambda: keys.wrap(COUNTY, DATA_KEY)):
        with pytest.raises(KeysUnavailable, match="OPENBAO_URL"):
            act()


ENV = {"KEY_PROVIDER": "openbao", "OPENBAO_URL": "http://127.0.0.1:8200", "OPENBAO_TOKEN": "hidden"}


async def test_the_operator_chooses(tmp_path: Path, bao: Bao) -> None:
    home = {"SHUANGSUI_HOME": str(tmp_path)}
    assert isinstance(key_provider(Settings.from_env(home)), LocalFileKeys)
    chosen = Settings.from_env(home | ENV | {"OPENBAO_URL": bao.url, "OPENBAO_TOKEN": bao.token})
    keys = key_provider(chosen)
    assert keys.kind == "openbao"
    assert await keys.unwrap(COUNTY, await keys.wrap(COUNTY, DATA_KEY)) == DATA_KEY
    assert not Home.at(tmp_path).keys.exists() and bao.token not in repr(chosen)


async def test_while_keys_move_both_open_and_the_present_one_wraps(tmp_path: Path, bao: Bao) -> None:
    there = {"SHUANGSUI_HOME": str(tmp_path), "OPENBAO_URL": bao.url, "OPENBAO_TOKEN": bao.token}
    local = key_provider(Settings.from_env({"SHUANGSUI_HOME": str(tmp_path)}))
    await local.make(COUNTY)
    old = await local.wrap(COUNTY, DATA_KEY)
    present = key_provider(Settings.from_env(there | {"KEY_PROVIDER": "openbao"}))
    new = await present.wrap(COUNTY, DATA_KEY)
    assert await present.unwrap(COUNTY, old) == await present.unwrap(COUNTY, new) == DATA_KEY
    assert not await present.fresh(COUNTY, old) and await present.fresh(COUNTY, new)
    back = key_provider(Settings.from_env(there | {"KEY_PROVIDER": "local"}))
    assert await back.unwrap(COUNTY, new) == DATA_KEY and not await back.fresh(COUNTY, new)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEY_PROVIDER", "hsm"), ("OPENBAO_URL", ""), ("OPENBAO_URL", "http://keys.example:8200"),
        ("OPENBAO_TOKEN", ""), ("OPENBAO_MOUNT", "../sys"), ("OPENBAO_TOKEN_FILE", "/nowhere/token"),
        ("OPENBAO_CA", "/nowhere/ca.pem"),
    ],
)  # fmt: skip
def test_half_a_choice_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name) as caught:
        Settings.from_env(ENV | {name: value})
    assert "hidden" not in str(caught.value)
