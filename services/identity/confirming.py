"""Asks the identity service now and then whether the login behind a session still holds.

A person disabled there, signed out there or given a new password loses the session within CHECK_SECONDS also
when no message of it arrives. While the service does not answer, sessions go on for GRACE_SECONDS and no
longer: nothing stays open by failing.
"""

import asyncio

from services.clock import Clock
from services.identity.client import LoginClient
from services.identity.errors import IdentityUnavailable, LoginFailed, SessionEnded, TokenRefused
from services.identity.sessions import Found, Session, Sessions, Tokens
from services.logs import say

CHECK_SECONDS = 300
GRACE_SECONDS = 900
RETRY_SECONDS = 30  # how often a session asks a service that does not answer
PATIENCE_SECONDS = 4  # what a page waits for it


class Confirmer:
    """Confirms sessions; one of many requests at once asks, the others go on.

    Args:
        client: asks the identity service. sessions: where the tokens are kept. clock: the machine's clock.
    """

    def __init__(self, client: LoginClient, sessions: Sessions, clock: Clock) -> None:
        self._client, self._sessions, self._clock = client, sessions, clock

    async def confirm(self, found: Found) -> None:
        """Returns while the login of a session holds, as far as is known.

        Raises:
            SessionEnded: it does not; the session is over.
            IdentityUnavailable: it could not be confirmed for too long; the session waits.
        """
        session = found.session
        if found.checked is None:
            await self._sessions.close(session.sid)
            raise SessionEnded
        age = int(self._clock.now().timestamp()) - found.checked
        doubted = found.doubted
        if age < CHECK_SECONDS and not doubted:
            return
        if (tokens := found.tokens) is None:
            raise SessionEnded
        if await self._confirmed(session, tokens, found.told.doubts, doubted or age >= GRACE_SECONDS):
            return
        if doubted or age >= GRACE_SECONDS:
            if not tokens.refresh:  # the service gives none: the person signs in again
                await self._sessions.end(session.sid)
                raise SessionEnded
            raise IdentityUnavailable

    async def _confirmed(self, session: Session, tokens: Tokens, doubts: int, patient: bool) -> bool:
        """Whether the service confirms it, asked after the newest doubt; `doubts`: its number."""
        if not tokens.refresh:
            return False
        if await self._sessions.first_to_ask(session, RETRY_SECONDS):
            return await self._ask_with_latest(session, tokens, doubts)
        turns = int(PATIENCE_SECONDS * 10) if patient else 0
        for _ in range(turns):  # another request of this browser is asking just now
            if not await self._sessions.being_asked(session):
                break
            await asyncio.sleep(0.1)
        now = await self._sessions.tokens(session)
        if now is None:
            raise SessionEnded
        return _answers(now, tokens, doubts)

    async def _ask_with_latest(self, session: Session, tokens: Tokens, doubts: int) -> bool:
        """Asks with what is kept now: the request before may have spent the token read at first."""
        latest = await self._sessions.tokens(session)
        if latest is None:
            raise SessionEnded
        if _answers(latest, tokens, doubts):
            await self._sessions.answered(session)
            return True
        return await self._ask(session, latest, doubts)

    async def _ask(self, session: Session, tokens: Tokens, doubts: int) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                id_token, refresh = await self._client.refresh(tokens.refresh, session.subject)
        except (IdentityUnavailable, TimeoutError) as error:
            say("session.unconfirmed", level="warning", problem=type(error).__name__)
            await self._sessions.unanswered(session, RETRY_SECONDS)
            return False
        except (LoginFailed, TokenRefused) as error:
            await self._sessions.end(session.sid)
            raise SessionEnded from error
        now = int(self._clock.now().timestamp())
        known = max(doubts, tokens.known)
        await self._sessions.keep_tokens(session, Tokens(id_token, refresh, now, known))
        await self._sessions.answered(session)
        return True


def _answers(latest: Tokens, tokens: Tokens, doubts: int) -> bool:
    """Whether the service was asked since `tokens` were read, and after the doubt: an answer from before the
    doubt was on its way when the other login ended. Only an answer changes what is kept; no clock is
    asked."""
    return latest != tokens and latest.known >= doubts
