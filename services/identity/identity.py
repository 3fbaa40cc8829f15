"""Turns a cookie or a bearer token into a principal."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from policies.access_glass import GlassOver, looker
from policies.terms import Principal
from services.clock import Clock, today
from services.identity.client import LoginClient
from services.identity.config import IdentityConfig
from services.identity.confirming import Confirmer
from services.identity.directory import (
    Directory,
    NoRequests,
    Requests,
    as_principal,
    bureaus_of,
    nowhere,
    of_program,
)
from services.identity.errors import ClientUnknown, NoMembership, TokenRefused
from services.identity.sessions import Session, Sessions
from services.identity.tokens import Claims
from tenants.rows import Membership

Opens = Callable[[str, str], Awaitable[Directory | None]]  # for a person and a bureau


@dataclass(slots=True)
class Identity:
    """Login client, sessions and directory of one process.

    Attributes:
        clock: the product's clock: memberships hold by it, and `auth_time` is put on it.
        wall: the machine's clock: tokens and sessions age by it.
        requests: which break-glass requests are open.
    """

    config: IdentityConfig
    client: LoginClient
    sessions: Sessions
    confirmer: Confirmer
    directory: Directory
    clock: Clock
    wall: Clock
    requests: Requests = field(default_factory=NoRequests)

    @classmethod
    def wire(
        cls,
        config: IdentityConfig,
        redis: Any,
        directory: Directory,
        *,
        clock: Clock,
        wall: Clock,
        requests: Requests | None = None,
    ) -> "Identity":
        """The usual wiring."""
        client, sessions = LoginClient(config, redis, wall), Sessions(redis, wall)
        confirmer = Confirmer(client, sessions, wall)
        asked = requests or NoRequests()
        return cls(config, client, sessions, confirmer, directory, clock, wall, asked)

    async def of_session(self, session: Session, opens: Opens | None = None) -> Principal:
        """The person of a session in its bureau; in none, if the last role there has ended.

        One who looks at a bureau under a break-glass request is there in the lent role, while it is open.
        """
        if session.glass:
            return await self._looker(session.subject, session.glass) or nowhere(session)
        memberships = await self._memberships(session.subject, session.bureau, opens)
        found = as_principal(
            session.subject,
            session.bureau,
            memberships,
            acr=session.acr,
            auth_time=self.on_product_clock(session.auth_time),
        )
        return found or nowhere(session)

    async def _memberships(self, subject: str, bureau: str, opens: Opens | None) -> Sequence[Membership]:
        there = await opens(subject, bureau) if opens is not None else None
        return await (there or self.directory).of_subject(subject, today(self.clock))

    async def _looker(self, subject: str, glass: str) -> Principal | None:
        try:
            found = await self.requests.of_glass(subject, UUID(glass), self.clock.now())
        except ValueError:  # no number at all
            return None
        return looker(found) if found else None

    async def of_token(
        self, token: str, bureau: str, glass: str = "", *, hint: str = "", opens: Opens | None = None
    ) -> Principal:
        """The person or the program of a bearer token.

        Args:
            token: compact JWS.
            bureau: code asked for; "" is enough where only one is possible.
            glass: number of a break-glass request of the person, to look at its bureau.
            hint: the bureau it will be, likely. opens: begins the transaction to ask in.

        Raises:
            GlassOver: no such request of this person is open.
            TokenRefused: the token failed a check. NoMembership: no role in that bureau today.
            ClientUnknown: the program is not let in there today.
        """
        claims = await self.client.verifier.check(token, "Bearer", any_client=True)
        if claims.client != self.config.client:
            return await self._program(claims, bureau)
        if claims.service:  # our own client has no account of its own
            raise TokenRefused
        if glass:
            looks = await self._looker(claims.subject, glass)
            if looks is None or bureau not in ("", looks.bureau):
                raise GlassOver
            return looks
        memberships = await self._memberships(claims.subject, bureau or hint, opens)
        codes = bureaus_of(memberships)
        chosen = bureau or (codes[0] if len(codes) == 1 else "")
        auth_time = self.on_product_clock(claims.auth_time)
        found = as_principal(claims.subject, chosen, memberships, acr=claims.acr, auth_time=auth_time)
        if found is None:
            raise NoMembership
        return found

    async def _program(self, claims: Claims, bureau: str) -> Principal:
        """Another client than the site's counts for itself only, never for a person signed in at it."""
        if not claims.service:
            raise TokenRefused
        registered = await self.directory.of_client(claims.client, today(self.clock))
        if not registered:
            raise TokenRefused  # a client nobody here ever let in learns nothing
        found = of_program(claims.subject, bureau, registered)
        if found is None:
            raise ClientUnknown
        return found

    def on_product_clock(self, auth_time: int) -> int:
        """The same age on the product's clock, so a simulated day asks for a fresh factor too."""
        age = int(self.wall.now().timestamp()) - auth_time
        return int(self.clock.now().timestamp()) - age
