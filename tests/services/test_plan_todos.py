"""No plan over empty rosters: not made, not approved, not asked for; and no window is missed without one."""

from datetime import UTC, date, datetime
from types import SimpleNamespace as Fake
from typing import Any

import pytest

from policies.planning.workdays import NATIONAL, Calendar
from policies.rulebook.lawbook import rules_at
from services.ruling.lawfiles import lawbook
from services.ruling.plan_errors import NothingToPlan
from services.usecases import make_plan as use_case
from services.views import workbench as view

COUNTY = "411721"
EMPTY = {"plans": [{"counts": {"key": 0, "general": 0, "special": 0, "key_special": 0}}]}


def always(value: Any) -> Any:
    async def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


def work(today: date = date(2026, 2, 2)) -> Any:
    scope = Fake(bureau=COUNTY, visible=(COUNTY,))
    return Fake(db=None, scope=scope, today=today, require=lambda _: None)


async def test_a_plan_of_nothing_is_neither_made_nor_approved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(use_case, "draft_plans", always(EMPTY))
    with pytest.raises(NothingToPlan, match="名录中没有可计划的污染源"):
        await use_case.make_plan(work(), 2026)
    monkeypatch.setattr(use_case, "require_approver", always(None))
    draft = Fake(state="draft", body=EMPTY, version=1, bureau=COUNTY)
    monkeypatch.setattr(use_case, "plan_step", always(Fake(returned=False)))
    monkeypatch.setattr(use_case.plans, "latest", always(draft))
    with pytest.raises(NothingToPlan) as caught:
        await use_case.approve_plan(work(), 2026)
    assert "site" in caught.value.line("en")


@pytest.mark.parametrize(("active", "asked"), [(0, []), (3, ["plan.make"])])
async def test_a_plan_is_asked_for_once_there_are_sites(
    monkeypatch: pytest.MonkeyPatch, active: int, asked: list[str]
) -> None:
    monkeypatch.setattr(view, "subjects_of", always((COUNTY,)))
    monkeypatch.setattr(view.sites, "counts", always({"all": active, "active": active}))
    monkeypatch.setattr(view.plans, "latest", always(None))
    assert [todo.id for todo in await view._planning(work(), frozenset({"plan.make"}))] == asked


@pytest.mark.parametrize(
    ("approved", "missed"),
    [
        (None, "None"),
        (datetime(2025, 12, 30, 3, tzinfo=UTC), "2026Q1"),
        (datetime(2026, 1, 9, tzinfo=UTC), "None"),
    ],
    ids=["no plan", "in time", "too late"],
)
async def test_a_window_is_missed_only_with_a_plan(
    monkeypatch: pytest.MonkeyPatch, approved: datetime | None, missed: str
) -> None:
    windows = {
        "2026Q1": (date(2025, 12, 25), date(2025, 12, 31)),
        "2026Q2": (date(2026, 3, 25), date(2026, 3, 31)),
    }
    monkeypatch.setattr(view, "rules_for", always(None))
    monkeypatch.setattr(view, "calendar_for", always(NATIONAL))
    monkeypatch.setattr(view, "draw_window", lambda _, period, calendar: windows[str(period)])
    monkeypatch.setattr(view.plans, "versions", always((Fake(approved_at=approved),)))
    window, found = await view._windows(work(), [])
    assert window is not None
    assert (str(window.period), str(found)) == ("2026Q2", missed)


@pytest.mark.parametrize(
    ("today", "closed", "first", "left", "provisional"),
    [
        (date(2026, 3, 20), (), date(2026, 3, 25), 3, False),
        (date(2026, 3, 20), (date(2026, 3, 30),), date(2026, 3, 24), 2, False),
        (date(2026, 3, 20), (date(2026, 3, 23),), date(2026, 3, 25), 2, False),
        (date(2027, 3, 20), (), date(2027, 3, 25), 4, True),
    ],
    ids=["open", "closed in the window", "closed before it", "no notice"],
)
async def test_the_window_is_counted_by_the_bureaus_calendar(
    monkeypatch: pytest.MonkeyPatch, today: date, closed: Any, first: date, left: int, provisional: bool
) -> None:
    kundulun = rules_at(lawbook(), ("CN", "150000", "150200", "150203"), today)
    monkeypatch.setattr(view, "rules_for", always(kundulun))
    monkeypatch.setattr(view, "calendar_for", always(Calendar({}, frozenset(closed))))
    monkeypatch.setattr(view.plans, "versions", always(()))
    window, _ = await view._windows(work(today), [])
    assert window is not None
    assert (window.first, window.left, window.provisional) == (first, left, provisional)
