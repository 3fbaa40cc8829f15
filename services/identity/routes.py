"""Signing in, signing out, changing bureau."""

import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Missing
from services.clock import today
from services.identity.client import local_path
from services.identity.directory import bureaus_of
from services.identity.errors import (
    IdentityUnavailable,
    LoginFailed,
    NoMembership,
    StepUpFailed,
    TokenRefused,
)
from services.identity.identity import Identity
from services.identity.sessions import ABSOLUTE_SECONDS, Session
from services.identity.tokens import LOGOUT_SECONDS
from services.web.errors import StoreDown
from services.web.pages import page
from services.web.state import absence_of, session_of, web_of

BROWSER = "login"  # ties an answer of the identity service to the browser that asked
CHOOSE = "/bureau"
BACK_CHANNEL = "/login/backchannel"
REPLAY_SECONDS = 2 * LOGOUT_SECONDS  # longer than a logout token is taken
DESK = "/desk"  # where a chosen bureau begins, unless the person came from elsewhere

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/login", action="session.login")
async def login(request: AnyRequest, level: FromQuery[int] = 1, hint: FromQuery[str] = "") -> Redirect:
    """Starts a login; `level=2` asks for a second factor now. `next` is where to return to."""
    identity = web_of(request).identity
    wanted = request.query_params.get("next", "/")
    if request.url.netloc != urlsplit(identity.config.public_url).netloc:
        query = urlencode({"next": wanted, "level": level, "hint": hint})
        return Redirect(f"{identity.config.public_url}/login?{query}")  # cookies hold for one host name
    browser = request.cookies.get(identity.config.cookie(BROWSER)) or secrets.token_urlsafe(24)
    url = await identity.client.begin(next_=wanted, level=2 if level == 2 else 1, browser=browser, hint=hint)
    cookie = _cookie(identity, identity.config.cookie(BROWSER), browser, 600, path="/login")
    return Redirect(url, cookies=[cookie])


@get("/login/callback", action="session.login")
async def callback(request: AnyRequest, code: FromQuery[str] = "", error: FromQuery[str] = "") -> Redirect:
    """Ends a login: checks, opens the session under a new number, returns to where it began.

    Raises:
        LoginFailed, NoMembership, StepUpFailed, IdentityUnavailable: nothing is signed in.
    """
    identity = web_of(request).identity
    state, browser = (
        request.query_params.get("state", ""),
        request.cookies.get(identity.config.cookie(BROWSER), ""),
    )
    if error or not code or not browser:
        raise LoginFailed(error[:60])
    since = await identity.sessions.endings.count()  # an ending told while the login is asked about counts
    done = await identity.client.finish(state=state, code=code, browser=browser)
    if not done.proven:
        raise StepUpFailed
    memberships = await identity.directory.of_subject(done.claims.subject, today(identity.clock))
    codes, old = bureaus_of(memberships), session_of(request)
    if not codes:
        raise NoMembership
    bureau = _bureau(codes, old, done.claims.subject)
    session = await identity.sessions.open(
        subject=done.claims.subject,
        bureau=bureau,
        place=await _place(identity, done.claims.subject, bureau),
        acr=done.claims.acr,
        auth_time=done.claims.auth_time,
        id_token=done.id_token,
        refresh=done.refresh,
        login=done.claims.sid,
        previous=old.sid if old else None,
        since=since,
    )
    there = done.next if session.bureau else f"{CHOOSE}?{urlencode({'next': done.next})}"
    return Redirect(there, status_code=303, cookies=[session_cookie(identity, session)])


@post("/logout", action="session.login", status_code=303)
async def logout(request: AnyRequest) -> Redirect:
    """Ends the session here at once, then at the identity service.

    Raises:
        StoreDown: nobody can say whether there is one.
    """
    identity, session = web_of(request).identity, session_of(request)
    if session is None:
        if isinstance(why := absence_of(request), StoreDown):
            raise why  # it may be open still: nobody is told that it is over
        return Redirect("/", status_code=303)
    tokens = await identity.sessions.tokens(session)
    await identity.sessions.close(session.sid)
    gone = _cookie(identity, identity.config.session_cookie, "", 0)
    there = await _there(identity, tokens.id_token if tokens else "")
    return Redirect(there, status_code=303, cookies=[gone])


@post(BACK_CHANNEL, action="session.login", status_code=200)
async def end_logins(request: AnyRequest, data: Form) -> Response[None]:
    """The identity service says that a login, or every login of a person, is over. Its token is the proof.

    Basis: OpenID Connect Back-Channel Logout 1.0 2.5–2.8.
    """
    identity = web_of(request).identity
    try:
        order = await identity.client.verifier.check_logout(data.get("logout_token", ""))
    except TokenRefused:
        return Response(None, status_code=400)
    endings = identity.sessions.endings
    first = await endings.obey(order.jti, REPLAY_SECONDS, login=order.sid, subject=order.subject)
    return Response(None, status_code=200 if first else 400)


@get(CHOOSE, action="session.login")
async def choose(request: AnyRequest) -> Template:
    """The bureaus this person may act for."""
    identity, session = _signed_in(request)
    memberships = await identity.directory.of_subject(session.subject, today(identity.clock))
    codes = bureaus_of(memberships)
    return page(
        request,
        "choose_bureau.html",
        bureaus=codes,
        names=await identity.directory.names_of(session.subject, codes) if codes else {},
        memberships=memberships,
        next=local_path(request.query_params.get("next", DESK)),
    )


@post(CHOOSE, action="session.login", status_code=303)
async def switch(request: AnyRequest, data: Form) -> Redirect:
    """Acts for another bureau from now on; a second factor does not carry over."""
    identity, session = _signed_in(request)
    memberships = await identity.directory.of_subject(session.subject, today(identity.clock))
    bureau = data.get("bureau", "")
    if bureau not in bureaus_of(memberships):
        raise Missing(bureau, what="单位")
    place = await _place(identity, session.subject, bureau)
    moved = await identity.sessions.switch(session, bureau, place)
    there = local_path(data.get("next", DESK))
    return Redirect(there, status_code=303, cookies=[session_cookie(identity, moved)])


def _signed_in(request: AnyRequest) -> tuple[Identity, Session]:
    session = session_of(request)
    if session is None:
        raise absence_of(request)
    return web_of(request).identity, session


def _bureau(codes: tuple[str, ...], old: Session | None, subject: str) -> str:
    """The only bureau, or the one a second factor was asked in; several else: the person chooses."""
    if old is not None and old.subject == subject and old.bureau in codes:
        return old.bureau
    return codes[0] if len(codes) == 1 else ""


async def _place(identity: Identity, subject: str, bureau: str) -> str:
    names = await identity.directory.names_of(subject, (bureau,)) if bureau else {}
    return names.get(bureau, "")


async def _there(identity: Identity, id_token: str) -> str:
    """Where a sign-out goes on. With the identity service down it ends here: the session is over already."""
    try:
        return await identity.client.logout_url(id_token)
    except IdentityUnavailable:
        return "/"


def session_cookie(identity: Identity, session: Session) -> Cookie:
    """The cookie that carries a session's number."""
    return _cookie(identity, identity.config.session_cookie, session.sid, ABSOLUTE_SECONDS)


def _cookie(identity: Identity, name: str, value: str, age: int, path: str = "/") -> Cookie:
    # Lax, not Strict: the way back from the identity service is a navigation from another site
    return Cookie(
        key=name,
        value=value,
        max_age=age,
        path=path,
        httponly=True,
        samesite="lax",
        secure=identity.config.secure,
    )


routes = [login, callback, logout, end_logins, choose, switch]
