"""The whole suite in two processes side by side: `make test` without ARGS. It mostly waits for servers.

`python -m tests.halves --collect-only -q` hands its arguments on to both.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
FIRST = frozenset(
    [
        "bench", "browser", "exchange", "faults", "flows", "front", "house", "independent", "law", "policies",
        "records",
    ]
)  # fmt: skip


def halves() -> tuple[list[str], list[str]]:
    """Folders of tests for either process; one that nobody named goes with the second."""
    found = sorted(one.parent.relative_to(HERE).parts[0] for one in HERE.glob("*/**/test_*.py"))
    every = dict.fromkeys(found)
    return [f"tests/{n}" for n in every if n in FIRST], [f"tests/{n}" for n in every if n not in FIRST]


def main(arguments: list[str]) -> int:
    """Runs both, prints the second's report below the first's; 0 only when both are green."""
    first, second = halves()
    command = [sys.executable, "-m", "pytest", *arguments]
    with tempfile.TemporaryFile() as kept:
        beside = subprocess.Popen([*command, *second], stdout=kept, stderr=subprocess.STDOUT)
        codes = [subprocess.run([*command, *first], check=False).returncode, beside.wait()]
        kept.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(kept.read())
    return max(codes, key=abs)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
