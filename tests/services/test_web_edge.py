"""What every answer of the site has in common, and what the guards refuse."""

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar import Litestar, Router, WebSocket, asgi, get, websocket

from services.identity.demo_login import csrf_of, demo_login
from services.web import census, problems
from services.web.errors import UnguardedRoute
from services.web.headers import policy
from services.web.keys import tenant_key
from tenants.errors import Conflict

PATHS = [
    "/", "/healthz", "/t/me", "/t/open", "/nowhere", "/static/site.css", "/static/none.css", "/login",
    "/login/callback", "/login?level=x", "/api/v1/me", "/api/v1/nowhere", "/bureau",
    "/realms/shuangsui/.well-known/openid-configuration",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
async def test_security_headers_are_on_every_answer(site: Any, path: str, method: str) -> None:
    async with site.client() as browser:
        headers = (await browser.request(method, path)).headers
    directives = headers["content-security-policy"].split("; ")
    assert "default-src 'self'" in directives and "frame-ancestors 'none'" in directives
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert len(headers["x-request-id"]) == 16
    assert "cache-control" in headers and "access-control-allow-origin" not in headers


async def test_a_fault_is_covered_too_and_tells_nothing(site: Any) -> None:
    async with site.client() as browser:
        page = await demo_login(browser, "411721-drawer")
        answer = await browser.post("/t/break", data={"csrf_token": csrf_of(page)})
    assert answer.status_code == 500 and answer.headers["x-frame-options"] == "DENY"
    assert "stay inside" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert site.database.units[-1]["ended"] == "rolled back"


async def test_a_constraint_at_the_end_of_the_transaction_is_a_conflict(site: Any) -> None:
    async with site.client(headers={"accept": "application/json"}) as browser:
        page = await demo_login(browser, "411721-drawer")
        answer = await browser.post("/t/clash", data={"csrf_token": csrf_of(page)})
    assert answer.status_code == 409 and answer.json()["code"] == "Conflict"
    assert site.database.units[-1]["ended"] == "rolled back"


def test_only_a_group_of_one_kind_is_taken_apart() -> None:
    deep = ExceptionGroup("a", [ExceptionGroup("b", [Conflict()]), Conflict()])
    mixed = ExceptionGroup("a", [Conflict(), RuntimeError()])
    assert isinstance(problems.lone(deep), Conflict) and problems.lone(mixed) is None


async def test_nothing_is_cached_but_public_answers_to_the_public(site: Any) -> None:
    async with site.client() as browser:
        assert (await browser.get("/t/open")).headers["cache-control"] == "public, max-age=60"
        assert (await browser.get("/nowhere")).headers["cache-control"] == "no-store"
        assert (await browser.get("/static/none.css")).headers["cache-control"] == "no-store"
        await demo_login(browser, "411721-drawer")
        assert (await browser.get("/t/open")).headers["cache-control"] == "no-store"
        assert (await browser.get("/t/me")).headers["cache-control"] == "no-store"


def test_forms_may_lead_to_a_keycloak_elsewhere() -> None:
    assert "form-action 'self' https://id.example.cn" in policy("https://id.example.cn")


async def test_strangers_find_nothing_and_the_words_are_the_same(site: Any) -> None:
    async with site.client(headers={"accept": "application/json"}) as browser:
        await demo_login(browser, "411721-keeper")
        foreign = await browser.get("/t/150203/sites")
        absent = await browser.get("/t/999999/sites")
    assert foreign.status_code == absent.status_code == 404
    same = {"request_id", "detail"}
    assert {k: v for k, v in foreign.json().items() if k not in same} == {
        k: v for k, v in absent.json().items() if k not in same
    }
    assert "150203" not in foreign.text


async def test_a_colleague_is_told_that_the_role_is_missing(site: Any) -> None:
    async with site.client() as browser:
        await demo_login(browser, "411721-inspector-01")
        answer = await browser.get("/t/411721/sites")
    assert answer.status_code == 403 and "没有权限" in answer.text


async def test_the_public_is_sent_to_sign_in_and_comes_back(site: Any) -> None:
    async with site.client() as browser:
        answer = await browser.get("/t/411721/sites?text=a")
        query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.status_code == 303 and query["next"] == ["/t/411721/sites?text=a"]


async def test_programs_get_problem_json(site: Any) -> None:
    async with site.client(headers={"accept": "*/*"}) as program:
        refused = await program.get("/api/v1/me")
        missing = await program.get("/api/v1/nowhere")
    assert refused.status_code == 401 and refused.headers["www-authenticate"].startswith("Bearer")
    assert missing.status_code == 404
    for answer in (refused, missing):
        assert answer.headers["content-type"].startswith("application/problem+json")
        body = answer.json()
        assert {"type", "title", "status", "detail", "code", "expected", "remedy", "request_id"} <= set(body)
        assert body["status"] == answer.status_code


async def test_htmx_is_sent_to_sign_in_as_a_whole_page(site: Any) -> None:
    async with site.client(headers={"hx-request": "true", "referer": f"{site.base}/t/list"}) as browser:
        answer = await browser.get("/t/me")
    assert answer.headers["hx-redirect"] == "/login?next=%2Ft%2Flist&level=1"


class TestForgedRequests:
    """A session's cookie alone changes nothing."""

    async def test_the_token_is_needed(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-drawer")
            for data in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 32}):
                assert (await browser.post("/t/save", data=data)).status_code == 403
            assert (await browser.post("/t/save", json={"csrf_token": "x"})).status_code == 403
        assert not site.database.units

    async def test_forms_and_calls_with_the_token_pass(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-drawer")
            token = csrf_of(await browser.get("/t/form"))
            assert (await browser.post("/t/save", data={"csrf_token": token})).text == "saved"
            assert (await browser.post("/t/save", headers={"x-csrf-token": token})).status_code == 201
        assert [u["ended"] for u in site.database.units] == ["committed", "committed"]

    async def test_uploads_pass_with_the_field(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-drawer")
            token = csrf_of(await browser.get("/t/form"))
            files = {"file": ("a.xlsx", b"x" * 300_000)}
            answer = await browser.post("/t/upload", data={"csrf_token": token}, files=files)
            assert answer.status_code == 201, answer.text
            assert (await browser.post("/t/upload", files=files)).status_code == 403

    async def test_the_token_of_another_session_does_not_pass(self, site: Any) -> None:
        async with site.client() as one, site.client() as other:
            await demo_login(one, "411721-drawer")
            await demo_login(other, "411721-head")
            token = csrf_of(await other.get("/t/form"))
            assert (await one.post("/t/save", data={"csrf_token": token})).status_code == 403

    async def test_a_foreign_origin_does_not_pass(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-drawer")
            token = csrf_of(await browser.get("/t/form"))
            for origin in ("https://evil.example", "null", f"{site.base}.evil.example"):
                data = {"csrf_token": token}
                answer = await browser.post("/t/save", data=data, headers={"origin": origin})
                assert answer.status_code == 403
            ours = await browser.post("/t/save", data={"csrf_token": token}, headers={"origin": site.base})
            assert ours.status_code == 201

    async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-drawer")
            start = await browser.get("/login")
            back = await browser.get((await browser.get(start.headers["location"])).headers["location"])
        for cookie in (start.headers["set-cookie"], back.headers["set-cookie"]):
            assert "httponly" in cookie.lower() and "samesite=lax" in cookie.lower()


class TestWork:
    """The transaction of a request."""

    async def test_it_has_the_scope_of_the_session(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-keeper")
            answer = (await browser.get("/t/411721/sites")).json()
        assert answer == {"bureau": "411721", "visible": ["411721"]}
        unit = site.database.units[-1]
        assert unit["scope"].subject == "demo-411721-keeper"
        assert unit["read_only"] is True and unit["ended"] == "committed"

    async def test_a_read_that_is_journalled_is_a_write(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-drawer", level=2)
            assert (await browser.get("/t/411721/draw")).status_code == 200
        assert site.database.units[-1]["read_only"] is False


class TestApiClients:
    """Bearer tokens under /api/v1, and nowhere else."""

    async def bearer(self, site: Any, username: str = "411721-keeper") -> str:
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        oidc = "/realms/shuangsui/protocol/openid-connect"
        redirect = f"{site.base}/login/callback"
        query = {
            "client_id": "shuangsui", "redirect_uri": redirect, "response_type": "code", "scope": "openid",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }  # fmt: skip
        async with site.client() as browser:
            await demo_login(browser, username)
            answer = await browser.get(f"{oidc}/auth", params=query)
            code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
            form = {
                "grant_type": "authorization_code", "client_id": "shuangsui", "code": code,
                "redirect_uri": redirect, "code_verifier": verifier,
            }  # fmt: skip
            return str((await browser.post(f"{oidc}/token", data=form)).json()["access_token"])

    async def test_a_token_opens_the_api_without_csrf(self, site: Any) -> None:
        token = await self.bearer(site)
        async with site.client(headers={"authorization": f"Bearer {token}"}) as program:
            answer = (await program.get("/api/v1/me")).json()
            assert answer == {"subject": "demo-411721-keeper", "bureau": "411721"}
            assert (await program.get("/t/me")).status_code == 303
            refused = await program.post("/api/v1/freeze")
            assert refused.status_code == 403  # no role; not: no CSRF token
            assert refused.json()["code"] == "Forbidden"

    async def test_a_bureau_without_a_membership_is_refused(self, site: Any) -> None:
        headers = {"authorization": f"Bearer {await self.bearer(site)}", "x-bureau": "150203"}
        async with site.client(headers=headers) as program:
            assert (await program.get("/api/v1/me")).status_code == 403

    async def test_step_up_is_asked_for_in_the_standard_way(self, site: Any) -> None:
        headers = {"authorization": f"Bearer {await self.bearer(site, '411721-drawer')}"}
        async with site.client(headers=headers) as program:
            answer = await program.post("/api/v1/freeze")
        assert answer.status_code == 401
        assert 'acr_values="2"' in answer.headers["www-authenticate"]

    @pytest.mark.parametrize("header", ["Bearer x.y.z", "Basic dTpw", "Bearer"])
    async def test_other_credentials_are_refused(self, site: Any, header: str) -> None:
        async with site.client(headers={"authorization": header}) as program:
            answer = await program.get("/api/v1/me")
        assert answer.status_code == 401 and "error" in answer.headers["www-authenticate"]

    async def test_a_bad_token_is_not_saved_by_a_good_cookie(self, site: Any) -> None:
        async with site.client() as browser:
            await demo_login(browser, "411721-keeper")
            answer = await browser.get("/api/v1/me", headers={"authorization": "Bearer x.y.z"})
            assert answer.status_code == 401


class TestCensus:
    """No route without an action."""

    def test_every_kind_of_route_is_counted(self) -> None:
        @get("/bare")
        async def bare() -> None: ...

        @get("/odd", action="draw.rig")
        async def odd() -> None: ...

        @get("/kept", action="site.read", public_cache="public")
        async def kept() -> None: ...

        @get("/stored", action="public.read", cache=60)
        async def stored() -> None: ...

        @get("/loose", action="site.read", csrf=False)
        async def loose() -> None: ...

        @asgi("/raw", copy_scope=True)
        async def raw(scope: Any, receive: Any, send: Any) -> None: ...

        @websocket("/socket")
        async def socket(socket: WebSocket[Any, Any, Any]) -> None: ...

        inner = Router("/in", route_handlers=[kept, stored, loose])
        app = Litestar([bare, odd, inner, raw, socket], openapi_config=None)
        with pytest.raises(UnguardedRoute) as caught:
            census.refuse_unguarded(app)
        line = str(caught.value.got)
        for fault in (
            "/bare: no action",
            "/odd: unknown action draw.rig",
            "/in/kept: cached but not public",
            "/in/stored: response cache",
            "/in/loose: csrf switched off",
            "/raw: no action",
            "/socket: no action",
        ):
            assert fault in line

    def test_the_site_itself_passes_and_the_census_is_not_empty(self, site: Any) -> None:
        found = dict(census.handlers(site.litestar))
        assert {"/login", "/healthz", "/t/me", "/static/{file_path:path}"} <= set(found)
        assert all("action" in handler.opt for handler in found.values())


@pytest.mark.parametrize(
    "parts",
    [("411721", "session", "a:b"), ("41172", "session"), ("", "session"), ("411721", ""), ("*", "session"),
     ("411721", "session", "a b"), ("411721", "session", ""), ("411721", "session", "名")],
)  # fmt: skip
def test_a_key_without_a_bureau_or_with_a_hidden_part_cannot_be_made(parts: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="key"):
        tenant_key(*parts)


def test_keys_of_two_bureaus_never_meet() -> None:
    assert tenant_key("411721", "idem", "x") != tenant_key("150203", "idem", "x")


async def test_the_api_describes_itself_and_nothing_else(site: Any) -> None:
    async with site.client() as program:
        described = (await program.get("/api/v1/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    assert not [path for path in described["paths"] if path.startswith(("/realms", "/login", "/static"))]


async def test_english_readers_are_answered_in_english(site: Any) -> None:
    async with site.client(cookies={"lang": "en"}) as browser:
        assert "Not found" in (await browser.get("/nowhere")).text


async def test_the_site_answers_after_its_wiring_is_open(site: Any) -> None:
    async with httpx.AsyncClient(trust_env=False) as program:
        assert (await program.get(f"{site.base}/healthz")).json() == {"status": "ok", "simulated": True}
