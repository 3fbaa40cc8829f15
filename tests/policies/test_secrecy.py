"""Views of a sealed visit, words on copies, and what a leak case may say."""

from datetime import date, datetime

import pytest

from policies.access import ACTIONS
from policies.secrecy.exports import KINDS, OF_VISITS, label_for, mark_lines
from policies.secrecy.leak import LINKED, OWN, Measure, check_close, check_proposal, check_report
from policies.secrecy.secrecy_errors import BadProposal, BadReport, MeasuresOpen, NoStateSecret
from policies.secrecy.views import VIEWS, cut, opens

TODAY = date(2026, 1, 8)
VISIT = {"slot": 3, "visit_on": TODAY, "team": ("甲", "乙"), "joint": False, "stratum": "key", "rank": 2}
SITE = {
    "name": "模拟企业", "code": "411721S0003", "credit_code": "914117", "site_address": "模拟路",
    "contact": "张三", "contact_phone": "139", "legal_person": "李四", "ticket": "00",
}  # fmt: skip


def test_a_car_needs_a_gate_and_no_more():
    seen = cut("cars", VISIT, SITE)
    assert seen == {
        "slot": 3, "visit_on": TODAY, "team": ("甲", "乙"), "joint": False,
        "site": {"name": "模拟企业", "site_address": "模拟路"},
    }  # fmt: skip


def test_why_a_site_was_drawn_is_the_team_s_alone():
    for name in VIEWS:
        seen = cut(name, VISIT, SITE)
        assert "rank" not in seen and ("stratum" in seen) == (name in ("team", "sheet"))
        persons = {"contact", "contact_phone", "legal_person"} & seen["site"].keys()
        assert bool(persons) == (name == "team"), "on paper there are no telephones"


@pytest.mark.parametrize(
    ("state", "day", "shown"),
    [
        ("dispatched", TODAY, True), ("dispatched", date(2026, 1, 9), True),
        ("dispatched", date(2026, 1, 12), False), ("dispatched", date(2026, 1, 5), True),
        ("dispatched", None, False), ("drawn", TODAY, False), ("recorded", TODAY, False),
        ("cancelled", TODAY, False),
    ],
)  # fmt: skip
def test_a_car_is_shown_the_next_days_until_the_visit(state, day, shown):
    assert opens("cars", state, day, date(2026, 1, 9)) is shown


@pytest.mark.parametrize("label", ["国家秘密", "绝 密", "机密级", "秘密★1年"])
def test_a_state_secret_s_label_is_refused(label):
    with pytest.raises(NoStateSecret, match="工作秘密"):
        label_for("cars", label)


def test_every_copy_says_what_it_is_whose_and_that_the_words_are_ours():
    for kind in KINDS:
        first, second = mark_lines(
            kind, bureau="411721", bureau_name="西平分局", number=7, reader="甲", at=datetime(2026, 1, 8, 9)
        )
        assert "不得外传" in first and "自拟用语" in first and "国家秘密" not in first
        assert "411721-E7" in second and "甲" in second and "2026-01-08 09:00" in second
        assert ("行序" in second) == KINDS[kind].ordered
    assert all(KINDS[kind].label == "工作秘密" for kind in OF_VISITS)
    assert label_for("sites", " 内部 材料 ") == "内部材料"


GOOD = ("list", TODAY, TODAY, "群里看到", 12)


@pytest.mark.parametrize("place", [(0, "rumour"), (1, date(2026, 1, 9)), (3, "  "), (4, None), (4, 0)])
def test_a_report_says_what_it_must(place):
    check_report(*GOOD)
    check_report("forewarned", TODAY, TODAY, "门口已有人等", None)
    at, wrong = place
    with pytest.raises(BadReport):
        check_report(*(wrong if n == at else one for n, one in enumerate(GOOD)))


SANCTIONS = ("criticism", "certificate", "transfer")


@pytest.mark.parametrize(
    ("finding", "measures"),
    [
        ("maybe", [Measure("void")]), ("founded", []), ("founded", [Measure("prison", "x")]),
        ("founded", [Measure("criticism", " ")]), ("unfounded", [Measure("transfer", "甲")]),
    ],
)  # fmt: skip
def test_a_proposal_holds_together(finding, measures):
    with pytest.raises(BadProposal):
        check_proposal(finding, measures, SANCTIONS)


def test_lawful_proposals_pass():
    check_proposal("founded", [Measure("void"), Measure("criticism", "甲：外传名单")], SANCTIONS)
    check_proposal("unfounded", [Measure("remedy")], SANCTIONS)
    check_proposal("unfounded", [], ())
    assert not {*LINKED} & {*OWN} and not {*SANCTIONS} & {*LINKED, *OWN}
    check_close([])
    with pytest.raises(MeasuresOpen, match="作废"):
        check_close(["作废"])


def test_who_decides_gives_a_second_factor_and_is_not_who_dispatches():
    assert set(ACTIONS["leak.decide"]) == {"bureau_head"}
    assert ACTIONS["leak.decide"]["bureau_head"].step_up and ACTIONS["leak.decide"]["bureau_head"].two_person
    assert not {"dispatcher", "inspector", "drawer", "city_auditor"} & set(ACTIONS["leak.handle"])
    assert ACTIONS["leak.count"]["city_auditor"].scope == "subtree"
    assert "inspector" in ACTIONS["leak.report"] and set(ACTIONS["keys.rewrap"]) == {"system"}
