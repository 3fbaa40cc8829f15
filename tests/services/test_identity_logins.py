"""Logins a bureau manages, against a real Keycloak; and what the screens say where there is none."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from policies.errors import Missing
from policies.terms import Principal
from services.cli import main
from services.clock import SystemClock
from services.demo.granting import give
from services.home import Home
from services.identity.errors import IdentityUnavailable
from services.identity.login_errors import (
    BadUsername,
    LoginOfOthers,
    LoginsElsewhere,
    LoginsFixed,
    LoginShared,
    LoginsRefused,
    LoginTaken,
    OwnLogin,
)
from services.identity.logins import Logins
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, ORIGIN, Settings
from services.usecases import manage_login
from services.usecases.manage_login import (
    NewLogin,
    create_login,
    disable_login,
    enable_login,
    list_logins,
    require_second_factor,
    reset_login,
)
from services.wiring import open_app, start_servers
from tenants import journal
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import bureaus, members

from .keycloak_people import begin, browser_of, create_person, submit
from .keycloak_server import Keycloak
from .test_identity_table import SINCE, TREE

pytestmark = [pytest.mark.timeout(600)]


class Whole:
    """The product over Keycloak, with its real doors, tables and membership table."""

    def __init__(self, app: Any, settings: Settings, keycloak: Keycloak) -> None:
        self.app, self.settings, self.keycloak, self.base = app, settings, keycloak, settings.public_url

    def client(self) -> httpx.AsyncClient:
        headers = {"accept": "text/html"}
        return httpx.AsyncClient(base_url=self.base, trust_env=False, headers=headers, timeout=60)

    def admin(self, bureau: str = "411721", subject: str = "the-admin") -> Principal:
        now = int(self.app.clock.now().timestamp())
        return Principal(subject, "模拟", bureau, frozenset({"bureau_admin"}), 2, now)

    async def do(self, act: Any, *given: Any, bureau: str = "411721", subject: str = "the-admin") -> Any:
        async with self.app.work(self.admin(bureau, subject)) as work:
            return await act(work, *given)

    async def grant(self, bureau: str, subject: str, role: str = "publisher") -> None:
        scope = Scope.own(bureau, "system")
        async with self.app.database.unit(scope) as db:
            await give(db, scope, Membership(bureau, subject, role, "模拟", SINCE))


@pytest.fixture(scope="module")
async def whole(keycloak: Keycloak, new_home: Callable[[str], Home]) -> AsyncIterator[Whole]:
    port, admin = free_port(), keycloak.admin()
    public = f"http://127.0.0.1:{port}"
    people = await admin.a_get_client_id("shuangsui-people")
    secret = (await admin.a_get_client_secrets(str(people)))["value"]
    settings = Settings(
        home=new_home("logins"), keycloak_url=keycloak.url, keycloak_admin_secret=secret, port=port,
        public_url=public, log_origin=ORIGIN,
    )  # fmt: skip
    servers = await start_servers(settings)
    async with keycloak.sending_back_to(public), open_app(settings, SystemClock(), servers) as app:
        async with app.database.unit(Scope.for_system()) as db:
            for bureau in TREE:
                await bureaus.put(db, bureau)
        site = create_app(settings, lambda: open_app(settings, SystemClock(), servers))
        async with serving(site, "127.0.0.1", port):
            yield Whole(app, settings, keycloak)


@pytest.mark.keycloak
async def test_a_person_is_let_in_and_out_by_the_bureau(whole: Whole) -> None:
    issued = await whole.do(create_login, NewLogin("wang", "王某", "publisher"))
    subject = issued.login.subject
    assert issued.login.username == "411721-wang" and len(issued.password) == 16
    async with browser_of(whole) as browser:  # the password is for one use, and a telephone is enrolled first
        page = await begin(browser, next_="/desk")
        page = await submit(browser, page, username="411721-wang", password=issued.password)
        assert "totpSecret" in page.text or "password-new" in page.text, page.text[:1500]
        assert not any("session" in name for name in browser.cookies)
    admin = whole.keycloak.admin()
    await admin.a_set_user_password(subject, "Another-horse-battery-2", temporary=False)
    await admin.a_update_user(subject, {"requiredActions": []})
    async with browser_of(whole) as browser:
        page = await begin(browser, next_="/desk")
        page = await submit(browser, page, username="411721-wang", password="Another-horse-battery-2")
        assert page.status_code == 200 and "西平分局 411721" in page.text, page.text[:1500]
        assert (await whole.do(disable_login, subject)).subject == subject
        ended = await browser.get("/desk")
        assert ended.status_code == 401 and "登录已结束" in ended.text
        page = await begin(browser, next_="/desk")
        page = await submit(browser, page, username="411721-wang", password="Another-horse-battery-2")
        assert "kc-form-login" in page.text
        await whole.do(enable_login, subject)
        await asyncio.sleep(1.1)  # an ending reaches every session opened within its second
        page = await submit(browser, page, username="411721-wang", password="Another-horse-battery-2")
        assert page.status_code == 200 and page.url.path == "/desk"
        fresh = await whole.do(reset_login, subject)
        assert (await browser.get("/desk")).status_code == 401 and fresh.password != issued.password
    async with whole.app.work(whole.admin(), read_only=True) as work:
        noted = [e.action for e in await journal.entries(work.db, work.scope, "411721", 0)]
    assert [a for a in noted if a.startswith("login.")] == [
        "login.create", "login.disable", "login.enable", "login.reset",
    ]  # fmt: skip
    rows = {p.subject: p for p in await whole.do(list_logins)}
    assert rows[subject].own and rows[subject].login.enabled and rows[subject].name == "王某"


@pytest.mark.keycloak
async def test_a_lost_telephone_is_forgotten_and_asked_for_again(whole: Whole) -> None:
    admin = whole.keycloak.admin()
    person = await create_person(admin, "411721-lost", "lost-seed-01234567890")
    await whole.grant("411721", person.subject)
    assert {p.subject: p.login.enrolled for p in await whole.do(list_logins)}[person.subject] is True
    await whole.do(require_second_factor, person.subject)
    kept = await admin.a_get_credentials(person.subject)
    assert [one["type"] for one in kept] == ["password"]
    assert (await admin.a_get_user(person.subject))["requiredActions"] == ["CONFIGURE_TOTP"]


@pytest.mark.keycloak
async def test_an_interrupted_order_is_taken_up_again(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut(*_: Any, **__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(manage_login, "give_role", cut)
        with pytest.raises(ConnectionError):
            await whole.do(create_login, NewLogin("cut", "某人", "publisher"))
    left = await whole.keycloak.admin().a_get_user_id("411721-cut")
    issued = await whole.do(create_login, NewLogin("cut", "某人", "publisher"))
    assert issued.login.subject == left
    async with whole.app.work(whole.admin(), read_only=True) as work:
        held = await members.in_bureau(work.control, work.scope, "411721")
    assert [m.role for m in held if m.subject == left] == ["publisher"]
    with pytest.raises(LoginTaken):  # now it is somebody's
        await whole.do(create_login, NewLogin("cut", "另一人", "inspector"))


@pytest.mark.keycloak
async def test_a_bureau_changes_nobody_elses_login(whole: Whole) -> None:
    admin = whole.keycloak.admin()
    shared = await create_person(admin, "411721-shared")
    foreign = await create_person(admin, "150203-foreign")
    stranger = await create_person(admin, "411721-stranger")
    await whole.grant("411721", shared.subject)
    await whole.grant("411700", shared.subject)
    await whole.grant("411721", foreign.subject)
    await whole.grant("411721", "the-admin", "bureau_admin")
    for act in (disable_login, enable_login, reset_login, require_second_factor):
        for subject, problem in (
            (shared.subject, LoginShared),
            (foreign.subject, LoginOfOthers),
            (stranger.subject, Missing),
            ("the-admin", OwnLogin),
        ):
            with pytest.raises(problem) as caught:
                await whole.do(act, subject)
            assert "411700" not in caught.value.line()  # where else is nobody's business
    for person in (shared, foreign, stranger):
        assert (await admin.a_get_user(person.subject))["enabled"] is True
    rows = {p.subject: p.own for p in await whole.do(list_logins)}
    assert rows[shared.subject] is rows[foreign.subject] is False
    for name in ("A", "王", "../x", "x", "a" * 41, "-a", "a b"):
        with pytest.raises(BadUsername):
            await whole.do(create_login, NewLogin(name, "某人", "publisher"))
    for role in ("system", "anonymous", "provincial_client", "emperor"):
        with pytest.raises(Missing):
            await whole.do(create_login, NewLogin("nobody", "某人", role))
    assert await admin.a_get_user_id("411721-nobody") is None


@pytest.mark.keycloak
async def test_the_service_account_can_do_nothing_else(whole: Whole) -> None:
    """Reads no keys, changes no clients, gives no roles, becomes nobody."""
    keycloak, admin = whole.keycloak, whole.keycloak.admin()
    form = {"grant_type": "client_credentials", "client_id": "shuangsui-people",
            "client_secret": whole.settings.keycloak_admin_secret}  # fmt: skip
    site, manager = await admin.a_get_client_id("shuangsui"), await admin.a_get_client_id("realm-management")
    role = await admin.a_get_client_role(str(manager), "manage-users")
    master = await admin.a_get_client_role(str(manager), "realm-admin")
    person = await create_person(admin, "411721-plain")
    own = (
        await admin.a_get_client_service_account_user(str(await admin.a_get_client_id("shuangsui-people")))
    )["id"]
    async with httpx.AsyncClient(base_url=keycloak.url, trust_env=False) as program:
        token = (await program.post("/realms/shuangsui/protocol/openid-connect/token", data=form)).json()
        program.headers["authorization"] = f"Bearer {token['access_token']}"
        realm, roles = "/admin/realms/shuangsui", f"/users/{person.subject}/role-mappings/clients/{manager}"
        tried: dict[tuple[str, str], Any] = {
            ("GET", "/keys"): None, ("GET", "/clients"): None, ("GET", "/events"): None,
            ("GET", "/admin-events"): None, ("GET", "/roles"): None, ("GET", "/authentication/flows"): None,
            ("GET", "/identity-provider/instances"): None, ("GET", "/components"): None,
            ("GET", f"/clients/{site}/client-secret"): None, ("PUT", ""): {"enabled": True},
            ("POST", "/clients"): {"clientId": "evil"}, ("PUT", f"/clients/{site}"): {"enabled": False},
            ("POST", roles): [role], ("POST", f"{roles}?"): [master],
            ("POST", f"/users/{person.subject}/impersonation"): None,
        }  # fmt: skip
        for (verb, path), body in tried.items():
            answer = await program.request(verb, realm + path, json=body)
            assert answer.status_code == 403, (verb, path, answer.status_code, answer.text)
        taken = {"type": "password", "value": "Stolen-horse-battery-9", "temporary": False}
        answer = await program.put(f"{realm}/users/{own}/reset-password", json=taken)
        assert answer.status_code == 400
        assert (await program.get("/admin/realms/master")).status_code in (401, 403)
    held = await admin.a_get_all_roles_of_user(own)
    assert [r["name"] for r in held["clientMappings"]["realm-management"]["mappings"]] == ["manage-users"]
    assert "realmMappings" not in held


@pytest.mark.keycloak
async def test_a_keycloak_that_refuses_or_is_down_leaves_nothing_half_done(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    for change, problem in (
        ({"keycloak_admin_secret": "wrong"}, LoginsRefused),
        ({"keycloak_url": f"http://127.0.0.1:{free_port()}"}, IdentityUnavailable),
        ({"keycloak_admin_secret": None}, LoginsElsewhere),
    ):
        monkeypatch.setattr(whole.app, "settings", replace(whole.settings, **change))
        with pytest.raises(problem):
            await whole.do(create_login, NewLogin("half", "某人", "publisher"))
        with pytest.raises(problem):
            await whole.do(list_logins)
    monkeypatch.setattr(whole.app, "settings", whole.settings)

    async def slow(self: Any, *_: Any) -> None:
        raise TimeoutError

    with monkeypatch.context() as patch:
        patch.setattr(Logins, "sign_out", slow)  # disabled there, then cut: asked again it comes to an end
        issued = await whole.do(create_login, NewLogin("half", "某人", "publisher"))
        with pytest.raises(TimeoutError):
            await whole.do(disable_login, issued.login.subject)
    await whole.do(disable_login, issued.login.subject)
    assert (await whole.keycloak.admin().a_get_user(issued.login.subject))["enabled"] is False


@pytest.mark.keycloak
async def test_the_realm_is_what_the_file_says(keycloak: Keycloak) -> None:
    """What the documents promise, read back from the running service."""
    admin = keycloak.admin()
    realm = await admin.a_get_realm("shuangsui")
    wanted = {
        "bruteForceProtected": True, "failureFactor": 5, "permanentLockout": False,
        "accessTokenLifespan": 300,
        "revokeRefreshToken": True, "refreshTokenMaxReuse": 1, "ssoSessionIdleTimeout": 1800,
        "ssoSessionMaxLifespan": 28800, "otpPolicyType": "totp", "otpPolicyDigits": 6, "otpPolicyPeriod": 30,
        "otpPolicyCodeReusable": False, "webAuthnPolicyUserVerificationRequirement": "required",
        "webAuthnPolicySignatureAlgorithms": ["ES256", "RS256"], "eventsEnabled": True,
        "eventsExpiration": 15552000, "adminEventsEnabled": True, "registrationAllowed": False,
        "resetPasswordAllowed": False, "browserFlow": "shuangsui browser",
    }  # fmt: skip
    assert {name: realm[name] for name in wanted} == wanted
    assert realm["attributes"]["acr.loa.map"] == '{"1":1,"2":2}'
    assert realm["attributes"]["parRequestUriLifespan"] == "60"
    clients = {one["clientId"]: one for one in await admin.a_get_clients()}
    site, people = clients["shuangsui"], clients["shuangsui-people"]
    template = clients["shuangsui-api-template"]
    assert site["publicClient"] and not site["directAccessGrantsEnabled"] and not site["implicitFlowEnabled"]
    for name, value in {
        "require.pushed.authorization.requests": "true", "pkce.code.challenge.method": "S256",
        "backchannel.logout.session.required": "true", "use.refresh.tokens": "true",
    }.items():  # fmt: skip
        assert site["attributes"][name] == value, name
    assert site["attributes"]["backchannel.logout.url"].endswith("/login/backchannel")
    for one in (people, template):
        flows = ("standardFlowEnabled", "implicitFlowEnabled", "directAccessGrantsEnabled", "publicClient")
        assert not any(one[flow] for flow in flows) and one["serviceAccountsEnabled"]
        assert not one["fullScopeAllowed"]
    assert people["enabled"] and not template["enabled"]
    flow = await admin.a_get_authentication_flow_executions("shuangsui browser")
    kept = [one["authenticationConfig"] for one in flow if one.get("authenticationConfig")]
    where = "admin/realms/shuangsui/authentication/config"
    levels = [await admin.connection.a_raw_get(f"{where}/{number}") for number in kept]
    found = {one.json()["alias"]: one.json()["config"] for one in levels}
    assert found["shuangsui level 2"] == {"loa-condition-level": "2", "loa-max-age": "0"}
    factors = {one["providerId"]: one["requirement"] for one in flow if "providerId" in one}
    assert factors["auth-otp-form"] == factors["webauthn-authenticator"] == "ALTERNATIVE"
    actions = {one["alias"]: one for one in await admin.a_get_required_actions()}
    assert actions["CONFIGURE_TOTP"]["defaultAction"] and actions["webauthn-register"]["enabled"]
    assert await admin.a_users_count({"username": "admin", "exact": True}) == 0


async def test_the_demonstrations_screens_say_that_logins_are_fixed(
    new_home: Callable[[str], Home],
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=new_home("fixed"), port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    servers = await start_servers(settings)
    async with open_app(settings, SystemClock(), servers) as app:
        async with app.database.unit(Scope.for_system()) as db:
            for bureau in TREE:
                await bureaus.put(db, bureau)
        now = int(app.clock.now().timestamp())
        person = Principal("demo-411721-admin", "模拟", "411721", frozenset({"bureau_admin"}), 2, now)
        async with app.work(person) as work:
            row = Membership("411721", person.subject, "bureau_admin", "模拟·管理员", SINCE)
            await give(work.control, work.scope, row)
            for act in (list_logins, lambda work: create_login(work, NewLogin("x1", "某", "publisher"))):
                with pytest.raises(LoginsFixed):
                    await act(work)
        site = create_app(settings, lambda: open_app(settings, SystemClock(), servers))
        async with serving(site, "127.0.0.1", port):
            await _see(url)


async def _see(url: str) -> None:
    from services.identity.demo_login import demo_login

    async with httpx.AsyncClient(base_url=url, trust_env=False, headers={"accept": "text/html"}) as browser:
        page = await demo_login(browser, "411721-admin", next_="/desk/people/logins")
        assert page.status_code == 200 and "演示中的登录账号是固定的" in page.text
        assert "开设账号</button>" not in page.text
        listed = await browser.get("/desk/people/clients")
        assert listed.status_code == 200 and "没有登记接口客户端" in listed.text
        shown = await browser.get("/desk/people")
        assert "/desk/people/logins" in shown.text and "/desk/people/clients" in shown.text


@pytest.mark.keycloak
async def test_logins_at_the_command_line(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands themselves, over the same home, database and Keycloak."""
    await whole.grant("411721", "cli-admin", "bureau_admin")
    env = {"SHUANGSUI_HOME": str(whole.settings.home.root), "KEYCLOAK_URL": whole.keycloak.url}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KEYCLOAK_ADMIN_SECRET", str(whole.settings.keycloak_admin_secret))
    monkeypatch.setenv("LOG_ORIGIN", ORIGIN)

    def run(*words: str) -> int:
        try:
            main(["login", *words, "-b", "411721", "--as", "cli-admin", "--json"])
        except SystemExit as done:
            return int(done.code or 0)
        return 0

    async def typed(*words: str, exit_code: int = 0) -> Any:
        code = await asyncio.to_thread(run, *words)  # a loop of its own, as at a console
        out = capsys.readouterr()
        assert code == exit_code, out
        return json.loads(out.out) if not exit_code else None

    made = await typed("create", "cli-one", "publisher", "--name", "某人")
    assert made["username"] == "411721-cli-one" and made["password"] and made["waits"] is False
    second = await typed("create", "cli-two", "drawer", "--name", "另一人")
    assert second["waits"] is True
    listed = {one["subject"]: one for one in (await typed("list"))["logins"]}
    assert listed[made["subject"]]["roles"] == ["publisher"] and listed[made["subject"]]["own"]
    assert (listed[second["subject"]]["roles"], listed[second["subject"]]["waiting"]) == ([], ["drawer"])
    await typed("create", "cli-two", "publisher", "--name", "另一人", exit_code=5)  # it is somebody's
    admin = whole.keycloak.admin()
    for act, enabled in (("disable", False), ("enable", True)):
        await typed(act, made["subject"])
        assert (await admin.a_get_user(made["subject"]))["enabled"] is enabled
    assert (await typed("reset", made["subject"]))["password"] != made["password"]
    await typed("second-factor", made["subject"])
    assert "CONFIGURE_TOTP" in (await admin.a_get_user(made["subject"]))["requiredActions"]
    await typed("disable", "nobody", exit_code=3)
    await typed("create", "Bad Name", "publisher", "--name", "某人", exit_code=2)
