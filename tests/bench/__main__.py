# ruff: noqa: E501 (paragraphs of the page stand on one line)
"""`make bench`: every figure as a line, and all of them as docs/bench.json and docs/bench.md.

`python -m tests.bench county city` takes these chapters only and leaves the others' figures as they were.
"""

import json
import os
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from .meter import Figure

OUT = Path(__file__).parents[2] / "docs"
CHAPTERS = {
    "tickets": "抽签 · Tickets",
    "county": "一个县 · A county",
    "browser": "浏览器 · In the browser",
    "field": "现场应用 · The field app",
    "city": "一个市 · A city",
    "tenancy": "行级安全 · Row-level security",
    "reads": "热读取 · Hot reads",
    "lists": "列表 · Lists",
    "registry": "名录十万家 · A registry of 100,000 sites",
    "cityview": "全市一览 · The city's view",
    "watchers": "现场观看 · Watchers of a draw",
    "robust": "完备性 · Completeness",
    "rosters": "名录 · Rosters",
    "imports": "导入 · Imports",
    "documents": "文书 · Documents",
    "exchange": "系统对接 · Exchange",
    "whole": "演示 · The demonstration",
}
HEAD = """# 性能 · Measurements

> Taken by `make bench`; every figure beside its baseline in the same run, so that the ratio means something on any
> machine. `load` is the load average of the machine when the chapter began: other work was running if it is high.

由 `make bench` 测得；每个数字与同一次运行中的基准并列，机器不同、忙闲不同，比值仍可比较。公平性统计见 [fairness](fairness/README.md)。

"""


def line(figure: Figure) -> str:
    ratio = f"  = {figure.ratio:.2f} × {figure.baseline}" if figure.ratio else ""
    target = f"  (target {figure.target})" if figure.target else ""
    return f"{figure.name:<70} {figure.seconds:8.3f} {figure.unit}{ratio}{target}  {figure.found}".rstrip()


def take(chapter: str) -> dict[str, Any]:
    """One chapter's figures, in a process of its own so that its memory is its own."""
    command = [sys.executable, "-c", f"from tests.bench.__main__ import measure; measure({chapter!r})"]
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    found: list[dict[str, Any]] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=OUT.parent) as child:
        for row in child.stdout or ():
            figure = json.loads(row)
            found.append(figure)
            print(line(Figure(**{k: v for k, v in figure.items() if k != "ratio"})), flush=True)
    if child.returncode:
        raise SystemExit(child.returncode)
    return {"load": load, "figures": found}


def measure(chapter: str) -> None:
    """In the child: figures as lines of JSON."""
    for figure in import_module(f"tests.bench.{chapter}").figures():
        print(json.dumps(figure.as_dict(), ensure_ascii=False), flush=True)


def page(record: dict[str, Any]) -> str:
    """docs/bench.md."""
    machine = record["machine"]
    parts = [HEAD, f"Python {machine['python']}, {machine['machine']}, {machine['cpus']} CPU.\n"]
    for name, title in CHAPTERS.items():
        if (chapter := record["chapters"].get(name)) is None:
            continue
        parts.append(
            f"\n## {title}\n\nload {chapter['load']}\n\n| | | × baseline | target |\n|---|---:|---|---|\n"
        )
        for f in chapter["figures"]:
            ratio = f"{f['ratio']:.2f} × {f['baseline']}" if f["ratio"] else f["found"]
            parts.append(f"| {f['name']} | {f['seconds']:.3f} {f['unit']} | {ratio} | {f['target']} |\n")
    return "".join(parts)


def keep(name: str, chapter: dict[str, Any]) -> None:
    """Add a chapter to both files as they stand now."""
    path = OUT / "bench.json"
    record = json.loads(path.read_text("utf-8")) if path.exists() else {"chapters": {}}
    record["machine"] = {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "machine": platform.machine(),
    }
    record["chapters"][name] = chapter
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (OUT / "bench.md").write_text(page(record), encoding="utf-8")


def main() -> None:
    chosen = sys.argv[1:] or [*CHAPTERS, "fairness"]
    for name in CHAPTERS:
        if name in chosen:
            keep(name, take(name))
    if "fairness" in chosen:
        import_module("tests.bench.fairness").run(20_000)


if __name__ == "__main__":
    main()
