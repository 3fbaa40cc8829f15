"""Second step: the lists are frozen, their fingerprint M goes into the public log. Basis: rd1 §1, §2."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from policies.rd1 import beacon
from policies.rd1.freeze import make_manifest, manifest_hash
from policies.rd1.logs import manifest_entry
from policies.rd1.urn import Alias, Urn
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.drawing.draw_errors import BeaconPassed, CommitmentsMissing
from services.drawing.duties import refuse_editors
from services.drawing.lists import Filled, fill_urn
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import enter_log, held_draw, local, note, utc
from services.usecases.prepare_draw import SUITE, within_window
from services.work import Work
from tenants import sealed
from tenants.rows import Draw
from tenants.stores import draws


@dataclass(frozen=True, slots=True)
class FreezeDraw:
    """How to freeze.

    Attributes:
        beacon: "spoken" (20 digits) or "drand" (the round at beacon_at).
        crews: number of fixed crews; None = by the rules (team.formation, team.crews).
    """

    draw_no: int
    beacon: str = "spoken"
    crews: int | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the drawer, the witness and the public are shown: numbers and the fingerprint, no name.

    Attributes:
        m: hex of the manifest's hash. index: place of its entry in the public log.
        short: stratum → planned visits the drawable sites cannot supply.
        over: officer-visits beyond the officers' caps; allowed, but said.
        warnings: what the bureau has to know or decide, with citations.
    """

    draw_no: int
    m: str
    index: int
    manifest: dict[str, Any]
    rules: dict[str, Any]
    short: dict[str, int]
    over: int
    warnings: tuple[dict[str, Any], ...]


async def freeze_draw(work: Work, order: FreezeDraw) -> Frozen:
    """Freeze the lists as of now; one transaction, so it happened whole or not at all.

    Raises:
        WrongState, UnfrozenDraw: not prepared, or the draw before it is not frozen.
        CommitmentsMissing: bureau or platform has not committed. BeaconPassed, OutsideWindow: too late.
        EditedRoster: who freezes changed the rosters since the last freeze.
        NoPlan, PlanStale, NoRule: there is nothing lawful to draw by.
        TooFewCandidates, NoLead, TooFewForCrews …: teams would not be assured; nothing was frozen.
    """
    work.require("draw.freeze")
    draw = await held_draw(work, order.draw_no, "prepared")
    await refuse_editors(work, draw)
    if draw.beacon_at is None or work.now >= draw.beacon_at:
        raise BeaconPassed(local(work.now), beacon_at=draw.beacon_at and local(draw.beacon_at))
    filled = await fill_urn(work, draw, list_key=secrets.token_bytes(32), suite=SUITE)
    within_window(filled.rules, Period.parse(draw.period), work.now, await calendar_for(work))
    manifest = await _manifest(work, draw, order, filled)
    m = manifest_hash(manifest)
    await draws.freeze(
        work.db, work.scope, draw.draw_no, manifest, filled.quota.rd1_rules, m.hex(), None, work.now
    )
    await _seal(work, draw.draw_no, filled.urn)
    entry = await enter_log(work, manifest_entry(manifest, m, utc(work.now)), before=draw.beacon_at)
    await note(work, "draw.freeze", draw.draw_no, {"m": m.hex(), "log": entry.index})
    return _frozen(manifest, m, entry.index, filled)


async def _manifest(work: Work, draw: Draw, order: FreezeDraw, filled: Filled) -> dict[str, Any]:
    rules, beacon_at = filled.rules, local(draw.beacon_at or work.now)
    rule = beacon.drand_rule(beacon_at) if order.beacon == "drand" else beacon.spoken_rule()
    return make_manifest(
        filled.urn.lists,
        rules=filled.quota.rd1_rules,
        takes=filled.quota.takes,
        suite=SUITE,
        bureau=draw.bureau,
        subject=draw.subject,
        item=draw.item,
        kind=draw.kind,
        period=draw.period,
        draw_no=draw.draw_no,
        prev=await draws.last_m(work.db, work.scope, before=draw.draw_no),
        frozen_at=local(work.now),
        beacon_at=beacon_at,
        reveal_by=str(draw.reveal_by),
        team=rules.integer("team.size"),
        crews=order.crews if order.crews is not None else crews_of(rules, filled.urn),
        min_candidates=rules.integer("candidates.min"),
        walk_per_slot=rules.integer("walk.per_slot"),
        beacon=rule,
        commits=await _commits(work, draw.draw_no),
    )


async def _commits(work: Work, draw_no: int) -> list[dict[str, str]]:
    """Commitments in the order platform, bureau, witness; the witness may be absent."""
    kept = await draws.commits(work.db, work.scope, work.scope.bureau, draw_no)
    missing = {"platform", "bureau"} - {commit.role for commit in kept}
    if missing:
        raise CommitmentsMissing("、".join(c.role for c in kept), need="、".join(sorted(missing)))
    return [{"role": commit.role, "c": commit.c} for commit in kept]


def crews_of(rules: Rules, urn: Urn) -> int:
    """0 for a team per visit; else the number chosen, or as many crews as leads and officers allow."""
    if rules.text("team.formation") != "crews":
        return 0
    free = [alias for alias in urn.aliases if alias.cap]
    most = min(sum(alias.lead for alias in free), len(free) // rules.integer("team.size"))
    return rules.integer("team.crews") or max(1, most)


async def _seal(work: Work, draw_no: int, urn: Urn) -> None:
    """Lists and the people and sites behind them, each as a sealed part of the draw."""
    lists = {
        "list_key": urn.lists.list_key.hex(),
        "units": urn.lists.units,
        "officers": urn.lists.officers,
        "bans": urn.lists.bans,
    }
    names = {
        "sites": {site.code: _site(site) for site in urn.sites},
        "officers": {alias.oid: _alias(alias) for alias in urn.aliases},
    }
    for part, value in (("lists", lists), ("names", names)):
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, part, plain)


def _site(site: Any) -> dict[str, Any]:
    """What the team will need at the door, as it stood at the freeze."""
    kept = ("name", "credit_code", "address", "site_address", "division", "lon", "lat", "datum", "industry")
    flags = {"key": site.key, "special": site.special, "kind": site.kind.value}
    return {name: getattr(site, name) for name in kept} | flags


def _alias(alias: Alias) -> dict[str, Any]:
    return {
        "certificate": alias.certificate,
        "salt": alias.salt.hex(),
        "name": alias.name,
        "lead": alias.lead,
        "cap": alias.cap,
    }


def _frozen(manifest: dict[str, Any], m: bytes, index: int, filled: Filled) -> Frozen:
    visits = sum(line["take"] for line in manifest["strata"])
    return Frozen(
        manifest["draw_no"],
        m.hex(),
        index,
        manifest,
        filled.quota.rd1_rules,
        filled.quota.short,
        filled.urn.short_by(visits, manifest["team"]),
        tuple(warning.as_dict() for warning in filled.warnings),
    )
