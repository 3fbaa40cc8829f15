"""The main job from end to end: what `make demo SERVE=0` did, checked from its files alone."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.demonstration import Demo, kill_demo_at, run_demo, shuangsui
from tests.independent.checker import check

BUREAUS = ("411721", "150203", "411700", "150200")
FIELDS = {
    "bureau", "subject", "kind", "period", "draw_no", "strata", "drawn", "officers_used", "manifest",
    "beacon", "root", "bundle", "trust", "verdict",
}  # fmt: skip


STANDING = {"411721": 2, "150203": 2, "411700": 1, "150200": 1}  # organisation, entrustment, key list, waiver


def bundle(draw: dict) -> dict:
    return json.loads(Path(draw["bundle"]).read_text("utf-8"))


def test_four_draws_are_summarised_and_valid(demo: Demo) -> None:
    assert [d["bureau"] for d in demo.draws] == list(BUREAUS)
    for draw in demo.draws:
        assert set(draw) >= FIELDS
        assert draw["verdict"] == "VALID"
        assert draw["drawn"] == sum(s["take"] for s in draw["strata"])
        assert draw["draw_no"] == 1 and draw["period"] == "2026Q1"


@pytest.mark.parametrize("bureau", BUREAUS)
def test_the_command_and_an_independent_checker_agree(demo: Demo, bureau: str) -> None:
    draw = demo.draw(bureau)
    done = shuangsui("verify", draw["bundle"], "--trust", draw["trust"], "--json")
    ours = json.loads(done.stdout)
    theirs = check(bundle(draw), Path(draw["trust"]).read_text("utf-8"))
    assert done.returncode == 0 and ours["verdict"] == theirs["verdict"] == "VALID"
    assert [(s["id"], s["status"]) for s in ours["steps"]] == [
        (s["id"], s["status"]) for s in theirs["steps"]
    ]
    assert {s["status"] for s in ours["steps"]} == {"passed"}


def test_without_trust_the_verdict_is_only_consistent(demo: Demo) -> None:
    done = shuangsui("verify", demo.draw("411721")["bundle"], "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["verdict"] == "CONSISTENT"


@pytest.mark.parametrize("member", ["manifest", "units", "keys", "log", "beacon"])
def test_a_changed_bundle_is_refused(demo: Demo, tmp_path: Path, member: str) -> None:
    draw = demo.draw("150203")
    whole = bundle(draw)
    text = json.dumps(whole[member])
    digit = next(i for i, c in enumerate(text) if c.isdigit() and i > len(text) // 2)
    whole[member] = json.loads(text[:digit] + str(9 - int(text[digit])) + text[digit + 1 :])
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps(whole), "utf-8")
    done = shuangsui("verify", forged, "--trust", draw["trust"], "--json")
    assert done.returncode in (1, 2), done.stdout


def test_each_bureau_drew_by_its_own_rules(demo: Demo) -> None:
    x, k = (bundle(demo.draw(code)) for code in ("411721", "150203"))
    assert x["manifest"]["crews"] == 0 and k["manifest"]["crews"] > 0
    assert x["rules"]["special"]["base"] == "census"
    assert "西环〔2024〕3号" in json.dumps(x["rules"], ensure_ascii=False)
    assert x["manifest"]["beacon"]["kind"] == "spoken" and len(x["beacon"]["digits"]) == 20
    assert {c["role"] for c in k["manifest"]["commits"]} == {"platform", "bureau", "witness"}


def test_the_city_draws_its_share_of_key_sites(demo: Demo) -> None:
    strata = {s["id"]: s for s in demo.draw("150200")["strata"]}
    share = strata["key"]["take"] / strata["key"]["size"]
    assert 0.10 <= share <= 0.15
    assert demo.draw("150200")["subject"] == "150203"


def test_what_both_drew_is_one_joint_visit(demo: Demo) -> None:
    district = {uid for uid, _ in drawn(demo, "150203")}
    city = {uid for uid, _ in drawn(demo, "150200")}
    counted = {b["bureau"]: b["joint"] for b in demo.summary["bureaus"]}
    assert district & city, "the demonstration should show a collision"
    assert counted["150203"] == counted["150200"] == len(district & city)


def drawn(demo: Demo, bureau: str) -> list[tuple[str, str]]:
    from policies.rd1.draw import draw
    from policies.rd1.freeze import Lists

    one = bundle(demo.draw(bureau))
    lists = Lists.of(
        bytes.fromhex(one["list_key"]), *([tuple(r) for r in one[k]] for k in ("units", "officers", "bans"))
    )
    made = draw(one["manifest"], lists, [bytes.fromhex(k) for k in one["keys"]], one["beacon"])
    return [(pick.uid, pick.stratum) for pick in made.picks]


def test_every_drawn_visit_was_made_reported_and_published(demo: Demo) -> None:
    for counted in demo.summary["bureaus"]:
        assert counted["visits"] == demo.draw(counted["bureau"])["drawn"]
        assert counted["uploads"] >= 1
        standing = STANDING[counted["bureau"]]
        assert counted["notices"] == counted["visits"] + 2 + standing  # one each, the plan, the draw
    assert sum(b["faults"] for b in demo.summary["bureaus"]) >= 3


def test_the_exclusions_of_the_roster_are_committed_with_reasons(demo: Demo) -> None:
    reasons = Counter(s for _, s in bundle(demo.draw("411721"))["units"] if s.startswith("-"))
    assert reasons["-capped"] >= 1


def test_everything_says_that_it_is_simulated(demo: Demo) -> None:
    assert demo.summary["simulated"] is True
    assert "simulated" in bundle(demo.draw("411721"))["log"]["checkpoint"].splitlines()[0]


def test_run_again_it_draws_nothing_new(demo: Demo) -> None:
    again = run_demo(demo.home)
    keys = ("manifest", "beacon", "root", "draw_no")
    assert [[d[k] for k in keys] for d in again.draws] == [[d[k] for k in keys] for d in demo.draws]
    assert again.summary["bureaus"] == demo.summary["bureaus"]


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_and_draws_nothing_twice(new_home) -> None:
    home = new_home("killed")
    first = kill_demo_at(home, "名单已冻结", 2)
    told = kill_demo_at(home, "信标数字", 1)
    third = kill_demo_at(home, "派发", 4)
    done = run_demo(home)
    assert {d["verdict"] for d in done.draws} == {"VALID"}
    assert {d["draw_no"] for d in done.draws} == {1}
    frozen = [line.split("M = ")[1][:16] for line in [*first, *told, *third] if "M = " in line]
    assert len(frozen) == len(set(frozen)) == 4, "a list was frozen twice"
    assert set(frozen) == {d["manifest"][:16] for d in done.draws}
