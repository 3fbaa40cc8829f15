"""The bundle of an opened draw: everything anyone needs to re-check it. Basis: rd1 §11."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.drawing.bundle_errors import NotCosigned
from services.drawing.bundle_files import bundle_file
from services.drawing.sealed_parts import open_events, open_json, open_keys, open_lists
from services.tlog.keeper import signed
from services.tlog.tiles import write_file
from services.usecases.ceremony import beacon_moment, superior_of
from services.work import Work
from tenants.records import Checkpoint, LogEntry, WitnessKey
from tenants.rows import Draw
from tenants.stores import commits, log
from tenants.stores import sealed as parts

WHY = "公开抽取材料"


@dataclass(frozen=True, slots=True)
class Published:
    """Where the files of an opened draw are."""

    bundle: Path
    trust: Path


async def build_bundle(work: Work, draw: Draw) -> dict[str, Any]:
    """The bundle of an opened or void draw; what a void pre-empted is absent.

    Raises:
        NotCosigned: no checkpoint with all entries is cosigned by the superior yet.
    """
    lists = await open_lists(work, draw, why=WHY)
    bundle = {
        "manifest": draw.manifest,
        "rules": draw.rules,
        "list_key": lists.list_key.hex(),
        "units": [list(unit) for unit in lists.units],
        "officers": [list(officer) for officer in lists.officers],
        "bans": [list(ban) for ban in lists.bans],
        "log": await _log(work, draw),
    }
    if "beacon" in await parts.parts(work.db, work.scope, draw.bureau, draw.draw_no):
        bundle |= await _secrets(work, draw)
    events = await open_events(work, draw, why=WHY)
    return bundle | ({"events": events} if events else {})


async def write_bundle(work: Work, draw: Draw) -> Published:
    """Build the bundle and write it with its trust file under `bundles/`."""
    bundle = await build_bundle(work, draw)
    superior = await superior_of(work, draw.bureau)
    parts_of = (work.app.home, draw.bureau, draw.period, draw.kind, draw.draw_no)
    file, trust = bundle_file(*parts_of, ".json"), bundle_file(*parts_of, ".trust.txt")
    text = json.dumps(bundle, ensure_ascii=False, separators=(",", ":"))
    write_file(trust.parent, trust.name, work.app.log.trust([superior]).text().encode())
    write_file(file.parent, file.name, text.encode())
    return Published(file, trust)


async def _secrets(work: Work, draw: Draw) -> dict[str, Any]:
    """Evidence, keys and the values published, once the beacon was entered; a void may leave out the rest."""
    secrets: dict[str, Any] = {"beacon": await open_json(work, draw, "beacon", why=WHY)}
    kept = await commits.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    if any(one.revealed is None for one in kept):
        return secrets
    secrets["keys"] = [key.hex() for key in await open_keys(work, draw, why=WHY)]
    if draw.z is None:  # void between beacon and result: there is no complete set of published values
        return secrets
    return secrets | {"published": {"manifest": draw.m, "beacon": draw.r, "root": draw.z}}


async def _log(work: Work, draw: Draw) -> dict[str, Any]:
    """Entries with proofs to a witnessed checkpoint, and the earlier one from before the beacon."""
    own = await log.of_draw(work.control, draw.m or "")
    previous = [e for e in await log.of_draw(work.control, draw.prev or "") if e.entry["t"] == "manifest"]
    superior = await superior_of(work, draw.bureau)
    last = await work.app.log.witnessed(work.control, own[-1].index, names=[superior.name])
    if last is None:
        raise NotCosigned(f"log {own[-1].index}")
    shown = [e for e in own if e.entry["t"] != "escrow"]
    view = await _view(work, last, [*previous, *shown])
    before = await _before(work, draw, superior, [*previous, *own])
    return view | ({"before": before} if before else {})


async def _before(
    work: Work, draw: Draw, superior: WitnessKey, entries: list[LogEntry]
) -> dict[str, Any] | None:
    """The checkpoint that proves M and its escrow were there before the beacon."""
    wanted = [e for e in entries if e.entry["t"] in ("manifest", "escrow")]
    escrows = [e.index for e in wanted if e.entry["t"] == "escrow"]
    if not escrows:
        return None
    start = beacon_moment(draw)
    early = await work.app.log.witnessed(work.control, escrows[0], names=[superior.name], before=start)
    return await _view(work, early, [e for e in wanted if e.index < early.size]) if early else None


async def _view(work: Work, head: Checkpoint, entries: list[LogEntry]) -> dict[str, Any]:
    return {
        "checkpoint": signed(head),
        "entries": [
            {
                "index": entry.index,
                "entry": entry.entry,
                "proof": [step.hex() for step in await work.app.log.inclusion(entry.index, head.size)],
            }
            for entry in entries
        ],
    }
