"""The same login client against a real Keycloak 26. Skipped by name where none can be had."""

import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from keycloak import KeycloakAdmin

from services.home import Home, default_root
from services.identity.demo_login import csrf_of
from services.serve import free_port
from services.settings import ORIGIN, Settings
from tenants.rows import Membership

VERSION = "26.4.0"
REALM = Path(__file__).resolve().parents[2] / "deploy" / "keycloak" / "realm.json"
PASSWORD = "Correct-horse-battery-1"
LOGIN = re.compile(r'<form[^>]*id="kc-form-login"[^>]*action="([^"]+)"')

pytestmark = [pytest.mark.keycloak, pytest.mark.timeout(600)]


@dataclass
class Keycloak:
    url: str
    site_port: int
    subjects: dict[str, str]


def distribution() -> Path:
    """Keycloak unpacked below the home folder, fetched once by Maven; skips when that cannot be."""
    folder = default_root() / "keycloak" / f"keycloak-{VERSION}"
    if (folder / "bin" / "kc.sh").exists():
        return folder
    for program in ("mvn", "java"):
        if shutil.which(program) is None:
            pytest.skip(f"no real Keycloak {VERSION}: the program {program} is missing")
    folder.parent.mkdir(parents=True, exist_ok=True)
    artefact = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:zip"
    for goal in (
        ["dependency:get", f"-Dartifact={artefact}", "-Dtransitive=false"],
        ["dependency:copy", f"-Dartifact={artefact}", f"-DoutputDirectory={folder.parent}"],
    ):
        done = subprocess.run(["mvn", "-q", *goal], capture_output=True, text=True, timeout=500, check=False)
        if done.returncode:
            pytest.skip(f"no real Keycloak {VERSION}: Maven says {done.stdout[-300:]}")
    archive = next(folder.parent.glob("keycloak-quarkus-dist-*.zip"))
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder.parent)
    archive.unlink()
    (folder / "bin" / "kc.sh").chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    """A Keycloak in memory with our realm and two people."""
    folder, port, site_port = distribution(), free_port(), free_port()
    (folder / "data" / "import").mkdir(parents=True, exist_ok=True)
    shutil.copy(REALM, folder / "data" / "import" / "realm.json")
    log = (tmp_path_factory.mktemp("keycloak") / "log").open("wb")
    env = os.environ | {
        "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
        "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin",
        "SHUANGSUI_PUBLIC_URL": f"http://127.0.0.1:{site_port}",
        "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m",
    }
    arguments = [
        "start-dev",
        "--db=dev-mem",
        "--http-host=127.0.0.1",
        f"--http-port={port}",
        "--import-realm",
    ]
    process = subprocess.Popen(
        ["sh", str(folder / "bin" / "kc.sh"), *arguments],
        env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, f"{url}/realms/shuangsui/.well-known/openid-configuration", Path(log.name))
        yield Keycloak(url, site_port, _people(url))
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)
        log.close()


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(1)
    sys.stderr.write(log.read_text(errors="replace")[-4000:])
    pytest.fail("Keycloak did not start")


def _people(url: str) -> dict[str, str]:
    admin = KeycloakAdmin(server_url=f"{url}/", username="admin", password="admin", realm_name="shuangsui",
                          user_realm_name="master")  # fmt: skip
    return {
        name: admin.create_user(
            {
                "username": name, "enabled": True, "emailVerified": True, "email": f"{name}@example.cn",
                "firstName": "模拟", "lastName": name,
                "credentials": [{"type": "password", "value": PASSWORD, "temporary": False}],
            }
        )
        for name in ("drawer", "nobody")
    }  # fmt: skip


@pytest.fixture(scope="module")
async def real(
    keycloak: Keycloak, run_site: Callable[..., Any], new_home: Callable[[str], Home]
) -> AsyncIterator[Any]:
    """The site, told nothing but KEYCLOAK_URL."""
    settings = Settings(
        home=new_home("keycloak").make(),
        keycloak_url=keycloak.url,
        port=keycloak.site_port,
        public_url=f"http://127.0.0.1:{keycloak.site_port}",
        log_origin=ORIGIN,
    )
    members = [Membership("411721", keycloak.subjects["drawer"], "drawer", "模拟", date(2025, 1, 1))]
    async with run_site(settings, members) as site:
        yield site


def browser_of(site: Any) -> httpx.AsyncClient:
    """Sends Secure cookies over plain HTTP too, as browsers do on loopback."""
    browser: httpx.AsyncClient = site.client()

    async def believe_in_loopback(_: httpx.Response) -> None:
        for cookie in browser.cookies.jar:
            cookie.secure = False

    browser.event_hooks["response"].append(believe_in_loopback)
    return browser


async def sign_in(
    browser: httpx.AsyncClient, username: str, password: str = PASSWORD, level: int = 1
) -> httpx.Response:
    page = await browser.get("/login", params={"next": "/bureau", "level": level}, follow_redirects=True)
    found = LOGIN.search(page.text)
    assert found, page.text[:2000]
    data = {"username": username, "password": password, "credentialId": ""}
    return await browser.post(unescape(found[1]), data=data, follow_redirects=True)


async def test_a_person_of_keycloak_signs_in_and_our_table_gives_the_role(real: Any) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, "drawer")
        assert page.status_code == 200 and csrf_of(page), page.text[:500]
        me = (await browser.get("/t/me")).json()
    assert (me["bureau"], me["roles"], me["acr"]) == ("411721", ["drawer"], 1)


async def test_a_wrong_password_and_a_person_without_a_role_do_not_get_in(real: Any) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, "drawer", "wrong")
        assert "kc-form-login" in page.text and real.cookie not in browser.cookies
    async with browser_of(real) as browser:
        assert (await sign_in(browser, "nobody")).status_code == 403


async def test_a_second_factor_that_was_not_given_is_not_believed(real: Any) -> None:
    async with browser_of(real) as browser:
        await sign_in(browser, "drawer")
        page = await sign_in(browser, "drawer", level=2)  # the realm has no second factor yet
        assert page.status_code == 403 and "二次验证" in page.text
        assert (await browser.get("/t/411721/draw")).status_code == 303


async def test_logout_ends_both_sessions(real: Any) -> None:
    async with browser_of(real) as browser:
        page = await sign_in(browser, "drawer")
        out = await browser.post("/logout", data={"csrf_token": csrf_of(page)}, follow_redirects=True)
        assert str(out.url) == f"{real.base}/"
        again = await browser.get("/login", follow_redirects=True)
        assert "kc-form-login" in again.text
        assert (await browser.get("/t/me")).status_code == 303


async def test_a_wrong_pkce_verifier_is_refused(real: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = real.identity.client
    async with browser_of(real) as browser:
        await sign_in(browser, "drawer")
        exchange = client._exchange
        monkeypatch.setattr(
            type(client), "_exchange", lambda self, code, verifier: exchange(code, verifier[::-1])
        )
        page = await browser.get("/login", follow_redirects=True)
    assert page.status_code == 422


async def test_a_bearer_token_of_keycloak_opens_the_api(real: Any, keycloak: Keycloak) -> None:
    client, held = real.identity.client, {}
    asked = client._keycloak.a_token

    async def keep(**form: Any) -> Any:
        held.update(await asked(**form))
        return held

    client._keycloak.a_token = keep
    try:
        async with browser_of(real) as browser:
            await sign_in(browser, "drawer")
    finally:
        client._keycloak.a_token = asked
    headers = {"authorization": f"Bearer {held['access_token']}"}
    async with real.client(headers=headers) as program:
        answer = await program.get("/api/v1/me")
        assert answer.json() == {"subject": keycloak.subjects["drawer"], "bureau": "411721"}
    async with real.client(headers={"authorization": f"Bearer {held['id_token']}"}) as program:
        assert (await program.get("/api/v1/me")).status_code == 401
