"""The code an inspector shows at the door, made from the own task only; every opening is journalled."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from policies.rd1.canonical import suite_of
from policies.rd1.door import Person, fragment
from policies.rd1.freeze import officer_salt, pseudonym
from policies.rd1.logs_notes import parse_checkpoint, parse_vkey
from services.drawing.authority import refuse_external
from services.drawing.pseudonyms import key_of_draw, of_bureau
from services.drawing.sealed_parts import open_json
from services.tlog.keeper import signed
from services.usecases.ceremony import superior_of
from services.usecases.my_tasks import assigned_task
from services.visiting.door_errors import NoDoorCode
from services.visiting.doorcode import Chain, Proofs, chain_of, door_code
from services.work import Work
from tenants import sealed
from tenants.records import LogEntry
from tenants.rows import Draw
from tenants.stores import draws, log, tasks, witness_keys

WHY = "出示门口核验码"


@dataclass(frozen=True, slots=True)
class DoorPass:
    """What the inspector shows.

    Attributes:
        url: address of the page with the code behind its #; the server never sees that part again.
        site: code of the site to be visited.
        certificates: of the officers to come.
    """

    url: str
    site: str
    certificates: tuple[str, ...]
    slot: int
    draw_no: int


async def show_door_code(work: Work, draw_no: int, slot: int) -> DoorPass:
    """Make the code of a visit dispatched to the person.

    Raises:
        NotYours: not a visit of the person, not yet, or called off.
        NotVerifiable: the platform drew; there is no proof to be shown.
        NoDoorCode: the proof cannot be put together, so nothing may be shown.
    """
    work.require("task.read_own", assigned=True)
    _, team = await assigned_task(work, draw_no, slot)
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    refuse_external(draw)
    if draw.manifest is None or draw.z is None:
        raise NoDoorCode(f"{draw_no}/{slot}")
    task = await _payload(work, draw_no, slot)
    chain = chain_of(task["uid"], await _events(work, draw_no))
    number = draw.manifest["suite"]
    result = await open_json(work, draw, "result", why=WHY)
    place, drawn = await _drawn(work, draw, slot, task, chain, len(result["leaves"]))
    proofs = await _proofs(work, draw)
    registered = [parse_vkey(key.vkey) for key in await witness_keys.all_(work.control)]
    code = door_code(
        number,
        bytes.fromhex(draw.m or ""),
        draw.bureau,
        drawn,
        place,
        [bytes.fromhex(leaf) for leaf in result["leaves"]],
        chain,
        await _people(work, draw, [one.certificate for one in team]),
        proofs,
        parse_vkey(work.app.log.vkey),
        registered,
    )
    url = f"{work.app.settings.public_url.rstrip('/')}/v/#{fragment(code)}"
    named = tuple(one.certificate for one in code.people if one.certificate)
    return DoorPass(url, task["uid"], named, slot, draw_no)


async def _people(work: Work, draw: Draw, certificates: Iterable[str]) -> dict[str, Person]:
    """Officer by pseudonym; salts follow from the bureau's own key."""
    suite = suite_of((draw.manifest or {})["suite"])
    bureaus_key = await of_bureau(work, draw.bureau)
    key = key_of_draw(suite, bureaus_key, draw.draw_no)
    found = {}
    for certificate in certificates:
        salt = officer_salt(suite, key, certificate)
        found[pseudonym(suite, salt, certificate)] = Person(certificate=certificate, salt=salt)
    return found


async def _payload(work: Work, draw_no: int, slot: int) -> dict[str, Any]:
    ((_, plain),) = await sealed.open_tasks(
        work.db,
        work.scope,
        work.app.keys,
        work.scope.bureau,
        draw_no,
        [slot],
        actor=work.principal,
        why=WHY,
        at=work.now,
    )
    return dict(json.loads(plain))


async def _events(work: Work, draw_no: int) -> list[dict[str, Any]]:
    opened = await sealed.open_events(
        work.db,
        work.scope,
        work.app.keys,
        work.scope.bureau,
        draw_no,
        actor=work.principal,
        why=WHY,
        at=work.now,
    )
    return [json.loads(one) for one in opened]


async def _drawn(
    work: Work, draw: Draw, slot: int, task: dict[str, Any], chain: Chain, leaves: int
) -> tuple[int, dict[str, Any]]:
    """(slot, payload) of the drawn visit: a replacement has no leaf of its own, its predecessor has.

    Only that predecessor's row is opened; of a replacement sealed before it named its slot, the cancelled
    visits that have a leaf are opened one after the other until it is found.
    """
    if task["uid"] == chain.drawn and task.get("salt"):
        return slot, task
    places = [task["drawn"]] if "drawn" in task else await _called_off(work, draw, leaves)
    for place in places:
        payload = await _payload(work, draw.draw_no, place)
        if payload["uid"] == chain.drawn and payload.get("salt"):
            return place, payload
    raise NoDoorCode(f"{draw.draw_no}/{slot}")


async def _called_off(work: Work, draw: Draw, leaves: int) -> list[int]:
    """Slots of drawn visits that were cancelled."""
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return [one.slot for one in every if one.state == "cancelled" and one.slot < leaves]


async def _proofs(work: Work, draw: Draw) -> Proofs:
    """The draw's entries with proofs to the newest checkpoint the superior signed, else to the newest."""
    logged = await log.of_draw(work.control, draw.m or "")
    wanted = [e for e in logged if e.entry["t"] in ("beacon", "result", "event")]
    head = await _head(work, draw, wanted)
    paths = {e.index: tuple(await work.app.log.inclusion(e.index, head.size)) for e in wanted}
    return Proofs(head, wanted, paths)


async def _head(work: Work, draw: Draw, wanted: list[LogEntry]) -> Any:
    superior = await superior_of(work, draw.bureau)
    seen = None
    if wanted:
        seen = await work.app.log.witnessed(work.control, wanted[-1].index, names=[superior.name])
    last = seen or await work.app.log.latest()
    if last is None or not wanted:
        raise NoDoorCode(f"{draw.draw_no}")
    return parse_checkpoint(signed(last))
