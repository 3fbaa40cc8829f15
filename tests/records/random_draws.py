"""A thousand different small draws: every suite, beacon, role, crew, change and log the protocol knows.

Each comes of one number, so a disagreement is told by that number alone.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from typing import Any

from policies.errors import Problem
from policies.rd1 import beacon, changes, freeze, logs
from policies.rd1.bundle import log_part, make_bundle
from policies.rd1.canonical import sha256, suite_of
from policies.rd1.draw import draw
from policies.rd1.manifests import ROLES
from policies.rd1.moments import SECOND, utc_text

from .rd1_world import CITY, OFFICE, VECTORS, Made, PublicLog, entries_of, trust

QUICKNET = json.loads((VECTORS / "quicknet.json").read_text("utf-8"))
BORN = beacon.round_time(QUICKNET["example"]["round"]) // SECOND
HOUR = 3600
# Sorted as UTF-8 and as UTF-16 these come out differently; lengths differ, too.
HEADS = ("9141", "é", "污", "\uffee", "\U0001f3ed", "z" * 200)
STRATA = ("key", "重点", "general", "z")
REASONS = ("capped", "covered", "suspended")


def at(seconds: int) -> str:
    """A moment so many seconds after the beacon's."""
    return utc_text((BORN + seconds) * SECOND)


@dataclass(frozen=True)
class Random:
    """A bundle that could be published, whom to trust, and what makes it special (for the tally)."""

    bundle: dict[str, Any]
    trust: str | None
    traits: frozenset[str]


def lists_of(dice: random.Random) -> freeze.Lists:
    """4 to 26 sites, 5 to 9 officers, some of them on leave, a few bans."""
    strata = dice.sample(STRATA, dice.randrange(1, 4))
    labels = [*strata * 3, *(f"-{reason}" for reason in REASONS)]
    units = [(f"{dice.choice(HEADS)}{i:02d}", dice.choice(labels)) for i in range(dice.randrange(4, 27))]
    units[0] = (units[0][0], strata[0])
    people = [
        (f"o-{dice.randbytes(8).hex()}", int(dice.random() < 0.6), dice.choice([0, 1, 2, 3, 9, 9]))
        for _ in range(dice.randrange(5, 10))
    ]
    bans = {(dice.choice(people)[0], dice.choice(units)[0]) for _ in range(dice.randrange(0, 9))}
    return freeze.Lists.of(dice.randbytes(32), units, people, bans)


def rules_of(dice: random.Random, lists: freeze.Lists) -> tuple[dict[str, Any], dict[str, int]]:
    """A rule for each stratum, and for some of them more than the least."""
    sizes, _ = freeze.counts(lists.units)
    rules, takes = {}, {}
    for stratum, size in sizes.items():
        rules[stratum] = dice.choice(
            [
                {"base": "share", "value": f"{dice.randrange(0, 5)}/{dice.randrange(4, 9)}", "text": "t"},
                {"base": "census", "clause": {"条": [1, None, True]}},
                {"base": "number", "value": dice.randrange(0, 7), "year": 16},
            ]
        )
        low = freeze.least(rules[stratum], size)
        if dice.random() < 0.3:
            takes[stratum] = dice.randrange(low, size + 1)
    return rules, takes


def beacon_of(dice: random.Random, moment: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A rule and the evidence that answers it."""
    kind = dice.choice(["drand", "lottery", "spoken", "spoken"])
    if kind == "drand":
        return beacon.drand_rule(moment), {"signature": QUICKNET["example"]["signature"]}
    if kind == "spoken":
        count = dice.randrange(20, 40)
        return beacon.spoken_rule(count), {"digits": "".join(dice.choices("0123456789", k=count))}
    sources = [(name, str(dice.randrange(10**6))) for name in ("双色球", "大乐透", "七星彩", "3D")]
    used = sources[: dice.randrange(3, 5)]
    return beacon.lottery_rule(used), {"numbers": [dice.sample(range(36), 7) for _ in used]}


def manifest_of(dice: random.Random, lists: freeze.Lists, keys: list[bytes]) -> tuple[Any, Any, Any]:
    """Manifest, rules and evidence; raises Problem where the lists do not assure every team."""
    rules, takes = rules_of(dice, lists)
    suite, team, number = dice.choice([1, 1, 2]), dice.choice([2, 2, 2, 3]), dice.choice([1, 1, 2, 7])
    kind = dice.choice(["routine", "routine", "overlay", "audit"])
    roles = dice.sample(ROLES[: len(keys)], len(keys))
    commits = [
        {"role": r, "c": freeze.commitment(suite_of(suite), "150203", number, r, k).hex()}
        for r, k in zip(roles, keys, strict=True)
    ]
    moment = dice.choice([at(0), at(-2), at(-1).replace("Z", ".25+00:00")])
    rule, evidence = beacon_of(dice, moment)
    manifest = freeze.make_manifest(
        lists,
        rules=rules,
        takes=takes,
        suite=suite,
        bureau="150203",
        subject="150203" if kind == "routine" else "150207",
        item=dice.choice(["routine-source", "辐射"]),
        kind=kind,
        period=dice.choice(["2026Q1", "2026"]),
        draw_no=number,
        prev=freeze.FIRST if number == 1 else dice.randbytes(32).hex(),
        frozen_at=at(-9 * HOUR),
        beacon_at=moment,
        reveal_by="2026-04-10",
        team=team,
        crews=dice.choice([0, 0, 0, 1, 2]),
        min_candidates=team,
        walk_per_slot=dice.choice([0, 1, 20]),
        beacon=rule,
        commits=commits,
    )
    return manifest, rules, evidence


def frozen(dice: random.Random) -> tuple[Made, dict[str, Any]]:
    """The first random lists that may be frozen, drawn."""
    keys = [dice.randbytes(32) for _ in range(dice.choice([2, 2, 3]))]
    while True:
        lists = lists_of(dice)
        try:
            manifest, rules, evidence = manifest_of(dice, lists, keys)
        except Problem:
            continue
        return Made(manifest, lists, keys, evidence, draw(manifest, lists, keys, evidence)), rules


def happen(dice: random.Random, one: Made) -> None:
    """Up to four changes, lawful when they are made."""
    for day in range(1, dice.choice([1, 1, 2, 5])):
        now, when, by = one.standing(), at(day * 24 * HOUR), ["甲", "乙"]
        if not now.teams:
            return
        uid = dice.choice(sorted(now.teams))
        oid = dice.choice(now.teams[uid])
        leave = dice.sample(now.eligible(uid, oid), dice.randrange(0, 2)) if now.eligible(uid, oid) else []
        try:
            match dice.randrange(3):
                case 0:
                    event = changes.replace_event(now, uid, dice.choice(changes.REASONS), by, when)
                case 1:
                    event = changes.substitute_event(now, uid, oid, "病假", by, when, leave)
                case _:
                    event = changes.cancel_event(now, uid, dice.choice(changes.REASONS), by, when)
        except Problem:
            continue
        one.events.append(event)


def spoil(dice: random.Random, one: Made) -> None:
    """Make one change another than the lawful one."""
    event = dice.choice(one.events)
    one.events[one.events.index(event)] = event | dice.choice(
        [
            {"by": ["甲", "甲"]},
            {"uid": dice.choice(one.lists.units)[0]},
            {"reason": "为了方便"},
            {"by_uid": dice.choice(one.lists.units)[0]} if event["kind"] == "replace" else {"reason": "x"},
            {"by_oid": dice.choice(one.lists.officers)[0]} if event["kind"] == "substitute" else {},
            {"passed_over": []} if event["kind"] == "substitute" else {},
        ]
    )


def logged(dice: random.Random, one: Made, traits: set[str]) -> dict[str, Any]:
    """Member `log`: mostly as it should be; else late, voided, unwitnessed, incomplete or out of time."""
    times = {
        "manifest": at(-8 * HOUR), "escrow": at(-7 * HOUR), "beacon": at(3), "result": at(60),
        "void": at(90), "event": "",
    }  # fmt: skip
    fault = dice.choice([""] * 12 + ["late", "void", "early", "missing", "unwitnessed", "slow", "no before"])
    traits.add(fault)
    times |= {"late": {"result": at(HOUR)}, "early": {"beacon": at(-5)}, "slow": {"escrow": at(1)}}.get(
        fault, {}
    )
    of = entries_of(one, times, void=fault == "void")
    kinds = [k for k in of if not (fault == "missing" and k == dice.choice(sorted(of)))]
    log = PublicLog()
    manifest = one.manifest
    if manifest["draw_no"] > 1 and dice.random() < 0.9:
        number = manifest["draw_no"] - dice.choice([1, 1, 1, 1, -4])
        earlier = replace(one, manifest=manifest | {"draw_no": number, "prev": freeze.FIRST, "period": "P"})
        log.add(logs.manifest_entry(earlier.manifest, bytes.fromhex(manifest["prev"]), at(-99 * HOUR)))
    for kind in kinds:
        log.add(of[kind])
        if kind == "escrow":
            early = len(log.entries)
    for i, event in enumerate(one.events):
        h = changes.event_hash(suite_of(manifest["suite"]), sha256(b"%d" % i)[:16], event)
        log.add(logs.event_entry(one.bureau, one.drawn.m, h, event["at"]))
    early = locals().get("early", 1)
    signed = at(-HOUR) if fault != "unwitnessed" else dice.choice([at(-2), at(0), at(5)])
    before = {CITY: signed, OFFICE: at(-HOUR)}
    after = {CITY: at(999 * HOUR), OFFICE: at(999 * HOUR)}
    size = len(log.entries)
    rows = [log.row(i, size) for i in range(size) if log.entries[i]["t"] != "escrow" or dice.random() < 0.2]
    head = log.checkpoint(early, before) if fault != "no before" else None
    return log_part(log.checkpoint(size, after), rows, head, [log.row(i, early) for i in range(early)])


def random_draw(number: int) -> Random:
    """The draw of this number."""
    dice = random.Random(number)
    one, rules = frozen(dice)
    happen(dice, one)
    manifest = one.manifest
    traits = {f"suite {manifest['suite']}", manifest["beacon"]["kind"], manifest["kind"]}
    traits |= {"crews"} if manifest["crews"] else set()
    traits |= {"witness"} if len(one.keys) > 2 else set()
    traits |= {event["kind"] for event in one.events}
    traits |= {"over caps"} if one.drawn.over_caps else set()
    if one.events and dice.random() < 0.2:
        spoil(dice, one)
        traits.add("unlawful change")
    log = logged(dice, one, traits) if dice.random() < 0.7 else None
    bundle = make_bundle(
        manifest,
        rules,
        one.lists,
        one.keys,
        m=one.drawn.m,
        evidence=one.evidence,
        r=one.drawn.r,
        z=one.drawn.root,
        events=[(sha256(b"%d" % i)[:16], event) for i, event in enumerate(one.events)],
        log=log,
    )
    if dice.random() < 0.1:
        gone = dice.choice(sorted(set(bundle) - {"manifest"}))
        del bundle[gone]
        traits.add("member absent")
    known = trust(dice.choice([1, 1, 2])).text() if dice.random() < 0.8 else None
    return Random(bundle, known, frozenset(traits))
