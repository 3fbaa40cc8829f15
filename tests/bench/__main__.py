"""`make bench`: every figure as a line, and all of them as docs/bench.json."""

import json
import os
import platform
from pathlib import Path

from . import county, rosters, whole
from .meter import Figure

OUT = Path(__file__).parents[2] / "docs"


def line(figure: Figure) -> str:
    ratio = f"  = {figure.ratio:.1f} × {figure.baseline}" if figure.ratio else ""
    target = f"  (target {figure.target})" if figure.target else ""
    return f"{figure.name:<70} {figure.seconds:8.3f} {figure.unit}{ratio}{target}"


def main() -> None:
    found: list[Figure] = []
    for chapter in (county, rosters, whole):
        for figure in chapter.figures():
            found.append(figure)
            print(line(figure), flush=True)
    machine = {"python": platform.python_version(), "cpus": os.cpu_count(), "machine": platform.machine()}
    record = {"machine": machine, "figures": [figure.as_dict() for figure in found]}
    (OUT / "bench.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
