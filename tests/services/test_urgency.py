"""Which to-do comes first, and under which heading."""

from services.views.urgency import Todo, grouped, urgency


def todo(id: str, left: int | None = None) -> Todo:
    return Todo(id, "/desk", left=left)


def test_the_clock_decides_first_then_whether_somebody_waits() -> None:
    assert urgency(todo("plan.approve", -1)) == urgency(todo("overdue")) == "late"
    assert urgency(todo("review", 0)) == urgency(todo("void.approve", 3)) == "near"
    assert urgency(todo("review", 4)) == urgency(todo("import")) == "open"
    for id in ("plan.approve", "waiver.approve", "roster.take", "audit.answer"):
        assert urgency(todo(id)) == "approve", id


def test_empty_groups_are_left_out_and_the_closest_day_stands_on_top() -> None:
    assert grouped(()) == ()
    made = grouped(
        [todo("import"), todo("review", 9), todo("upload", -2), todo("publish", -5), todo("plan.approve")]
    )
    assert [(g.id, [t.id for t in g.todos]) for g in made] == [
        ("late", ["publish", "upload"]), ("approve", ["plan.approve"]), ("open", ["review", "import"]),
    ]  # fmt: skip
