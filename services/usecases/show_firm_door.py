"""The team shows the firm the code of its visit's page: from the arrival on, always the same one.

Basis: 国办发〔2024〕54号 (扫码入企; secondary source); the page itself is ours.
"""

import secrets
from dataclasses import dataclass, field
from typing import Any

from services.usecases.arrive import VisitNotice, visit_notice
from services.visiting.firm_door import digest_of, seal_card, vault_of
from services.work import Work
from tenants import journal
from tenants.stores import officers, voices
from tenants.voice_rows import VisitDoor


@dataclass(frozen=True, slots=True)
class FirmPass:
    """What the inspector shows. `url`: address of the firm's page."""

    draw_no: int
    slot: int
    site: str
    url: str = field(repr=False)


async def show_firm_door(work: Work, draw_no: int, slot: int) -> FirmPass:
    """Make the code of an own visit, or show it again. Raises NotYours; NotArrived: not yet."""
    work.require("task.read_own", assigned=True)
    notice = await visit_notice(work, draw_no, slot)
    bureau, place = work.scope.bureau, f"door/{draw_no}/{slot}"
    vault = vault_of(work, bureau)
    door = await voices.door_of(work.db, work.scope, draw_no, slot)
    if door is not None:
        code = (await vault.open(place, door.again))["code"]
    else:
        code = secrets.token_urlsafe(16)
        card = seal_card(code, await _card(work, notice), ["door", bureau, draw_no, slot])
        again = await vault.seal(place, {"code": code}, work.now)
        at = notice.arrival.at
        row = VisitDoor(bureau, draw_no, slot, digest_of("door", code), card, again, at)
        await voices.keep_door(work.db, work.scope, row)
        await journal.note(
            work.db, work.scope, actor=work.principal, action="visit.door",
            target=f"draw/{bureau}/{draw_no}/{slot}/door", after={"shown": True}, at=work.now,
        )  # fmt: skip
    url = f"{work.app.settings.public_url.rstrip('/')}/d/{bureau}/{code}"
    return FirmPass(draw_no, slot, str(notice.site["name"]), url)


async def _card(work: Work, notice: VisitNotice) -> dict[str, Any]:
    """Site and officers, with the last day of each certificate as registered on the day."""
    people = []
    for one in notice.arrival.officers:
        async with work.inside(str(one["bureau"])) as there:
            officer = await officers.one(there.db, there.scope, str(one["bureau"]), str(one["certificate"]))
        named = {"name": officer.name, "certificate": officer.certificate, "bureau": one["bureau"]}
        people.append(named | {"valid_until": officer.valid_until.isoformat()})
    return {"site": notice.site, "officers": people}
