"""Second step: the lists are frozen, their fingerprint M goes into the public log. Basis: rd1 §1, §2."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from policies.access import states_of
from policies.planning.freezing import beacon_kind, check_witness, crew_count
from policies.rd1 import beacon
from policies.rd1.freeze import make_manifest, manifest_hash
from policies.rd1.logs import manifest_entry, roster_entry
from policies.rd1.urn import Alias, Urn
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.drawing.authority import refuse_platform
from services.drawing.compute import WORKER
from services.drawing.draw_errors import BeaconPassed, CommitmentsMissing
from services.drawing.duties import refuse_editors
from services.drawing.external_errors import RosterMoved
from services.drawing.lists import Filled, fill_urn
from services.drawing.platform_lists import site_facts
from services.drawing.roster_difference import Difference, difference_of
from services.drawing.waived import note_waivers
from services.hooks.telling import tell_hooks
from services.reading import note_reads
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import enter_log, held_draw, local, note, utc
from services.usecases.prepare_draw import within_window
from services.usecases.show_difference import keep_difference
from services.work import Work
from tenants import sealed
from tenants.external_rows import DifferenceRow
from tenants.rows import Draw
from tenants.stores import differences, draws


@dataclass(frozen=True, slots=True)
class FreezeDraw:
    """How to freeze.

    Attributes:
        difference: hex fingerprint of the roster difference the drawer has seen (`show_difference`).
        beacon: "spoken" (20 digits called aloud), "drand" (the round at beacon_at) or "lottery"; None = by
            the rules (draw.beacon), and never weaker than they say.
        sources: for "lottery", name and issue of three or more national lotteries, their first issues drawn
            after beacon_at.
        crews: number of fixed crews; None = by the rules (team.formation, team.crews), never against them.
    """

    draw_no: int
    difference: str
    beacon: str | None = None
    crews: int | None = None
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Frozen:
    """What the drawer, the witness and the public are shown: numbers and the fingerprint, no name.

    Attributes:
        m: hex of the manifest's hash. index: place of its entry in the public log.
        difference: the roster's difference to the draw before, as kept and logged; `seen_outside` says
            whether somebody outside the bureau had seen it.
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
    difference: DifferenceRow


async def freeze_draw(work: Work, order: FreezeDraw) -> Frozen:
    """Freeze the lists as of now; one transaction, so it happened whole or not at all.

    Raises:
        WrongState, UnfrozenDraw: not prepared, or the draw before it is not frozen.
        CommitmentsMissing: bureau or platform has not committed. BeaconPassed, OutsideWindow: too late.
        WitnessMustCommit: digits are to be called, and the witness has not committed.
        BeaconWeaker, CrewsNotByRule: the drawer chose less than, or other than, the rules.
        EditedRoster: who freezes changed the rosters since the last freeze.
        PlatformDecides: by the rules of today the platform draws.
        RosterMoved: the lists are not those whose difference was seen.
        BeaconNotByRule: no such beacon, or too few lotteries named for it.
        NoPlan, PlanStale, NoRule: there is nothing lawful to draw by.
        TooFewCandidates, NoLead, TooFewForCrews …: teams would not be assured; nothing was frozen.
    """
    work.require("draw.freeze")
    draw = await held_draw(work, order.draw_no, *states_of("draw.freeze"))
    edited = await refuse_editors(work, draw)
    await refuse_platform(work, draw.subject, draw.item, draw.period)  # the rule may have changed meanwhile
    if draw.beacon_at is None or work.now >= draw.beacon_at:
        raise BeaconPassed(local(work.now), beacon_at=draw.beacon_at and local(draw.beacon_at))
    filled = await fill_urn(work, draw, list_key=secrets.token_bytes(32), suite=draw.suite)
    within_window(filled.rules, Period.parse(draw.period), work.now, await calendar_for(work))
    found = await difference_of(work, draw, filled)
    if order.difference != found.h:
        raise RosterMoved(found.h[:12], seen=order.difference[:12])
    manifest = await _manifest(work, draw, order, filled)
    m = manifest_hash(manifest)
    waived = await note_waivers(work, draw, "freeze", edited=edited)
    await draws.freeze(
        work.db, work.scope, draw.draw_no, manifest, filled.quota.rd1_rules, m.hex(), None, work.now
    )
    await tell_hooks(work, "draw.frozen", draw_no=draw.draw_no)
    await _seal(work, draw.draw_no, filled.urn)
    row = await _log_roster(work, draw, manifest, found)
    entry = await enter_log(work, manifest_entry(manifest, m, utc(work.now)), before=draw.beacon_at)
    facts = {"m": m.hex(), "log": entry.index, "roster": row.sites, "roster_log": row.log_index}
    facts |= _choices(manifest, order, filled.rules) | {"seen_outside": row.seen_outside}
    facts |= {"waivers": list(waived)} if waived else {}
    await note(work, "draw.freeze", draw.draw_no, facts, before=draw)
    await note_reads(work, (draw.subject,), "draw.freeze", f"draw/{draw.bureau}/{draw.draw_no}")
    return _frozen(manifest, m, entry.index, filled, row)


async def _log_roster(work: Work, draw: Draw, manifest: dict[str, Any], found: Difference) -> DifferenceRow:
    """The roster's entry: its root, which the manifest repeats, and counts by reason. Basis: rd1 §12."""
    root, change = manifest["roster"]["root"], found.change
    added, removed = dict(change.counts["added"]), dict(change.counts["removed"])
    entry = roster_entry(draw.bureau, bytes.fromhex(root), added, removed, utc(work.now))
    kept = await enter_log(work, entry, before=draw.beacon_at)
    seen = await differences.seen_outside(work.db, work.scope, draw.draw_no, found.h)
    return await keep_difference(work, draw, found, root, kept.index, seen_outside=seen)


def _choices(manifest: dict[str, Any], order: FreezeDraw, rules: Rules) -> dict[str, Any]:
    """For the journal: what was taken, what the rules say, and whether the drawer chose."""
    taken = {"beacon": manifest["beacon"]["kind"], "crews": manifest["crews"]}
    ruled = {"beacon_rule": rules.text("draw.beacon"), "formation": rules.text("team.formation")}
    return taken | ruled | {"chosen": {"beacon": order.beacon, "crews": order.crews}}


async def _manifest(work: Work, draw: Draw, order: FreezeDraw, filled: Filled) -> dict[str, Any]:
    rules, beacon_at = filled.rules, local(draw.beacon_at or work.now)
    kind = beacon_kind(rules, order.beacon)
    promised = beacon.rule_of(kind, beacon_at, order.sources)
    commits = await _commits(work, draw.draw_no)
    check_witness(kind, [one["role"] for one in commits])
    return await WORKER.call(  # every site is hashed: seconds for a large roster, not on the event loop
        make_manifest,
        filled.urn.lists,
        rules=filled.quota.rd1_rules,
        takes=filled.quota.takes,
        suite=draw.suite,
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
        crews=crew_count(rules, order.crews, most_crews(rules, filled.urn)),
        min_candidates=rules.integer("candidates.min"),
        walk_per_slot=rules.integer("walk.per_slot"),
        beacon=promised,
        commits=commits,
    )


async def _commits(work: Work, draw_no: int) -> list[dict[str, str]]:
    """Commitments in the order platform, bureau, witness; only without digits may the witness be absent."""
    kept = await draws.commits(work.db, work.scope, work.scope.bureau, draw_no)
    missing = {"platform", "bureau"} - {commit.role for commit in kept}
    if missing:
        raise CommitmentsMissing("、".join(c.role for c in kept), need="、".join(sorted(missing)))
    return [{"role": commit.role, "c": commit.c} for commit in kept]


def most_crews(rules: Rules, urn: Urn) -> int:
    """As many crews as leads and officers allow."""
    free = [alias for alias in urn.aliases if alias.cap]
    return min(sum(alias.lead for alias in free), len(free) // rules.integer("team.size"))


async def _seal(work: Work, draw_no: int, urn: Urn) -> None:
    """Lists and the people and sites behind them, each as a sealed part of the draw."""
    lists = {
        "list_key": urn.lists.list_key.hex(),
        "units": urn.lists.units,
        "officers": urn.lists.officers,
        "bans": urn.lists.bans,
    }
    names = {
        "sites": {site.code: site_facts(site) for site in urn.sites},
        "officers": {alias.oid: _alias(alias) for alias in urn.aliases},
    }
    for part, value in (("lists", lists), ("names", names)):
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, part, plain)


def _alias(alias: Alias) -> dict[str, Any]:
    return {
        "certificate": alias.certificate,
        "salt": alias.salt.hex(),
        "name": alias.name,
        "lead": alias.lead,
        "cap": alias.cap,
    }


def _frozen(manifest: dict[str, Any], m: bytes, index: int, filled: Filled, row: DifferenceRow) -> Frozen:
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
        row,
    )
