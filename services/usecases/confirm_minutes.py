"""The minutes of a draw: made from what is logged and kept, confirmed by drawer and witness apart."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from policies.access import states_of
from policies.planning.minutes import MinutesFacts, entry_indexes, minutes_hash, minutes_message, minutes_of
from services.drawing.waived import used_in
from services.drawing.witness_errors import MinutesDiffer, SignatureFalse
from services.seen import Seen
from services.usecases.ceremony import draw_in, local, note
from services.usecases.witness_invited import Pass, invited_row, principal_of_pass
from services.work import Work
from tenants.rows import Draw
from tenants.stores import draws, log, minutes
from tenants.witness_rows import MinutesWord

PARTS = ("drawer", "witness")


@dataclass(frozen=True, slots=True)
class Minutes:
    """The minutes as they stand: body, hash, and who stands by them."""

    body: dict[str, Any]
    h: str
    words: tuple[MinutesWord, ...]

    def said(self, role: str) -> MinutesWord | None:
        """The word of one part, if it was given."""
        return next((one for one in self.words if one.role == role), None)

    @property
    def whole(self) -> bool:
        """Both parts confirmed."""
        return all(self.said(role) for role in PARTS)


async def minutes_for(work: Work, draw_no: int, bureau: str = "") -> Minutes | None:
    """The minutes of a visible draw of our own; None before the result, and for the platform's draws."""
    whose = bureau or work.scope.bureau
    work.require("draw.read", bureau=whose)
    return await _minutes(work, await draws.get(work.db, work.scope, whose, draw_no))


def minutes_seen(work: Work, bureau: str, *, assigned: bool = False) -> Seen:
    """What the person sees of minutes: who confirms them reads them first, names of the parts included."""
    actions = ("witness.act", "minutes.confirm") if assigned else ("draw.read", "minutes.confirm")
    return work.seen(*actions, bureau=bureau, assigned=assigned)


def cut_minutes(found: Minutes | None, seen: Seen) -> Minutes | None:
    """The minutes without what is not shown; their fingerprint stays that of the whole."""
    if found is None:
        return None
    words = tuple(seen.of("word", one) for one in found.words)
    return seen.of("minutes", replace(found, body=seen.members("minutes_body", found.body), words=words))


async def minutes_for_invited(work: Work, held: Pass) -> Minutes | None:
    """As `minutes_for`, for the invited witness of the draw."""
    assigned = work.principal.subject == principal_of_pass(held).subject
    work.require("witness.act", assigned=assigned)
    found = await _minutes(work, await draws.get(work.db, work.scope, held.bureau, held.draw_no))
    return cut_minutes(found, minutes_seen(work, held.bureau, assigned=assigned))


async def confirm_minutes(work: Work, draw_no: int, h: str) -> MinutesWord:
    """A drawer of the bureau, or the superior's witness within it, stands by the minutes; once is enough.

    Args:
        work: of a drawer, or of a witness within the bureau that draws.
        h: hex fingerprint of the minutes that were read.

    Raises:
        WrongState: there is no result yet. MinutesDiffer: other minutes were read.
        SameHand: this person stood by them in the other part.
    """
    work.require("minutes.confirm")
    role = "witness" if "witness" in work.principal.roles else "drawer"
    return await _confirm(work, draw_no, role, h)


async def confirm_invited(work: Work, held: Pass, h: str, sig: str = "") -> MinutesWord:
    """The invited witness stands by the minutes, with its device's signature where the device made a key.

    Args:
        sig: base64, Ed25519 over `minutes_message`.

    Raises:
        as `confirm_minutes`. SignatureFalse: not by the device that committed.
    """
    assigned = work.principal.subject == principal_of_pass(held).subject
    work.require("minutes.confirm", assigned=assigned)
    row = await invited_row(work, held)
    key = row.device_key or ""
    if key and not _signed(key, h, sig):
        raise SignatureFalse(sig[:20])
    signature = b64encode(b64decode(sig)).decode() if key else None
    return await _confirm(work, held.draw_no, "witness", h, row.name, key or None, signature)


async def _confirm(
    work: Work,
    draw_no: int,
    role: str,
    h: str,
    name: str = "",
    key: str | None = None,
    sig: str | None = None,
) -> MinutesWord:
    draw = await draw_in(work, draw_no, *states_of("minutes.confirm"))
    found = await _minutes(work, draw)
    if found is None or found.h != h:
        raise MinutesDiffer(h[:12], wanted=found.h[:12] if found else "—")
    if (kept := found.said(role)) is not None:
        return kept
    who = work.principal
    word = MinutesWord(
        draw.bureau, draw_no, role, h, found.body, who.subject, name or who.name, work.now, key, sig
    )
    await minutes.keep(work.db, work.scope, word)
    await note(work, "minutes.confirm", draw_no, {"role": role, "h": h, "signed": sig is not None})
    return word


async def _minutes(work: Work, draw: Draw) -> Minutes | None:
    words = await minutes.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    if draw.z is None or draw.manifest is None or draw.drawn_at is None or not draw.m:
        return None
    entries = [(str(one.entry["t"]), one.index) for one in await log.of_draw(work.control, draw.m)]
    summary = draw.summary or {}
    facts = MinutesFacts(
        manifest=draw.manifest,
        m=draw.m,
        r=draw.r or "",
        z=draw.z,
        drawn_at=local(draw.drawn_at),
        late=draw.late,
        log=entry_indexes(entries),
        drawn=int(summary.get("drawn", 0)),
        officers=int(summary.get("officers", 0)),
        waivers=await used_in(work, draw),
    )
    body = minutes_of(facts)
    return Minutes(body, minutes_hash(body), words)


def _signed(key: str, h: str, sig: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            b64decode(sig, validate=True), minutes_message(h)
        )
    except (InvalidSignature, ValueError):
        return False
    return True
