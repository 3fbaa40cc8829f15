"""The provider's addresses, the same as Keycloak's, so that one client serves both."""

import base64
from dataclasses import replace
from typing import Any, cast
from urllib.parse import unquote_plus

from litestar import Controller, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from services.identity.people import PASSWORD, SECOND_CODE
from services.identity.provider.provider import NotOurs, Provider, back
from services.identity.provider.state import PUSH_SECONDS, SSO_SECONDS, AuthRequest, SignedOn
from services.identity.provider.telling import tell
from services.settings import LOOPBACK
from services.web.pages import language, named

SLOT = "identity_provider"
COOKIE = "provider"
OIDC = "/protocol/openid-connect"
NO_SESSION = {"csrf": False}

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


def loopback_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Answers under loopback names only: a foreign name that resolves here is someone else's page."""
    host = (connection.url.hostname or "").lower()
    realm = connection.path_params.get("realm")
    if host not in LOOPBACK or realm != _provider(connection).config.realm:
        raise NotFoundException


class ProviderRoutes(Controller):
    """Discovery, keys, authorization, tokens, user info, sign-out."""

    path = "/realms/{realm:str}"
    guards = [loopback_only]
    opt = {"action": "session.login"} | NO_SESSION
    include_in_schema = False

    @get("/.well-known/openid-configuration")
    async def discovery(self, request: AnyRequest) -> dict[str, Any]:
        """The discovery document."""
        issuer = _provider(request).config.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}{OIDC}/auth",
            "token_endpoint": f"{issuer}{OIDC}/token",
            "jwks_uri": f"{issuer}{OIDC}/certs",
            "userinfo_endpoint": f"{issuer}{OIDC}/userinfo",
            "end_session_endpoint": f"{issuer}{OIDC}/logout",
            "response_types_supported": ["code"],
            "pushed_authorization_request_endpoint": f"{issuer}{OIDC}/ext/par/request",
            "require_pushed_authorization_requests": False,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "acr_values_supported": ["1", "2"],
            "scopes_supported": ["openid"],
            "authorization_response_iss_parameter_supported": True,
        }

    @get(f"{OIDC}/certs")
    async def certs(self, request: AnyRequest) -> dict[str, Any]:
        """The public keys."""
        return _provider(request).signer.jwks()

    @get(f"{OIDC}/auth")
    async def auth(self, request: AnyRequest) -> Response[Any]:
        """Begins: straight back when signed on and level 1 suffices, else a form."""
        provider = _provider(request)
        query = {name: str(value) for name, value in request.query_params.items()}
        try:
            wanted, fault = provider.read_request(provider.unpushed(query))
        except NotOurs:
            return _form(request, "refused", status=400)
        if fault:
            return Redirect(back(wanted, error=fault))
        sid = request.cookies.get(provider.config.cookie(COOKIE), "")
        known = provider.known(sid) if query.get("prompt") != "login" else None
        if known is not None:
            return _known(request, wanted, known, sid)
        if query.get("prompt") == "none":
            return Redirect(back(wanted, error="login_required"))
        return _form(
            request, "password", number=provider.requests.put(wanted), hint=wanted.hint, provider=provider
        )

    @post("/login-actions/authenticate", status_code=200)
    async def authenticate(self, request: AnyRequest, data: Form) -> Response[Any]:
        """Takes a password or a second code, and goes on to the next form or back to the client."""
        provider, number = _provider(request), data.get("execution", "")
        pending = provider.requests.get(number)
        if pending is None:
            return _form(request, "refused", status=400)
        if "password" in data:
            return _password(request, number, data)
        if not provider.second(number, data.get("code", "")):
            return _form(request, "second", number=number, wrong=True, name=pending.username)
        return _done(request, number, level=2)

    @post(f"{OIDC}/token", status_code=200)
    async def token(self, request: AnyRequest, data: Form) -> Response[dict[str, Any]]:
        """Exchanges a code, a refresh token, or a program's secret."""
        provider, grant = _provider(request), data.get("grant_type")
        if grant == "client_credentials":
            answer = provider.program(*_credentials(request, data))
            return Response(answer or {"error": "invalid_client"}, status_code=200 if answer else 401)
        if grant not in ("authorization_code", "refresh_token"):
            return Response({"error": "unsupported_grant_type"}, status_code=400)
        answer = provider.redeem(data) if grant == "authorization_code" else provider.refresh(data)
        return Response(answer or {"error": "invalid_grant"}, status_code=200 if answer else 400)

    @post(f"{OIDC}/ext/par/request", status_code=201)
    async def push(self, request: AnyRequest, data: Form) -> Response[dict[str, Any]]:
        """Takes an authorization request from the client itself."""
        try:
            number = _provider(request).push(data)
        except NotOurs:
            return Response({"error": "invalid_request"}, status_code=400)
        return Response({"request_uri": number, "expires_in": PUSH_SECONDS}, status_code=201)

    @get(f"{OIDC}/userinfo")
    async def userinfo(self, request: AnyRequest) -> Response[dict[str, Any]]:
        """Name and user name of a token's person."""
        provider = _provider(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        claims = provider.signer.read(token) or {}
        if claims.get("typ") != "Bearer" or claims["exp"] <= provider.clock.now().timestamp():
            return Response({"error": "invalid_token"}, status_code=401)
        return Response({k: claims[k] for k in ("sub", "name", "preferred_username")})

    @get(f"{OIDC}/logout")
    async def logout(self, request: AnyRequest) -> Response[Any]:
        """Ends the sign-on; goes back only to this site, and only for a token issued here."""
        provider = _provider(request)
        token = provider.sign_off(request.cookies.get(provider.config.cookie(COOKIE), ""))
        if token:
            await tell(provider.config, token)
        there = request.query_params.get("post_logout_redirect_uri", "")
        ours = provider.signer.read(request.query_params.get("id_token_hint", ""))
        if ours and there == f"{provider.config.public_url}/":
            return Redirect(there, cookies=[_cookie(provider, "", 0)])
        return _form(request, "signed_off")


def _known(request: AnyRequest, wanted: AuthRequest, known: SignedOn, sid: str) -> Response[Any]:
    provider, named_ = _provider(request), _with_name(wanted, known.username)
    if wanted.level == 1:
        return Redirect(provider.grant(named_, level=1, auth_time=known.auth_time, sid=sid))
    return _form(request, "second", number=provider.requests.put(named_), name=known.username)


def _password(request: AnyRequest, number: str, data: dict[str, str]) -> Response[Any]:
    provider = _provider(request)
    username = data.get("username", "").strip()
    moved = provider.password(number, username, data["password"])
    if moved is None:
        return _form(request, "password", number=number, wrong=True, hint=username[:64], provider=provider)
    pending = provider.requests.get(moved)
    if pending is not None and pending.level == 2:
        return _form(request, "second", number=moved, name=username)
    return _done(request, moved, level=1)


def _done(request: AnyRequest, number: str, *, level: int) -> Response[Any]:
    provider = _provider(request)
    wanted = provider.requests.take(number)
    if wanted is None:
        return _form(request, "refused", status=400)
    provider.locks.right(wanted.username)
    now = int(provider.clock.now().timestamp())
    sid = provider.signed_on.put(SignedOn(wanted.username, now))
    there = provider.grant(wanted, level=level, auth_time=now, sid=sid)
    return Redirect(there, status_code=303, cookies=[_cookie(provider, sid, SSO_SECONDS)])


def _credentials(request: AnyRequest, data: dict[str, str]) -> tuple[str, str]:
    """A program's id and secret, from the header or the form. Basis: RFC 6749 2.3.1."""
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return data.get("client_id", ""), data.get("client_secret", "")
    try:
        client, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client), unquote_plus(secret)


def _with_name(request: AuthRequest, username: str) -> AuthRequest:
    return replace(request, username=username)


def _form(
    request: AnyRequest, step: str, *, status: int = 200, provider: Provider | None = None, **context: Any
) -> Template:
    people = list(provider.people.values()) if provider else []
    base: dict[str, Any] = {"number": "", "wrong": False, "hint": "", "name": "", "people": people}
    lang = language(request)
    base |= {"step": step, "password": PASSWORD, "second": SECOND_CODE, "lang": lang}
    return Template(named("provider.html", lang), context=base | context, status_code=status)


def _cookie(provider: Provider, value: str, age: int) -> Cookie:
    name = provider.config.cookie(COOKIE)
    return Cookie(key=name, value=value, max_age=age, path="/realms/", httponly=True, samesite="lax")


def _provider(connection: ASGIConnection[Any, Any, Any, Any]) -> Provider:
    return cast("Provider", connection.app.state[SLOT])
