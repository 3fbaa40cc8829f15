"""Templates: all of them compile, none carries style or script of its own."""

import re
from typing import get_args

import pytest

from policies.rd1.manifests import ROLES
from policies.rulebook.law_keys import KEYS
from policies.terms import DrawKind, Mark, SiteKind, SiteStatus, Stratum
from policies.visiting.checklist import Answer
from policies.visiting.notice import PUBLIC_FIELDS
from policies.visiting.visits import RESULTS
from services.views.draws import SEALED, STAGES
from services.views.rules import GROUPS
from services.web import filters
from services.web.pages import TEMPLATES, environment
from tenants.records import VisitType
from tenants.rows import TaskState

FILES = sorted(p for folder in TEMPLATES for p in folder.rglob("*.html"))


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_template_compiles_and_keeps_the_content_policy(path) -> None:
    source = path.read_text("utf-8")
    environment().parse(source)
    # scripts are files of this site, and nothing else is between the tags
    own = r'<script type="module" src="\{\{ [^"]+ \}\}"></script>'
    source = re.sub(own, "", source)
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=\"|javascript:|https?://", source)


def test_filters_write_chinese_time() -> None:
    assert filters.moment("2025-12-31T16:30:00Z") == "2026-01-01 00:30"
    assert filters.day("2025-12-31T16:30:00+00:00") == "2026-01-01"
    assert filters.day("2026-01-05") == "2026-01-05" and filters.day(None) == ""
    assert filters.grouped("01234567890123456789") == "01234 56789 01234 56789"
    assert (
        filters.percent(1, 3) == "33.3%" and filters.percent(5, 5) == "100%" and filters.percent(0, 0) == "—"
    )


def test_nothing_from_data_is_left_unescaped() -> None:
    env = environment()
    made = env.from_string("{% import 'macros.html' as m %}{{ m.tag(words) }}{{ m.hash(words) }}")
    assert "<b>" not in made.render(words="<b>x</b>")


def test_every_code_has_its_word_and_its_tag() -> None:
    words = environment().get_template("words.html").module
    known = {
        "results": set(RESULTS), "result_tags": set(RESULTS), "marks": set(Mark), "mark_tags": set(Mark),
        "strata": set(Stratum), "kinds": set(DrawKind), "site_status": set(SiteStatus),
        "site_status_tags": set(SiteStatus), "site_kinds": set(SiteKind),
        "visit_types": set(get_args(VisitType)),
        "task_states": set(get_args(TaskState)), "task_tags": set(get_args(TaskState)),
        "states": {"prepared", "frozen", "drawn", "opened", "void"}, "answers": set(Answer),
        "sealed": set(SEALED), "stages": set(STAGES), "rule_groups": set(GROUPS), "roles": set(ROLES),
        "verdicts": {"VALID", "CONSISTENT", "INVALID"}, "notice_kinds": set(PUBLIC_FIELDS),
    }  # fmt: skip
    gaps = {name: codes - set(getattr(words, name)) for name, codes in known.items()}
    assert not {name: gap for name, gap in gaps.items() if gap}


def test_every_choice_of_the_law_tree_is_put_into_words() -> None:
    words = environment().get_template("words.html").module.choices
    keys = {name: key.options for name, key in KEYS.items() if key.form == "choice"}
    gaps = {name: set(options) - set(words.get(name, {})) for name, options in keys.items()}
    assert not {name: gap for name, gap in gaps.items() if gap}
