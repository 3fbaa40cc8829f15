"""What was typed into a form that was not carried out: kept for a while, given back to its person only.

Redis holds it under the digest of a random number, sealed with a key derived from the number: whoever reads
Redis learns nothing. The number stands in the address of the page that shows the form; it opens nothing
for anybody but the person, acting for the bureau, that the form was shown to.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from litestar import Request
from litestar.types import Message, Scope
from redis.exceptions import RedisError

from services.web.form_token import owner_of, token_of
from services.web.guards import CSRF_FIELD
from services.web.keys import DEPLOYMENT, tenant_key
from services.web.outage import store_down
from services.web.state import SLOT, session_of

SECONDS = 30 * 60
MOST = 512 * 1024  # characters of one form
TYPED = "typed"  # in the address of a page whose form is filled in again
_NUMBER = re.compile(r"[A-Za-z0-9_-]{43}")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NONCE = bytes(12)  # every key seals one text only
_SENT = "shuangsui.form_sent"  # in the request's state: what the form said
_KEEP = "shuangsui.form_keep"  # in the request's state: the number it is to be kept under

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent.

    Attributes:
        owner: whose, see `form_token.owner_of`. path: where it went.
        fields: (name, text) in the order of sending, without files and tokens.
    """

    owner: str
    path: str
    fields: tuple[tuple[str, str], ...]


async def note_form(request: AnyRequest) -> None:
    """Notes what a signed-in person's form says, in case the request is refused."""
    session = session_of(request)
    if session is not None and _is_form(request):
        await _note(request, owner_of(session.subject, session.bureau))


async def note_orphan(request: AnyRequest) -> None:
    """Notes a form whose session is over, where the browser's cookie was that of the form's own person.

    A body of anybody else is not even read: nobody fills the memory without having been signed in.
    """
    if not _is_form(request) or not _from_here(request):
        return
    identity = request.app.state[SLOT].identity
    sid = request.cookies.get(identity.config.session_cookie)
    try:
        owner = await identity.sessions.was(sid) if sid else ""
    except RedisError:  # nobody knows whose it is: it cannot be kept, and the refusal says why
        return
    if owner:
        await _note(request, owner)


async def _note(request: AnyRequest, owner: str) -> None:
    """Of somebody else's form, left open by the person before, nothing is kept."""
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    sent = next((value for name, value in fields if name == CSRF_FIELD), "")
    said = tuple((name, value) for name, value in fields if name != CSRF_FIELD)
    if token_of(sent).owner == owner and said and sum(len(value) for _, value in said) <= MOST:
        request.scope["state"][_SENT] = KeptForm(owner, request.scope["path"], said)


def _is_form(request: AnyRequest) -> bool:
    kind = request.content_type[0]
    return kind in _FORMS and not request.url.path.startswith("/api/")


def _from_here(request: AnyRequest) -> bool:
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def offer_form(request: AnyRequest) -> str:
    """The number the noted form will be kept under once the refusal leaves; "" when there is none."""
    state = request.scope["state"]
    if _SENT not in state:
        return ""
    return str(state.setdefault(_KEEP, secrets.token_urlsafe(32)))


async def keep_form(message: Message, scope: Scope) -> None:
    """The hook that keeps what was offered, before the answer leaves."""
    if message["type"] != "http.response.start":
        return
    number = scope["state"].pop(_KEEP, "")
    form = scope["state"].pop(_SENT, None)
    if number and isinstance(form, KeptForm):
        try:
            await put(scope["litestar_app"].state[SLOT].app.redis, number, form)
        except RedisError as error:  # the refusal itself must reach the person
            store_down(error)


async def put(redis: Any, number: str, form: KeptForm) -> None:
    """Keeps a form under a number."""
    plain = json.dumps({"owner": form.owner, "path": form.path, "fields": form.fields})
    sealed = AESGCM(_key(number)).encrypt(_NONCE, plain.encode(), None)
    await redis.set(_name(number), sealed, ex=SECONDS)


async def take(redis: Any, number: str, owner: str) -> KeptForm | None:
    """The form of a number, for its owner; None for anybody else, and when it is over."""
    sealed = await redis.get(_name(number)) if _NUMBER.fullmatch(number) else None
    if sealed is None:
        return None
    try:
        plain = json.loads(AESGCM(_key(number)).decrypt(_NONCE, sealed, None))
    except InvalidTag:
        return None
    found = KeptForm(plain["owner"], plain["path"], _pairs(plain["fields"]))
    return found if secrets.compare_digest(found.owner, owner) else None


def _pairs(fields: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in fields)


def _name(number: str) -> str:
    return tenant_key(DEPLOYMENT, "form-kept", hashlib.sha256(number.encode()).hexdigest())


def _key(number: str) -> bytes:
    return hashlib.sha256(b"shuangsui/form-key/1\n" + number.encode()).digest()
