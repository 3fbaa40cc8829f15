"""Server-side sessions: the browser holds a random number, Redis the rest under the number's digest."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from services.clock import Clock
from services.identity.endings import Endings, Told, keys_of
from services.identity.sealed_tokens import open_tokens, seal_tokens
from services.web.form_token import owner_of
from services.web.keys import DEPLOYMENT, tenant_key

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 8 * 60 * 60
TOUCH_SECONDS = 60  # how stale `seen` may be: one write a minute, not one a request
REMEMBERED = 10_000  # sessions a process has read and need not take apart again
_ASKING = b"asking"
TOLD_SECONDS = 30 * 60  # how long a browser is told that its session was ended


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser.

    Attributes:
        sid: the random number in the cookie; never stored.
        subject: the identity service's stable id of the person.
        bureau: code of the bureau acted for; "" until one is chosen. place: its name, for every page.
        acr: authentication level, 1 or 2. auth_time: seconds since 1970, machine's clock.
        created, seen: seconds since 1970, machine's clock.
        csrf: the token forms of this session carry.
        login: the identity service's own number of this login (`sid`); "" if it gave none.
        glass: number of the break-glass request the person looks under, "" otherwise; `bureau` is then the
            one looked at.
        since: number of the newest ending of anybody before its login was asked about, see `endings`.
    """

    sid: str
    subject: str
    bureau: str
    acr: int
    auth_time: int
    created: int
    seen: int
    csrf: str
    login: str = ""
    place: str = ""
    glass: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the identity service gave to this session; kept beside it, sealed with the cookie's number.

    Attributes:
        id_token: needed to sign out there. refresh: to be asked whether the login still holds.
        checked: when it last said so, in seconds since 1970 on the machine's clock.
        known: number of the newest ending that was known before it was asked then.
    """

    id_token: str
    refresh: str
    checked: int
    known: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A session and what is kept beside it, as read at one moment.

    Attributes:
        sealed: the tokens, sealed. told: endings of its person and login.
        checked: when the identity service last confirmed it; None if the tokens cannot be read.
        known: as of `Tokens`.
    """

    session: Session
    sealed: bytes | None
    told: Told
    checked: int | None
    known: int = 0

    @property
    def doubted(self) -> bool:
        """Whether the identity service is to be asked before the session is used again."""
        return self.told.doubted(self.known)

    @property
    def tokens(self) -> Tokens | None:
        """What the identity service gave to this session; None if it cannot be read."""
        return _opened(self.session.sid, self.sealed)


class Sessions:
    """Keeps sessions in Redis.

    Args:
        redis: a `redis.asyncio` client.
        clock: the machine's clock, never a simulated one.
        idle, absolute: limits in seconds since last seen and since login.
    """

    def __init__(
        self, redis: Any, clock: Clock, *, idle: int = IDLE_SECONDS, absolute: int = ABSOLUTE_SECONDS
    ) -> None:
        self._redis, self._clock, self._idle, self._absolute = redis, clock, idle, absolute
        self.endings = Endings(redis, clock, absolute)
        self._read: dict[str, _Read] = {}

    async def open(
        self,
        *,
        subject: str,
        bureau: str,
        acr: int,
        auth_time: int,
        id_token: str,
        previous: str | None,
        refresh: str = "",
        login: str = "",
        place: str = "",
        since: int | None = None,
    ) -> Session:
        """A new session under a new number; the browser's previous one ends.

        Args:
            since: `endings.count()` from before the identity service was asked about this login; left out, of
                now: for a login that nobody can have ended meanwhile.
        """
        now, since = self._now(), await self.endings.count() if since is None else since
        session = Session(
            sid=secrets.token_urlsafe(32),
            subject=subject,
            bureau=bureau,
            acr=acr,
            auth_time=auth_time,
            created=now,
            seen=now,
            csrf=secrets.token_urlsafe(24),
            login=login,
            place=place,
            since=since,
        )
        await self.keep_tokens(session, Tokens(id_token, refresh, now, since))
        await self._keep(session)
        await self._keep_owner(session)
        if previous:
            await self.close(previous)
        return session

    async def find(self, sid: str) -> Session | None:
        """The session of a cookie, unless idle, too old or ended; remembers that it was seen."""
        found = await self.look_up(sid)
        return found.session if found else None

    async def look_up(self, sid: str) -> "Found | None":
        """As `find`, with what is kept beside the session: all of it in one question to Redis.

        Which keys to ask for stands in the session; a process that has read it once knows them.
        """
        digest = _digest(sid)
        known = self._read.get(digest)
        raw, sealed, *told = await self._redis.mget(
            _kept_at(digest), _kept_at(digest, "tokens"), *(known.endings if known else ())
        )
        if raw is None:
            self._read.pop(digest, None)
            return None
        if known is None or known.raw != raw or known.sealed != sealed:
            read = _Read.of(sid, raw, sealed)
            if known is None:
                told = await self._redis.mget(*read.endings)
            known = self._remember(digest, read)
        found = Found(Session(sid=sid, **known.fields), sealed, Told(*told), known.checked, known.known)
        return await self._alive(found)

    async def _alive(self, found: "Found") -> "Found | None":
        session, now = found.session, self._now()
        if now - session.seen > self._idle or now - session.created > self._absolute:
            await self.close(session.sid)
            return None
        if found.told.reached(session.since):
            await self.end(session.sid)
            return None
        if now - session.seen >= TOUCH_SECONDS:
            session = replace(session, seen=now)
            await self._keep(session, only_if_there=True)  # a logout in between stays a logout
        return replace(found, session=session)

    def _remember(self, digest: str, read: "_Read") -> "_Read":
        if len(self._read) >= REMEMBERED:
            self._read.clear()
        self._read[digest] = read
        return read

    async def switch(self, session: Session, bureau: str, place: str = "", glass: str = "") -> Session:
        """The same login in another bureau, under a new number and token; the step-up is not carried over.

        Args:
            bureau: acted for, or looked at. place: its name. glass: number of the request it is looked at
                under, "" for a bureau of the person's own.
        """
        moved = replace(
            session,
            sid=secrets.token_urlsafe(32),
            csrf=secrets.token_urlsafe(24),
            bureau=bureau,
            place=place,
            glass=glass,
            acr=1,
            seen=self._now(),
        )
        tokens = await self.tokens(session)
        if tokens is not None:
            await self.keep_tokens(moved, tokens)
        await self._keep(moved)
        await self._keep_owner(moved)
        await self.close(session.sid)
        return moved

    async def tokens(self, session: Session) -> Tokens | None:
        """What the identity service gave to this session; None if it cannot be read."""
        return _opened(session.sid, await self._redis.get(_key(session.sid, "tokens")))

    async def keep_tokens(self, session: Session, tokens: Tokens) -> None:
        """Replaces them; apart from the session, so that noting "seen" never writes older ones back."""
        sealed = seal_tokens(session.sid, asdict(tokens))
        left = session.created + self._absolute - self._now()
        await self._redis.set(_key(session.sid, "tokens"), sealed, ex=max(left, 1))

    async def first_to_ask(self, session: Session, seconds: int) -> bool:
        """True for one of many requests at once, and then not again for so many seconds."""
        return bool(await self._redis.set(_key(session.sid, "asked"), _ASKING, ex=seconds, nx=True))

    async def being_asked(self, session: Session) -> bool:
        """True while another request waits for the answer."""
        return bool(await self._redis.get(_key(session.sid, "asked")) == _ASKING)

    async def answered(self, session: Session) -> None:
        """The next question may be asked when it is due."""
        await self._redis.delete(_key(session.sid, "asked"))

    async def unanswered(self, session: Session, seconds: int) -> None:
        """Nobody asks again for so many seconds, and nobody waits."""
        await self._redis.set(_key(session.sid, "asked"), "unanswered", ex=seconds)

    async def close(self, sid: str) -> None:
        """Ends a session at once."""
        await self._redis.delete(_key(sid), _key(sid, "tokens"), _key(sid, "asked"))

    async def end(self, sid: str) -> None:
        """As `close`, on the identity service's word: the browser is told for a while."""
        await self._redis.set(_key(sid, "ended"), "1", ex=TOLD_SECONDS)
        await self.close(sid)

    async def was_ended(self, sid: str) -> bool:
        """True when the identity service ended the session of this cookie lately."""
        return await self._redis.get(_key(sid, "ended")) is not None

    async def was(self, sid: str) -> str:
        """Whose session a cookie brought, also when it is over; see `form_token.owner_of`. "" if unknown.

        It opens nothing: a form that was filled in too slowly is kept for the person it was shown to.
        """
        found = await self._redis.get(_key(sid, "was"))
        return found.decode() if isinstance(found, bytes) else str(found or "")

    async def _keep_owner(self, session: Session) -> None:
        owner = owner_of(session.subject, session.bureau)
        await self._redis.set(_key(session.sid, "was"), owner, ex=self._absolute + TOLD_SECONDS)

    async def _keep(self, session: Session, *, only_if_there: bool = False) -> None:
        data = asdict(session)
        del data["sid"]
        left = min(self._idle, session.created + self._absolute - session.seen)
        await self._redis.set(_key(session.sid), json.dumps(data), ex=max(left, 1), xx=only_if_there)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


@dataclass(frozen=True, slots=True)
class _Read:
    """What a session's bytes in Redis say, so that the same bytes are not taken apart again. No number of
    a cookie and no token is in it.

    Attributes:
        raw, sealed: the bytes. fields: of the session. checked, known: as `Found`.
        endings: where the endings of its person and login are kept; they never change under one number.
    """

    raw: bytes
    sealed: bytes | None
    fields: dict[str, Any]
    checked: int | None
    known: int
    endings: tuple[str, ...]

    @classmethod
    def of(cls, sid: str, raw: bytes, sealed: bytes | None) -> "_Read":
        told, tokens = _known(json.loads(raw)), _opened(sid, sealed)
        endings = keys_of(told["subject"], told.get("login", ""))
        checked, known = (tokens.checked, tokens.known) if tokens else (None, 0)
        return cls(raw, sealed, told, checked, known, endings)


def _key(sid: str, kind: str = "session") -> str:
    return tenant_key(DEPLOYMENT, _kind(kind), _digest(sid))


def _digest(sid: str) -> str:
    return hashlib.sha256(sid.encode()).hexdigest()


def _kept_at(digest: str, kind: str = "session") -> str:
    return tenant_key(DEPLOYMENT, _kind(kind), digest)


def _kind(kind: str) -> str:
    return kind if kind == "session" else f"session-{kind}"


def _opened(sid: str, sealed: bytes | None) -> Tokens | None:
    found = open_tokens(sid, sealed) if sealed is not None else None
    return Tokens(**found) if found is not None else None


def _known(data: dict[str, Any]) -> dict[str, Any]:
    """Fields this version knows: a session opened by another version stays a session."""
    names = {f.name for f in fields(Session)}
    return {name: value for name, value in data.items() if name in names}
