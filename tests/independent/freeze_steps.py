"""V2–V5: the frozen lists, the commitments and the logged manifest."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from . import draw, tree
from .case import Case, Step
from .coding import is_integer, jcs, lp, moment
from .notes import from_base64, signature_holds


def v2_roots(case: Case, step: Step) -> None:
    """Roots and sizes of the three lists."""
    if not case.need(step, "manifest", "list_key"):
        return
    assert case.manifest is not None
    key, suite = bytes.fromhex(case.given["list_key"]), case.suite
    makers = {
        "roster": ("units", draw.unit_leaves),
        "officers": ("officers", draw.officer_leaves),
        "bans": ("bans", draw.ban_leaves),
    }
    for name, (member, leaves) in makers.items():
        if case.need(step, member):
            rows, committed = case.given[member], case.manifest[name]
            step.expect(len(rows) == committed["size"], f"size of {name}")
            found = tree.root(suite.hash, leaves(suite, key, rows))
            step.expect(found.hex() == committed["root"], f"root of {name}")


def least(rule: dict[str, Any], size: int) -> int | None:
    """The smallest lawful number under a rule, or None when the rule cannot be read."""
    base: Any = rule.get("base")
    value: Any = rule.get("value")
    if base == "census":
        return size
    if base == "number" and is_integer(value) and value >= 0:
        return min(size, int(value))
    if base == "share" and isinstance(value, str):
        found = re.fullmatch(r"([0-9]{1,15})/([0-9]{1,15})", value)
        if found and int(found[2]) > 0:
            return min(size, -(-int(found[1]) * size // int(found[2])))
    return None


def v3_sizes(case: Case, step: Step) -> None:
    """Strata, exclusions, rules and candidates."""
    if not case.need(step, "manifest"):
        return
    assert case.manifest is not None
    m = case.manifest
    for s in m["strata"]:
        step.expect(s["least"] <= s["take"] <= s["size"], f"least ≤ take ≤ size in {s['id']}")
    if case.need(step, "rules"):
        rules = case.given["rules"]
        step.expect(case.suite.hash(jcs(rules)).hex() == m["rules"], "the rules do not match their hash")
        for s in m["strata"]:
            expected = least(rules.get(s["id"], {}), s["size"])
            step.expect(expected == s["least"], f"the rules give {expected} for {s['id']}, not {s['least']}")
    if case.need(step, "units"):
        counted = Counter(s for _, s in case.given["units"])
        stated = {s["id"]: s["size"] for s in m["strata"]}
        stated |= {"-" + e["reason"]: e["size"] for e in m["excluded"]}
        for name in sorted(set(counted) | set(stated)):
            step.expect(name in stated, f"{name} is not in the manifest")
            step.expect(counted[name] == stated.get(name, counted[name]), f"size of {name}")
    step.expect(m["min_candidates"] >= m["team"], "min_candidates is less than a team")
    if case.need(step, "units", "officers", "bans"):
        _candidates(case, step, m)


def _candidates(case: Case, step: Step, m: dict[str, Any]) -> None:
    """Enough officers for every site that may be drawn."""
    pool = draw.officer_pool(case.given["officers"], case.given["bans"], m["team"])
    able, k = pool.able(), m["crews"]
    if k > 0:
        step.expect(sum(o in pool.leads for o in able) >= k, "fewer leads than crews")
        step.expect(len(able) >= k * pool.n, "fewer officers than the crews take")
    for uid, stratum in case.given["units"]:
        if stratum.startswith("-"):
            continue
        free = [o for o in able if pool.may_visit(o, uid)]
        step.expect(len(free) >= m["min_candidates"], f"{uid} has only {len(free)} candidates")
        step.expect(any(o in pool.leads for o in free), f"{uid} has no lead")
        if k > 0:
            step.expect(len(able) - len(free) <= k - 1, f"{uid}: as many banned as there are crews")


def v4_commitments(case: Case, step: Step) -> None:
    """Roles, commitments and the escrow."""
    if not case.need(step, "manifest"):
        return
    assert case.manifest is not None
    m = case.manifest
    roles = [c["role"] for c in m["commits"]]
    step.expect(sorted(roles) in (["bureau", "platform"], ["bureau", "platform", "witness"]), "roles")
    if case.need(step, "keys"):
        keys = case.given["keys"]
        step.expect(len(keys) == len(roles), "as many keys as commitments")
        for commit, key in zip(m["commits"], keys, strict=False):
            c = draw.commitment(case.suite, m["bureau"], m["draw_no"], commit["role"], bytes.fromhex(key))
            step.expect(c.hex() == commit["c"], f"the key of {commit['role']} does not open its commitment")
    if case.need(step, "log"):
        _escrow(case, step)


def voided_early(case: Case) -> bool:
    """Voided before the beacon: nothing had to be escrowed or witnessed yet."""
    void = case.void()
    try:
        return void is not None and moment(void["at"]) <= case.at("beacon_at")
    except (KeyError, ValueError):
        return False


def _escrow(case: Case, step: Step) -> None:
    """An escrow entry under the earlier checkpoint, signed by a witness key; V6 looks at its time."""
    entries = case.of_draw(case.before, "escrow") if case.before is not None else []
    if not entries:
        if voided_early(case):
            step.gaps.append("voided before the escrow")
        else:
            step.faults.append("no escrow under the earlier checkpoint")
        return
    if case.trust is None:
        step.gaps.append("no trust file: the escrow's signature")
        return
    witnesses = {w.name: w.public for w in case.trust.witnesses}
    message = lp("rd1/escrow") + case.m
    signed = [e for e in entries if e.get("by") in witnesses and _signed(e, witnesses[e["by"]], message)]
    step.expect(bool(signed), "the escrow is not signed by a trusted witness key")


def is_before(entry: dict[str, Any], case: Case) -> bool:
    """An entry logged before `beacon_at`."""
    try:
        return moment(entry["at"]) < case.at("beacon_at")
    except (KeyError, ValueError):
        return False


def _signed(entry: dict[str, Any], public: bytes, message: bytes) -> bool:
    try:
        return signature_holds(public, from_base64(entry["sig"]), message)
    except (KeyError, TypeError, ValueError):
        return False


def v5_chain(case: Case, step: Step) -> None:
    """M is the logged manifest; the chain of draws continues."""
    if not case.need(step, "manifest"):
        return
    assert case.manifest is not None
    m = case.manifest
    step.expect((m["draw_no"] == 1) == (m["prev"] == "0" * 64), "prev is 64 zeros for the first draw only")
    published = case.given.get("published", {}).get("manifest", case.m.hex())
    step.expect(published == case.m.hex(), "M is not the published one")
    if not case.need(step, "log"):
        return
    assert case.log is not None
    entries = case.of_draw(case.log, "manifest")
    step.expect(bool(entries), "no manifest entry for M")
    for entry in entries:
        for name in ("subject", "item", "kind", "period", "draw_no", "prev"):
            step.expect(entry.get(name) == m[name], f"the logged {name} is another")
    if m["draw_no"] > 1:
        earlier = case.log.of_type("manifest", bureau=m["bureau"], h=m["prev"], draw_no=m["draw_no"] - 1)
        step.expect(bool(earlier), "the previous manifest is not in the log")
        if earlier and entries:
            in_order = case.log.index_of(earlier[0]) < case.log.index_of(entries[0])
            step.expect(in_order, "the previous manifest was logged later")
