"""Runs the numbered steps in order and draws the verdict (protocol §13)."""

from collections.abc import Callable

from policies.errors import Problem
from policies.rd1.logs_trust import Trust
from policies.verify.born import v6
from policies.verify.case import Case, Found, NotChecked
from policies.verify.commits import v4, v5
from policies.verify.compute import v7, v8, v9, v10, v11
from policies.verify.events import v12
from policies.verify.form import open_case, v1
from policies.verify.lists import v2, v3
from policies.verify.log import v13
from policies.verify.verdict import REASON_WORDS, Step, Verdict

STEPS: tuple[tuple[str, Callable[[Case], Found]], ...] = (
    ("V1", v1),
    ("V2", v2),
    ("V3", v3),
    ("V4", v4),
    ("V5", v5),
    ("V6", v6),
    ("V7", v7),
    ("V8", v8),
    ("V9", v9),
    ("V10", v10),
    ("V11", v11),
    ("V12", v12),
    ("V13", v13),
)


def _words(reason: str, facts: dict[str, object]) -> tuple[str, str]:
    words = REASON_WORDS[reason]
    return words["zh"].format(**facts), words["en"].format(**facts)


def _run(name: str, step: Callable[[Case], Found], case: Case) -> Step:
    try:
        return Step(name, "passed", *_words(*step(case)))
    except NotChecked as reason:
        return Step(name, "not_checked", *_words(reason.reason, reason.facts))
    except Problem as fault:
        return Step(name, "failed", fault.line("zh"), fault.line("en"))


def _assumes(case: Case) -> tuple[str, ...]:
    """What software or one bundle cannot know, sorted."""
    manifest = case.bundle.get("manifest")
    codes = {"complete"} if case.log is not None else set()
    if case.before is not None:
        codes.add("one_history")
    if manifest is not None and manifest["beacon"]["kind"] != "drand":
        codes.add("numbers")
    if case.over_leave:
        codes.add("leave")
    return tuple(sorted(codes))


def verify(bundle: object, trust: Trust | None = None) -> Verdict:
    """Check a bundle step by step; never raises, whatever the bundle holds.

    Args:
        bundle: JSON values, from `record.read_bundle`.
        trust: whose log and witnesses to believe; without it nothing is VALID, at best CONSISTENT.

    Returns:
        VALID only if all thirteen steps passed; a step that was not done is never reported as passed.
    """
    case = open_case(bundle, trust)
    steps = tuple(_run(name, step, case) for name, step in STEPS)
    skipped = tuple(step.id for step in steps if step.status == "not_checked")
    failed = any(step.status == "failed" for step in steps)
    return Verdict(
        "INVALID" if failed else "CONSISTENT" if skipped or trust is None else "VALID",
        steps,
        _assumes(case),
        skipped,
        case.void,
        case.late,
        case.teams.over_caps if case.teams else {},
    )
