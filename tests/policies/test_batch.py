"""A batch of sites: what becomes of each row, and what is refused as a whole."""

from dataclasses import replace

import pytest

from policies.roster.batch import MOST, BatchChange, mark_of, moved, plan_batch
from policies.roster.batch_errors import (
    BatchBasisMissing,
    BatchReasonMissing,
    BatchTooLarge,
    BatchValue,
)
from policies.terms import Site, SiteKind, SiteStatus

ONE = Site(
    code="S1", name="一厂", credit_code="91411721MAXX00015J", kind=SiteKind.UNIT, key=False, special=False,
    status=SiteStatus.ACTIVE, address="一路", site_address="一路厂区", division="411721",
    lon=114.02, lat=33.38, datum="CGCS2000", industry="C26", pollution=("废水",),
)  # fmt: skip
KEY = replace(ONE, code="S2", key=True, class_basis="2026年名录")


def test_rows_that_stand_so_already_keep_the_basis_they_stand_on() -> None:
    found = plan_batch([ONE, KEY], BatchChange("key", "yes", "名录更新", basis="驻环〔2026〕1号"))
    assert [one.after for one in found.turned] == [replace(ONE, key=True, class_basis="驻环〔2026〕1号")]
    assert found.same == (KEY,) and found.marks == {"S1": mark_of(ONE)}


def test_what_the_superior_lists_stays_key_by_either_code() -> None:
    no = BatchChange("key", "no", "已退出")
    for listed in ({"S2"}, {KEY.credit_code}):
        found = plan_batch([ONE, KEY], no, listed=listed)
        assert not found.turned and [one.site for one in found.refused] == [KEY]
    assert plan_batch([KEY], no).turned[0].after.class_basis == ""


def test_special_asks_for_criterion_and_evidence_and_takes_both_away_again() -> None:
    cases = {"complaints": "群众投诉反映强烈"}
    yes = BatchChange("special", "yes", "投诉多", basis="信访件 12 号", case="complaints")
    special = plan_batch([ONE], yes, cases=cases).turned[0].after
    assert special.special and special.special_cases == ("complaints",)
    assert special.special_evidence == "信访件 12 号"
    back = plan_batch([special], BatchChange("special", "no", "已整改"), cases=cases)
    assert back.turned[0].after == ONE
    with pytest.raises(BatchValue):
        plan_batch([ONE], replace(yes, case="other"), cases=cases)
    with pytest.raises(BatchBasisMissing):
        plan_batch([ONE], replace(yes, basis=" "), cases=cases)


@pytest.mark.parametrize(
    "change",
    [
        BatchChange("status", "gone", "x"),
        BatchChange("name", "新名", "x"),
        BatchChange("basin", " ", "x"),
        BatchChange("basin", "长" * 81, "x"),
        BatchChange("key", "maybe", "x"),
        BatchChange("status", "closed", "x", basis="豫环〔2026〕9号", dated="昨天"),
    ],
)
def test_other_fields_and_other_values_are_refused(change: BatchChange) -> None:
    with pytest.raises(BatchValue):
        plan_batch([ONE], change)


def test_a_reason_is_asked_and_a_batch_has_an_end() -> None:
    closed = BatchChange("status", "closed", "关停")
    with pytest.raises(BatchReasonMissing):
        plan_batch([ONE], replace(closed, why=" "))
    with pytest.raises(BatchTooLarge):
        plan_batch([replace(ONE, code=f"S{n}") for n in range(MOST + 1)], closed)


def test_any_change_of_a_row_or_its_absence_moves_it() -> None:
    marks = {one.code: mark_of(one) for one in (ONE, KEY)}
    assert moved([ONE, KEY], marks) == ()
    assert moved([replace(ONE, phone="1"), KEY], marks) == ("S1",)
    assert moved([ONE], marks) == ("S2",)
