"""Turns a cookie or a bearer token into a principal."""

from dataclasses import dataclass
from typing import Any

from policies.terms import Principal
from services.clock import Clock, today
from services.identity.client import LoginClient
from services.identity.config import IdentityConfig
from services.identity.confirming import Confirmer
from services.identity.directory import Directory, as_principal, bureaus_of, nowhere, of_program
from services.identity.errors import ClientUnknown, NoMembership, TokenRefused
from services.identity.sessions import Session, Sessions
from services.identity.tokens import Claims


@dataclass(slots=True)
class Identity:
    """Login client, sessions and directory of one process.

    Attributes:
        clock: the product's clock: memberships hold by it, and `auth_time` is put on it.
        wall: the machine's clock: tokens and sessions age by it.
    """

    config: IdentityConfig
    client: LoginClient
    sessions: Sessions
    confirmer: Confirmer
    directory: Directory
    clock: Clock
    wall: Clock

    @classmethod
    def wire(
        cls, config: IdentityConfig, redis: Any, directory: Directory, *, clock: Clock, wall: Clock
    ) -> "Identity":
        """The usual wiring."""
        client, sessions = LoginClient(config, redis, wall), Sessions(redis, wall)
        return cls(config, client, sessions, Confirmer(client, sessions, wall), directory, clock, wall)

    async def of_session(self, session: Session) -> Principal:
        """The person of a session in its bureau; in none, if the last role there has ended."""
        memberships = await self.directory.of_subject(session.subject, today(self.clock))
        found = as_principal(
            session.subject,
            session.bureau,
            memberships,
            acr=session.acr,
            auth_time=self.on_product_clock(session.auth_time),
        )
        return found or nowhere(session)

    async def of_token(self, token: str, bureau: str) -> Principal:
        """The person or the program of a bearer token.

        Args:
            token: compact JWS.
            bureau: code asked for; "" is enough where only one is possible.

        Raises:
            TokenRefused: the token failed a check. NoMembership: no role in that bureau today.
            ClientUnknown: the program is not let in there today.
        """
        claims = await self.client.verifier.check(token, "Bearer", any_client=True)
        if claims.client != self.config.client:
            return await self._program(claims, bureau)
        if claims.service:  # our own client has no account of its own
            raise TokenRefused
        memberships = await self.directory.of_subject(claims.subject, today(self.clock))
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
