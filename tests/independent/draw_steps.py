"""V6–V13: beacon, seed, tickets, teams, result, changes and the log."""

from __future__ import annotations

from fractions import Fraction

from . import beacon, draw, publiclog, tree
from .case import Case, Step
from .coding import moment
from .events import Visits, event_hash
from .freeze_steps import is_before, voided_early

LATE_AFTER = 15 * 60


def v6_beacon(case: Case, step: Step) -> None:
    """The beacon's rule, evidence and time."""
    if not case.need(step, "manifest"):
        return
    assert case.manifest is not None
    rule, at = case.manifest["beacon"], case.at("beacon_at")
    wrong = beacon.rule_problem(rule, at)
    step.expect(wrong is None, wrong or "")
    step.expect(case.at("frozen_at") < at, "frozen after the beacon")
    if case.need(step, "beacon"):
        step.expect(case.r is not None, "the evidence has another form than the manifest asks for")
        if case.r is not None and rule["kind"] == "drand" and wrong is None:
            holds = beacon.drand_signature_holds(rule["round"], case.given["beacon"]["signature"])
            step.expect(holds, "drand's signature does not verify")
        if case.r is not None:
            published = case.given.get("published", {}).get("beacon", case.r.hex())
            step.expect(published == case.r.hex(), "R is not the published one")
    if case.need(step, "log"):
        _beacon_entry(case, step, at)
        _witnessed(case, step, at)


def _beacon_entry(case: Case, step: Step, at: Fraction) -> None:
    assert case.log is not None
    entries = case.of_draw(case.log, "beacon")
    if not entries:
        if case.void() is not None:
            step.gaps.append("voided without a beacon")
        else:
            step.faults.append("no beacon entry")
        return
    if case.r is not None:
        step.expect(all(e.get("r") == case.r.hex() for e in entries), "R is not the logged one")
    born = case.born()
    step.expect(born is not None and born >= at, "the beacon was born before beacon_at")
    step.expect(not is_before(entries[0], case), "the beacon was logged before beacon_at")


def _witnessed(case: Case, step: Step, at: Fraction) -> None:
    """Manifest logged and witnessed under the earlier checkpoint before beacon_at."""
    entries = case.of_draw(case.before, "manifest") if case.before is not None else []
    if case.before is None or not entries:
        if voided_early(case):
            step.gaps.append("voided before it was witnessed")
        else:
            step.faults.append("no earlier checkpoint with the manifest")
        return
    step.expect(is_before(entries[0], case), "the manifest was logged after the beacon")
    escrows = case.of_draw(case.before, "escrow")
    step.expect(not escrows or is_before(escrows[0], case), "the escrow came after the beacon")
    if case.trust is None:
        step.gaps.append("no trust file: the witnesses' times")
        return
    times = case.before.signed.witness_times if case.before.signed is not None else {}
    enough = sum(time < at for time in times.values()) >= case.trust.need
    step.expect(enough, "too few witnesses signed before beacon_at")


def v7_seed(case: Case, step: Step) -> None:
    """The seed."""
    if case.need(step, "manifest", "keys", "beacon") and case.seed is None:
        step.gaps.append("beacon or keys are not usable")


def v8_tickets(case: Case, step: Step) -> None:
    """Tickets and ranks."""
    if case.need(step, "units") and case.order is None:
        step.gaps.append("no seed")
    if case.order is not None and case.manifest is not None:
        for s in case.manifest["strata"]:
            step.expect(len(case.order[s["id"]]) >= s["take"], f"too few sites in {s['id']}")


def v9_start(case: Case, step: Step, impossible: str | None) -> None:
    """The start of the teams."""
    if impossible is not None and case.start is None:
        step.faults.append(impossible)
    elif case.need(step, "officers", "bans") and case.start is None:
        step.gaps.append("nothing was drawn")
    if case.over_cap:
        step.remarks.append("over the cap: " + ", ".join(case.over_cap))


def v10_walk(case: Case, step: Step, impossible: str | None) -> None:
    """The walk; every team lawful."""
    if case.teams is None or case.pool is None:
        if impossible is not None and case.start is not None:
            step.faults.append(impossible)
        else:
            step.gaps.append("no start")
        return
    for uid, team in case.teams.items():
        step.expect(case.pool.lawful(team, uid), f"the team for {uid} is not lawful")


def v11_result(case: Case, step: Step) -> None:
    """Z is the published and logged root."""
    if case.teams is None or case.order is None or case.seed is None:
        step.gaps.append("no teams")
        return
    leaves = draw.result_leaves(case.seed, case.m, case.order, case.teams)
    z = tree.root(case.suite.hash, leaves).hex()
    if case.need(step, "published"):
        step.expect(case.given["published"]["root"] == z, "Z is not the published root")
    if not case.need(step, "log"):
        return
    assert case.log is not None
    entries = case.of_draw(case.log, "result")
    if not entries:
        if case.void() is not None:
            step.gaps.append("voided without a result")
        else:
            step.faults.append("no result entry")
        return
    step.expect(all(e.get("z") == z for e in entries), "Z is not the logged root")
    born = case.born()
    try:
        case.late = born is not None and moment(entries[0]["at"]) > born + LATE_AFTER
    except (KeyError, ValueError):
        step.faults.append("the result entry has no time")
    if case.late:
        step.remarks.append("late: logged more than 15 minutes after the beacon was born")


def v12_events(case: Case, step: Step) -> None:
    """Events equal their entries and are the lawful next choices."""
    if "events" not in case.given and "log" not in case.given:
        step.gaps.append("events and log are absent")
        return
    if not case.need(step, "manifest") or "events" in case.form.malformed:
        step.gaps.append("nothing to compare")
        return
    rows = case.given.get("events", [])
    if case.need(step, "log"):
        assert case.log is not None
        entries = case.of_draw(case.log, "event")
        step.expect(len(entries) == len(rows), f"{len(rows)} events, {len(entries)} entries")
        for number, (row, entry) in enumerate(zip(rows, entries, strict=False), 1):
            h = event_hash(case.suite, bytes.fromhex(row["salt"]), row["event"]).hex()
            step.expect(entry.get("h") == h, f"event {number} is not the logged one")
            try:
                in_time = moment(row["event"]["at"]) <= moment(entry["at"])
                step.expect(in_time, f"event {number} is later than its entry")
            except (KeyError, ValueError):
                step.faults.append(f"event {number} or its entry has no time")
    if case.teams is None or case.pool is None or case.order is None or case.seed is None:
        if rows:
            step.gaps.append("no teams")
        return
    visits = Visits(case.pool, case.seed.assign(), case.order, case.teams)
    for number, row in enumerate(rows, 1):
        wrong = visits.apply(row["event"])
        if wrong:
            step.faults.append(f"event {number}: {wrong}")
            return


def v13_log(case: Case, step: Step) -> None:
    """Inclusion proofs, signatures, witnesses."""
    if not case.need(step, "log"):
        return
    assert case.log is not None
    views = {"log": case.log} | ({"before": case.before} if case.before is not None else {})
    for name, view in views.items():
        step.faults.extend(publiclog.view_problems(view, name))
        if case.trust is not None:
            step.faults.extend(publiclog.signature_problems(view, name, case.trust))
    if case.before is not None:
        step.faults.extend(publiclog.history_problems(case.log, case.before))
    step.faults.extend(publiclog.second_draw_problems(case.log))
    if case.trust is None:
        step.gaps.append("no trust file: signatures of log and witnesses")
