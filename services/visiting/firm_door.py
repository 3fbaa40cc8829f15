"""The code a firm opens its visit's page by, and what is kept behind it.

The code is 128 random bits in a link the team shows from the arrival on. The deployment keeps its SHA-256,
and the names of site and officers sealed by a key made of the code: a reader of the tables without the code
learns no name from them. The person behind a code is a principal of one visit, made anew at every request.
"""

import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from policies.errors import Missing
from policies.terms import Principal
from policies.visiting.voice_errors import VoiceOver
from policies.visiting.voices import RATED_FOR, READ_FOR
from services.notify.vault import Vault
from services.work import App, Work
from tenants.scope import Scope
from tenants.sealing import decrypt, encrypt
from tenants.stores import voices
from tenants.voice_rows import VisitDoor

ROLE = "visited_firm"
_CODE = re.compile(r"[A-Za-z0-9_-]{22}")
_BUREAU = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Entered:
    """A visit whose code was brought. `open`: it may still be rated and complained about."""

    door: VisitDoor
    card: Mapping[str, Any]
    open: bool


def digest_of(kind: str, words: str) -> str:
    """SHA-256 of a code or a receipt in hex; `kind` keeps the two apart."""
    return sha256(f"shuangsui/{kind}/1\n{words}".encode()).hexdigest()


def seal_card(code: str, card: Mapping[str, Any], place: list[str | int]) -> bytes:
    """The card, for who has the code."""
    plain = json.dumps(dict(card), ensure_ascii=False).encode()
    size = -(-len(plain) // 2048) * 2048  # a long name does not show in the length
    return encrypt(_key(code), plain.ljust(size), place)


def firm_of(bureau: str, draw_no: int = 0, slot: int = 0) -> Principal:
    """The person behind a code."""
    return Principal(f"firm-{bureau}-{draw_no}-{slot}", "受检单位", bureau, frozenset({ROLE}))


@asynccontextmanager
async def at_door(
    app: App, bureau: str, code: str, *, writes: bool = False
) -> AsyncIterator[tuple[Work, Entered]]:
    """The transaction of the visit a code belongs to, as its firm.

    Raises:
        Missing: no such code, of that bureau, or its page is over; nobody learns which.
        VoiceOver: `writes`, and the time for it has passed.
    """
    if not _BUREAU.fullmatch(bureau) or not _CODE.fullmatch(code):
        raise Missing("", what="检查")
    wanted = digest_of("door", code)
    async with app.work(firm_of(bureau)) as work:
        door = await voices.by_code(work.db, work.scope, wanted)
        if not hmac.compare_digest(door.code, wanted) or work.now >= door.at + READ_FOR:
            raise Missing("", what="检查")
        place: list[str | int] = ["door", bureau, door.draw_no, door.slot]
        card = json.loads(decrypt(_key(code), door.card, place))
        found = Entered(door, card, work.now < door.at + RATED_FOR)
        if writes and not found.open:
            raise VoiceOver(days=RATED_FOR.days)
        work.principal = firm_of(bureau, door.draw_no, door.slot)
        yield work, found


def own_door(work: Work, entered: Entered) -> bool:
    """True when the person is the firm of this very visit."""
    door = entered.door
    return work.principal.subject == firm_of(door.bureau, door.draw_no, door.slot).subject


def vault_of(work: Work, bureau: str) -> Vault:
    """Seals and opens what firms wrote, by the bureau's own key."""
    return Vault(work.db, Scope.own(bureau, work.principal.subject), work.app.keys)


def _key(code: str) -> bytes:
    return sha256(f"shuangsui/door-card/1\n{code}".encode()).digest()
