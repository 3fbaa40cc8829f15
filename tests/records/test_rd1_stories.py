"""What the vectors do not tell: voids, late results, witnesses, chains, missing entries."""

from typing import Any

import pytest

from policies.rd1 import logs
from policies.rd1.changes import cancel_event
from policies.rd1.freeze import FIRST
from policies.verify import Verdict, verify

from .rd1_world import CITY, KINDS, OFFICE, Made, logged, made, trust


def failed(verdict: Verdict) -> set[str]:
    return {step.id for step in verdict.steps if step.status == "failed"}


@pytest.mark.parametrize("given", [{}, {"suite": 2}, {"crews": 2, "min_candidates": 2}])
def test_a_logged_draw_is_valid(given: dict[str, Any]) -> None:
    got = verify(logged(made(**given)), trust(2))
    assert got.verdict == "VALID", [s for s in got.steps if s.status != "passed"]
    assert got.assumes == ("complete", "numbers", "one_history")
    assert got.void is None and got.late is False


def test_too_few_witnesses() -> None:
    one = made()
    seen = {CITY: "2025-12-27T00:00:00Z"}
    assert verify(logged(one, seen=seen), trust(1)).verdict == "VALID"
    assert failed(verify(logged(one, seen=seen), trust(2))) == {"V6", "V13"}
    assert failed(verify(logged(one, seen={}), trust(1))) == {"V6", "V13"}


def test_a_witness_at_the_very_moment_is_too_late() -> None:
    seen = {CITY: "2025-12-30T01:59:59Z", OFFICE: "2025-12-30T02:00:00Z"}
    bundle = logged(made(), seen=seen)
    assert verify(bundle, trust(1)).verdict == "VALID"
    assert failed(verify(bundle, trust(2))) == {"V6"}


@pytest.mark.parametrize(("at", "late"), [("2025-12-30T02:15:05Z", False), ("2025-12-30T02:15:06Z", True)])
def test_a_late_result_is_flagged_not_refused(at: str, late: bool) -> None:
    got = verify(logged(made(), times={"result": at}), trust())
    assert (got.verdict, got.late) == ("VALID", late)


@pytest.mark.parametrize(
    ("missing", "steps"),
    [("manifest", {"V5", "V6"}), ("escrow", {"V4"}), ("beacon", {"V6"}), ("result", {"V11"})],
)
def test_a_missing_entry_fails_its_step(missing: str, steps: set[str]) -> None:
    one = made()
    whole = logged(one)
    kinds = [kind for kind in KINDS if kind != missing]
    bundle = logged(one, kinds=kinds, earlier=1 if missing in ("manifest", "escrow") else 2)
    bundle["published"], bundle["beacon"] = whole["published"], whole["beacon"]
    assert failed(verify(bundle, trust())) == steps


def test_a_missing_earlier_checkpoint_fails() -> None:
    assert failed(verify(logged(made(), earlier=0), trust())) == {"V4", "V6"}


@pytest.mark.parametrize(
    ("times", "steps"),
    [
        ({"beacon": "2025-12-30T01:59:59Z"}, {"V6"}),
        ({"escrow": "2025-12-30T02:00:00Z"}, {"V6"}),
        ({"result": "2025-12-30T02:00:04Z"}, {"V13"}),
    ],
)
def test_the_order_of_events_in_time(times: dict[str, str], steps: set[str]) -> None:
    assert failed(verify(logged(made(), times=times), trust())) == steps


@pytest.mark.parametrize(
    ("kind", "change", "steps"),
    [
        ("escrow", {"by": OFFICE.name}, {"V4"}),
        ("escrow", {"by": "stranger"}, {"V4"}),
        ("escrow", {"bureau": "411721"}, {"V4"}),
        ("manifest", {"period": "2026Q2"}, {"V5"}),
        ("manifest", {"draw_no": 2}, {"V5"}),
        ("beacon", {"r": "0" * 64}, {"V6"}),
        ("result", {"z": "0" * 64}, {"V11"}),
        ("result", {"bureau": "411721"}, {"V11"}),
    ],
)
def test_an_altered_entry_fails_its_step(kind: str, change: dict[str, Any], steps: set[str]) -> None:
    assert failed(verify(logged(made(), changed={kind: change}), trust())) == steps


def test_a_draw_voided_before_its_beacon() -> None:
    bundle = logged(made(), kinds=("manifest", "escrow", "void"))
    assert "published" not in bundle and "beacon" not in bundle
    got = verify(bundle, trust())
    assert got.verdict == "CONSISTENT" and got.void is not None and got.void["reason"] == "test"
    assert got.not_checked == ("V6", "V7", "V8", "V9", "V10", "V11")


def test_a_draw_voided_before_it_was_escrowed() -> None:
    got = verify(logged(made(), kinds=("manifest", "void"), earlier=0), trust())
    assert got.verdict == "CONSISTENT" and "V4" in got.not_checked


def test_a_draw_voided_after_its_result_is_still_checked() -> None:
    got = verify(logged(made(), kinds=(*KINDS, "void")), trust())
    assert got.verdict == "VALID" and got.void is not None


def test_a_void_excuses_no_missing_escrow_once_the_beacon_is_logged() -> None:
    got = verify(logged(made(), kinds=("manifest", "beacon", "result", "void"), earlier=1), trust())
    assert failed(got) == {"V4"}


def second(number: int = 1, **change: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The entry of an earlier draw, and a draw after it."""
    old = made(period="2025Q4", draw_no=number, prev=FIRST if number == 1 else "1" * 64)
    entry = logs.manifest_entry(old.manifest, old.drawn.m, "2025-09-25T02:00:00Z")
    new = made(draw_no=number + 1, prev=entry["h"])
    return entry | change, logged(new, first=[entry | change])


def test_a_second_draw_continues_the_chain() -> None:
    _, bundle = second()
    assert verify(bundle, trust()).verdict == "VALID"
    bundle["log"]["entries"] = bundle["log"]["entries"][1:]
    assert failed(verify(bundle, trust())) == {"V5"}


@pytest.mark.parametrize("change", [{"draw_no": 5}, {"h": "2" * 64}, {"bureau": "411721"}])
def test_a_broken_chain_fails(change: dict[str, Any]) -> None:
    assert "V5" in failed(verify(second(**change)[1], trust()))


@pytest.mark.parametrize(("draw_no", "prev"), [(1, "1" * 64), (2, FIRST)])
def test_only_the_first_draw_has_no_predecessor(draw_no: int, prev: str) -> None:
    assert failed(verify(logged(made(draw_no=draw_no, prev=prev)), trust())) >= {"V5"}


def twin_of(one: Made) -> list[dict[str, Any]]:
    """Another manifest of the same bureau and period, and its void."""
    other = one.manifest | {"draw_no": 2, "prev": one.drawn.m.hex()}
    at = "2025-12-24T00:00:00Z"
    return [logs.manifest_entry(other, bytes(32), at), logs.void_entry(one.bureau, bytes(32), "test", at)]


def test_two_standing_draws_of_a_period_show_with_the_whole_log() -> None:
    one = made()
    twin, void = twin_of(one)
    bundle = logged(one, first=[twin])
    assert failed(verify(bundle, trust())) == {"V13"}
    bundle["log"]["entries"] = bundle["log"]["entries"][1:]
    assert verify(bundle, trust()).verdict == "VALID"  # no longer the whole log
    assert verify(logged(one, first=[twin, void]), trust()).verdict == "VALID"


def test_a_monitor_sees_doubled_and_left_out_draws() -> None:
    one = made()
    twin, void = twin_of(one)
    rows = [row["entry"] for row in logged(one)["log"]["entries"]]
    assert list(logs.monitor(rows)) == []
    late = [*rows, twin | {"at": "2026-05-01T00:00:00Z"}]
    assert [fault.facts["what"] for fault in logs.monitor(late)] == ["period"]
    assert list(logs.monitor([*late, void | {"at": "2026-05-01T00:00:00Z"}])) == []
    gap = [rows[0], twin | {"draw_no": 3}]
    assert [fault.facts["what"] for fault in logs.monitor(gap)][1:] == ["draw_no, prev", "period"]


def test_another_checkpoint_of_another_log() -> None:
    one = made()
    bundle, other = logged(one), logged(one, times={"manifest": "2025-12-25T02:00:01Z"})
    bundle["log"]["before"] = other["log"]["before"]
    assert failed(verify(bundle, trust())) == {"V13"}


def test_an_event_logged_before_it_happened() -> None:
    one = made()
    uid = one.drawn.picks[0].uid
    one.events.append(cancel_event(one.standing(), uid, "moved_away", ["p1", "p2"], "2026-01-05T00:00:00Z"))
    bundle = logged(one)
    assert verify(bundle, trust()).verdict == "VALID"
    bundle["events"][0]["event"]["at"] = "2026-01-05T00:00:01Z"
    assert failed(verify(bundle, trust())) == {"V12"}
