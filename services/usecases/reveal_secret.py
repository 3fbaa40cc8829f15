"""A role hands over its secret, after the beacon and not before. Basis: rd1 §3.

Whoever brings the 32 bytes that open a commitment may hand them in: a lost secret comes from the superior's
sealed copy, by another hand. They no longer decide anything: the beacon is logged.

Digits called aloud are no more than what somebody typed, and platform and bureau know every other input. So
the witness's secret comes by a witness's hand only, together with the digits the witness called, and stays
out when the log holds others: without it there is no result. Its device checks the same before it tells the
secret (`outside.secret.confirm_spoken`). Basis: rd1 §4.
"""

from collections.abc import Iterable

from policies.access import states_of
from policies.errors import Forbidden
from policies.rd1 import beacon
from policies.rd1.canonical import suite_of
from policies.rd1.freeze import commitment
from services.drawing.draw_errors import BeaconMissing, CommitmentMismatch
from services.drawing.spoken_errors import DigitsDiffer, DigitsUnconfirmed
from services.usecases.ceremony import held_draw, note
from services.usecases.commit_secret import ROLES
from services.usecases.enter_beacon import logged_beacon
from services.work import Work
from tenants import sealed
from tenants.rows import Commit, Draw
from tenants.stores import commits


async def reveal_secret(
    work: Work, draw_no: int, role: str, key: bytes, digits: str | None = None
) -> tuple[str, ...]:
    """Keep the secret of one role, sealed; the same one again changes nothing.

    Args:
        work: of a drawer of the bureau, or of the superior's witness within it.
        role: "bureau" or "witness"; the platform's own is kept here from the start.
        key: the 32 bytes committed to.
        digits: those the witness called; needed with the witness's secret when the beacon is spoken.

    Returns:
        Roles that still have to hand over theirs.

    Raises:
        BeaconMissing: no beacon is in the public log yet; keep the secret.
        CommitmentMismatch: the role did not commit to this key.
        DigitsUnconfirmed, DigitsDiffer: the witness did not say what it called, or the log holds another R.
        Forbidden: the witness's secret of a spoken beacon, by who is no witness.
    """
    work.require("draw.reveal")
    return await keep_secret(work, draw_no, role, key, digits)


async def keep_secret(
    work: Work, draw_no: int, role: str, key: bytes, digits: str | None = None
) -> tuple[str, ...]:
    """As `reveal_secret`, for callers that asked the matrix themselves: the invited witness's page."""
    draw = await held_draw(work, draw_no, *states_of("draw.reveal"))
    logged = await logged_beacon(work, draw)
    if logged is None:
        raise BeaconMissing(draw_no)
    kept = {one.role: one for one in await commits.of_draw(work.db, work.scope, draw.bureau, draw_no)}
    commit = _opened(draw, kept.values(), role, key)
    confirmed = _confirmed(work, draw, role, str(logged.entry["r"]), digits)
    if commit.revealed is None:
        await sealed.keep_reveal(work.db, work.scope, work.app.keys, draw_no, role, key)
        await note(work, "draw.reveal", draw_no, {"role": role} | confirmed, before={"revealed": False})
    return tuple(one.role for one in kept.values() if one.revealed is None and one.role != role)


def _confirmed(work: Work, draw: Draw, role: str, r: str, digits: str | None) -> dict[str, str]:
    """What the journal keeps of the witness's word on the digits; nothing for other roles and beacons."""
    manifest = draw.manifest or {}
    rule = manifest["beacon"]
    if role != "witness" or rule["kind"] != "spoken":
        return {}
    if not work.principal.roles & ROLES["witness"]:
        raise Forbidden(role, action="draw.reveal")
    if digits is None:
        raise DigitsUnconfirmed(draw.draw_no, r=r)
    beacon.check_evidence(rule, {"digits": digits})
    if beacon.value(suite_of(manifest["suite"]), rule, {"digits": digits}).hex() != r:
        raise DigitsDiffer(digits, r=r)
    return {"digits": "confirmed", "r": r}


def _opened(draw: Draw, kept: Iterable[Commit], role: str, key: bytes) -> Commit:
    """The role's commitment, when the key opens it."""
    found = next((one for one in kept if one.role == role), None)
    suite = suite_of((draw.manifest or {})["suite"])
    if found is None or len(key) != 32:
        raise CommitmentMismatch(f"{len(key)} bytes", role=role)
    if commitment(suite, draw.bureau, draw.draw_no, role, key).hex() != found.c:
        raise CommitmentMismatch(f"{len(key)} bytes", role=role)
    return found
