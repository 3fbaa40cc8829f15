"""A real Keycloak 26 for the tests: fetched once by Maven, started in memory with our realm."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from keycloak import KeycloakAdmin

from services.home import default_root
from services.serve import free_port

VERSION = "26.4.0"
REALM = Path(__file__).resolve().parents[2] / "deploy" / "keycloak" / "realm.json"
# a short life: the quick compiler and the small collector halve the start, the rest are Keycloak's own
JAVA = "-Xms256m -Xmx512m -XX:MaxMetaspaceSize=256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"


@dataclass(frozen=True)
class Keycloak:
    """A running Keycloak; `site_port` is the port its realm sends browsers back to."""

    url: str
    site_port: int

    def admin(self) -> KeycloakAdmin:
        """python-keycloak as Keycloak's own administrator, in our realm."""
        return KeycloakAdmin(server_url=f"{self.url}/", username="admin", password="admin",
                             realm_name="shuangsui", user_realm_name="master")  # fmt: skip

    @asynccontextmanager
    async def sending_back_to(self, public: str) -> AsyncIterator[None]:
        """The realm's client belongs to another site of the tests for a while."""
        admin = self.admin()
        own = str(await admin.a_get_client_id("shuangsui"))
        before = await admin.a_get_client(own)
        changed = before["attributes"] | {
            "backchannel.logout.url": f"{public}/login/backchannel",
            "post.logout.redirect.uris": f"{public}/",
        }
        there = {"redirectUris": [f"{public}/login/callback"], "attributes": changed}
        await admin.a_update_client(own, there | {"baseUrl": f"{public}/"})
        try:
            yield
        finally:
            kept = ("redirectUris", "attributes", "baseUrl")
            await admin.a_update_client(own, {name: before[name] for name in kept})


@contextmanager
def running_keycloak(log: Path) -> Iterator[Keycloak]:
    """Starts one with our realm and nobody in it; skips by name where none can be had."""
    folder, port, site_port = distribution(), free_port(), free_port()
    _put_realm(folder / "data" / "import")
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    env = plain | {  # a proxy cannot reach the site on our loopback
        "KC_BOOTSTRAP_ADMIN_USERNAME": "admin",
        "KC_BOOTSTRAP_ADMIN_PASSWORD": "admin",
        "SHUANGSUI_PUBLIC_URL": f"http://127.0.0.1:{site_port}",
        "JAVA_OPTS": JAVA,
    }
    command = ["sh", str(folder / "bin" / "kc.sh"), "start-dev", "--db=dev-mem", "--http-host=127.0.0.1"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, f"--http-port={port}", "--import-realm"],
            env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, f"{url}/realms/shuangsui/.well-known/openid-configuration", log)
            yield Keycloak(url, site_port)
        finally:
            os.killpg(process.pid, 9)  # it holds nothing worth writing
            process.wait(30)


def distribution() -> Path:
    """Keycloak unpacked below the home folder, fetched once by Maven; skips when that cannot be."""
    folder = default_root() / "keycloak" / f"keycloak-{VERSION}"
    fetched = (folder / "bin" / "kc.sh").exists()
    for program in ("java",) if fetched else ("java", "mvn"):
        if shutil.which(program) is None:
            pytest.skip(f"no real Keycloak {VERSION}: the program {program} is missing")
    if fetched:
        return folder
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


def _put_realm(folder: Path) -> None:
    """Replaced as a whole: another run may be reading it."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"realm.{os.getpid()}"
    shutil.copy(REALM, fresh)
    fresh.replace(folder / "realm.json")


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            break
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.25)
    sys.stderr.write(log.read_text(errors="replace")[-4000:])
    pytest.fail("Keycloak did not start")
