"""The verdict on a bundle: `check`, and a command line.

python tests/independent/checker.py FILE [--trust FILE]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

if not __package__:  # started as a file: make the folder a package first
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    import independent  # type: ignore[import-not-found]  # noqa: F401

    __package__ = "independent"

from . import draw_steps, freeze_steps
from .case import Case, Step
from .coding import Suite, Unreadable, is_integer, jcs, read_json
from .notes import read_trust


def open_case(bundle: Any, trust_text: str | None = None) -> tuple[Case, str | None]:
    """Recompute everything that follows from a bundle; the text says why teams could not be made."""
    if not isinstance(bundle, dict) or not isinstance(bundle.get("manifest"), dict):
        raise Unreadable("no bundle with a manifest")
    try:
        jcs(bundle)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unreadable(f"not JSON text: {error}") from error
    v, suite = bundle["manifest"].get("v"), bundle["manifest"].get("suite")
    if v != "rd1" or not is_integer(suite) or suite not in (1, 2):
        raise Unreadable("unsupported v or suite")
    case = Case(bundle, Suite(suite), None if trust_text is None else read_trust(trust_text))
    case.compute_seed()
    case.compute_order()
    return case, case.compute_teams()


def check(bundle: dict[str, Any], trust_text: str | None = None) -> dict[str, Any]:
    """Run V1–V13. Raises Unreadable when the bundle or the trust file cannot be read."""
    case, impossible = open_case(bundle, trust_text)
    steps = [Step(f"V{number}") for number in range(1, 14)]
    steps[0].faults.extend(case.form.problems)
    freeze_steps.v2_roots(case, steps[1])
    freeze_steps.v3_sizes(case, steps[2])
    freeze_steps.v4_commitments(case, steps[3])
    freeze_steps.v5_chain(case, steps[4])
    draw_steps.v6_beacon(case, steps[5])
    draw_steps.v7_seed(case, steps[6])
    draw_steps.v8_tickets(case, steps[7])
    draw_steps.v9_start(case, steps[8], impossible)
    draw_steps.v10_walk(case, steps[9], impossible)
    draw_steps.v11_result(case, steps[10])
    draw_steps.v12_events(case, steps[11])
    draw_steps.v13_log(case, steps[12])
    failed = any(s.status == "failed" for s in steps)
    open_steps = [s.id for s in steps if s.status == "not_checked"]
    valid = not failed and not open_steps and case.trust is not None
    return {
        "verdict": "INVALID" if failed else "VALID" if valid else "CONSISTENT",
        "steps": [s.as_dict() for s in steps],
        "assumes": assumptions(case),
        "not_checked": open_steps,
        "void": case.void(),
        "late": case.late,
        "over_cap": case.over_cap,
    }


def assumptions(case: Case) -> list[str]:
    """What neither software nor one bundle can know."""
    found = set()
    if case.manifest is not None and case.manifest["beacon"]["kind"] in ("lottery", "spoken"):
        found.add("numbers")
    if case.log is not None:
        found.add("complete")
    if case.before is not None:
        found.add("one_history")
    if any(row["event"].get("passed_over") for row in case.given.get("events", [])):
        found.add("leave")
    return sorted(found)


def main(arguments: list[str] | None = None) -> int:
    """0 valid or consistent, 1 invalid, 2 unreadable."""
    parser = argparse.ArgumentParser(description="Check the bundle of an rd1 draw.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--trust", type=Path, help="trust file: log, witness and need lines")
    options = parser.parse_args(arguments)
    try:
        bundle = read_json(options.file.read_text("utf-8"))
        if isinstance(bundle, dict) and "manifest" not in bundle and "expect" in bundle:
            bundle = bundle.get("bundle")  # a test vector
        report = check(bundle, options.trust.read_text("utf-8") if options.trust else None)
    except (Unreadable, UnicodeDecodeError) as error:
        print(f"UNREADABLE: {error}")
        return 2
    print(report["verdict"])
    for step in report["steps"]:
        print(f"{step['id']:<4}{step['status']:<12} {step['detail']}".rstrip())
    for name in ("assumes", "not_checked", "void", "late", "over_cap"):
        if report[name]:
            print(f"{name}: {report[name]}")
    return 1 if report["verdict"] == "INVALID" else 0


if __name__ == "__main__":
    sys.exit(main())
