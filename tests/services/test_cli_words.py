"""What commands print for people: Chinese words, Beijing time, a blank that reads back as a blank."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from policies.terms import Officer
from policies.visiting.visit_errors import RecordRefused
from services.cli import task as task_commands
from services.cli import words
from services.cli.visit_form import blank_form
from services.usecases.my_tasks import MyTask
from services.visiting.visit_forms import METHODS, read_form
from services.web.pages import environment

DAY = date(2026, 7, 1)
SITE = {"name": "某厂", "code": "DJ411721000001", "lon": "114.02", "lat": "33.38", "datum": "GCJ-02"}


def mine() -> MyTask:
    team = tuple(Officer(f"YS{n}", f"员{n}", "队", date(2028, 1, 1), True, True) for n in (1, 2))
    return MyTask("411721", 2, 37, "dispatched", DAY, True, "key", SITE, team, None)


def test_tables_use_the_words_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    page = environment().get_template("words.html").module
    assert page.task_states == words.TASK_STATES and page.visit_states == words.VISIT_STATES
    assert page.states == words.DRAW_STATES and page.kinds == words.DRAW_KINDS
    assert words.word(words.TASK_STATES, "drawn") == "待派发" and words.word({}, "new") == "new"
    monkeypatch.setenv("SHUANGSUI_LANG", "en")
    assert words.word(words.TASK_STATES, "drawn") == "drawn"


def test_dispatching_again_says_what_was_dispatched(capsys: pytest.CaptureFixture[str]) -> None:
    task_commands._dispatched([], 12)
    assert "已派发 12" in capsys.readouterr().out


def test_a_blank_promises_nothing() -> None:
    blank = json.loads(json.dumps(blank_form()))
    assert blank["started_at"] == "" and blank["help"]["method"] == METHODS
    with pytest.raises(RecordRefused, match="started_at"):
        read_form(blank)


def test_a_blank_of_a_task_brings_team_day_and_point_and_no_position() -> None:
    blank = json.loads(json.dumps(blank_form(mine())))
    assert blank["present"] == ["YS1", "YS2"] and blank["started_at"] == "2026-07-01T"
    assert blank["site"]["name"] == "某厂" and abs(blank["site"]["lon"] - 114.02) < 0.01
    at = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    times = {"started_at": at.isoformat(), "ended_at": at.replace(hour=10).isoformat()}
    form = read_form(blank | times)
    assert form.fix is None and form.started_at == at
    partly = blank["fix"] | {"lon": 114.02}
    with pytest.raises(RecordRefused, match=r"fix\.lat"):
        read_form(blank | times | {"fix": partly})
