"""The provider's decisions, without HTTP: requests, passwords, codes."""

import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from services.clock import Clock
from services.identity.client import challenge
from services.identity.config import IdentityConfig, refuse_unless_demo
from services.identity.people import PASSWORD, PROGRAM_SECRET, SECOND_CODE, DemoPerson, demo_programs
from services.identity.provider.signing import Signer
from services.identity.provider.state import (
    CODE_SECONDS,
    PUSH_SECONDS,
    REFRESH_SECONDS,
    REQUEST_SECONDS,
    SSO_SECONDS,
    AuthRequest,
    Granted,
    Locks,
    Shelf,
    SignedOn,
)

PUSHED = "urn:ietf:params:oauth:request_uri:"
PKCE = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 4.1


class NotOurs(Exception):
    """A request of an unknown client or with a foreign return address: never redirected anywhere."""


class Provider:
    """Keeps the flows of one demonstration.

    Args:
        config: where this provider answers. clock: the machine's clock.
        people: the table of logins. demo, host: of the settings; checked before anything else.

    Raises:
        ProviderRefused: not a demonstration on loopback.
    """

    def __init__(
        self, config: IdentityConfig, people: Iterable[DemoPerson], clock: Clock, *, demo: bool, host: str
    ) -> None:
        refuse_unless_demo(demo, host, config.public_url)
        self.config, self.clock = config, clock
        self.people = {p.username: p for p in people}
        self.signer = Signer(config, clock)
        self.requests: Shelf[AuthRequest] = Shelf(clock, REQUEST_SECONDS)
        self.signed_on: Shelf[SignedOn] = Shelf(clock, SSO_SECONDS)
        self.locks = Locks(clock)
        self.disabled: set[str] = set()  # user names; nothing but a test fills it
        self._programs = {p.client: p for p in demo_programs()}
        self._pushed: Shelf[dict[str, str]] = Shelf(clock, PUSH_SECONDS)
        self._codes: Shelf[Granted] = Shelf(clock, CODE_SECONDS)
        self._refreshes: Shelf[Granted] = Shelf(clock, REFRESH_SECONDS)

    def push(self, form: Mapping[str, str]) -> str:
        """Keeps an authorization request; its address is good once. Raises NotOurs. Basis: RFC 9126."""
        if "request_uri" in form:
            raise NotOurs
        self.read_request(form)
        return PUSHED + self._pushed.put(dict(form))

    def unpushed(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """The request a browser brings, or the one it brings the number of. Raises NotOurs."""
        if "request_uri" not in query:
            return query
        kept = self._pushed.take(query["request_uri"].removeprefix(PUSHED))
        if kept is None or kept["client_id"] != query.get("client_id"):
            raise NotOurs
        return kept

    def read_request(self, query: Mapping[str, str]) -> tuple[AuthRequest, str]:
        """Checks an authorization request.

        Returns:
            The request, and an OAuth error name, "" if there is none.

        Raises:
            NotOurs: unknown client or return address.
        """
        if query.get("client_id") != self.config.client:
            raise NotOurs
        if query.get("redirect_uri") != self.config.redirect_uri:
            raise NotOurs
        level = 2 if "2" in query.get("acr_values", "").split() else 1
        request = AuthRequest(
            redirect_uri=self.config.redirect_uri,
            state=query.get("state", ""),
            nonce=query.get("nonce", ""),
            challenge=query.get("code_challenge", ""),
            level=level,
            hint=query.get("login_hint", "")[:64],
        )
        return request, _fault(query)

    def known(self, sid: str) -> SignedOn | None:
        """Who signed on in this browser, unless it is over or the login closed."""
        found = self.signed_on.get(sid)
        return found if found is not None and found.username not in self.disabled else None

    def password(self, number: str, username: str, password: str) -> str | None:
        """Tries the first factor; returns the number of the request that goes on, None if refused."""
        request = self.requests.get(number)
        if request is None or username not in self.people or self.locks.locked(username):
            return None
        if username in self.disabled:
            return None
        if not hmac.compare_digest(password.encode(), PASSWORD.encode()):
            self.locks.wrong(username)
            return None
        self.requests.take(number)
        return self.requests.put(replace(request, username=username))

    def second(self, number: str, code: str) -> bool:
        """Tries the second factor of a request whose first factor fitted."""
        request = self.requests.get(number)
        if request is None or not request.username or self.locks.locked(request.username):
            return False
        if not hmac.compare_digest(code.encode(), SECOND_CODE.encode()):
            self.locks.wrong(request.username)
            return False
        return True

    def grant(self, request: AuthRequest, *, level: int, auth_time: int, sid: str) -> str:
        """A code for the request, as the address to send the browser to."""
        code = self._codes.put(Granted(request, request.username, level, auth_time, sid))
        return back(request, code=code, iss=self.config.issuer, session_state=sid)

    def redeem(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """Exchanges a code for tokens, once; None for anything that does not fit.

        Basis: RFC 6749 4.1.3, RFC 7636 4.6.
        """
        granted = self._codes.take(form.get("code", ""))  # taken before any check: one try a code
        verifier = form.get("code_verifier", "")
        if granted is None or form.get("client_id") != self.config.client or not PKCE.fullmatch(verifier):
            return None
        if form.get("redirect_uri") != granted.request.redirect_uri:
            return None
        if not hmac.compare_digest(challenge(verifier), granted.request.challenge):
            return None
        return self._answer(granted)

    def refresh(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """New tokens for a refresh token, once, while its login lasts; None if it does not.

        Basis: RFC 6749 6; a spent one is refused, as RFC 9700 4.14.2 asks for public clients.
        """
        granted = self._refreshes.take(form.get("refresh_token", ""))
        if granted is None or form.get("client_id") != self.config.client:
            return None
        if granted.username in self.disabled or self.signed_on.get(granted.sid) is None:
            return None
        return self._answer(granted)

    def program(self, client: str, secret: str) -> dict[str, Any] | None:
        """A token for a program that knows its secret; None otherwise. Basis: RFC 6749 4.4."""
        known = self._programs.get(client)
        if known is None or not hmac.compare_digest(secret.encode(), PROGRAM_SECRET.encode()):
            return None
        return self.signer.program_answer(known)

    def sign_off(self, sid: str) -> str | None:
        """Ends a login; returns the token that tells the client, None if there was none."""
        known = self.signed_on.take(sid)
        if known is None:
            return None
        return self.signer.logout_token(self.people[known.username].subject, sid)

    def sign_off_person(self, username: str) -> list[str]:
        """Ends every login of a person, as an administrator does; the tokens that tell the client."""
        found = [sid for sid, known in self.signed_on.items() if known.username == username]
        return [token for sid in found if (token := self.sign_off(sid))]

    def _answer(self, granted: Granted) -> dict[str, Any]:
        answer = self.signer.answer(self.people[granted.username], granted)
        return answer | {"refresh_token": self._refreshes.put(granted), "refresh_expires_in": REFRESH_SECONDS}


def back(request: AuthRequest, **query: str) -> str:
    """The client's return address with an answer."""
    return f"{request.redirect_uri}?{urlencode({'state': request.state} | query)}"


def _fault(query: Mapping[str, str]) -> str:
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if query.get("code_challenge_method") != "S256" or not PKCE.fullmatch(query.get("code_challenge", "")):
        return "invalid_request"
    return "" if "openid" in query.get("scope", "").split() else "invalid_scope"
