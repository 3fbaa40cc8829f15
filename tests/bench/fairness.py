# ruff: noqa: E501 (paragraphs of the page stand on one line)
"""The fairness suite: `python -m tests.bench.fairness [DRAWS]` writes tables and plots to docs/fairness/.

Not a test: a fair draw fails any such table now and then. What chance does not explain is marked and counted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from . import mixing, svg
from .stats import Measure, line_of, suspicious
from .worlds import WORLDS, observe

OUT = Path(__file__).parents[2] / "docs" / "fairness"
DRAWS = 20_000
STEPS = (0, 1, 5, 20, 50, 200)

HEAD = """# 公平性统计 · Evidence of fairness

> English summary. {total} seeded draws in {worlds} small worlds, made by the product's own code from the seed on.
> Asked is whether what should be equal is equal: sites of a stratum, pairs of sites, officers whom no list tells
> apart, pairs of them, who visits whom. `z` is a deviation in units of the noise to be expected; `max z` should lie
> near `expected`. `chance` is how likely fair draws deviate so much (Bonferroni); χ² should lie near its expectation.
> {verdict_en}

由 `python -m tests.bench.fairness {draws}` 生成（`make bench` 也会运行），种子固定，任何人可以重算出同样的数字。

共 {total} 次带种子的抽取，{worlds} 个小型情景，种子之后的每一步都是产品自身的代码。检验的是“应当相等的是否相等”：同类别的污染源、两个污染源同时抽中、条件相同的执法人员、两人同组、谁查谁。`z` 为偏差与应有波动之比；`max z` 应接近 `expected`；`chance` 为公平抽取出现如此偏差的概率上界（Bonferroni）；χ² 应接近其期望，“±”为各批次间的实际波动。

**{verdict_zh}**

## 图 · Plots

![污染源](sites.svg)
![工作量](officers.svg)
![同组](pairs.svg)
![全部偏差](deviations.svg)
![换位](mixing.svg)

"""
MIXING = """## 随机换位 · The walk

一个可以穷举的情景（{sites} 个污染源，{officers} 人，含回避与上限，{count} 种合法且同样均衡的安排）。若每种安排同样可能，则“某人查某家”的概率可以精确算出；下表为与该概率的最大偏差（含波动，{draws} 次，一个概率的波动 {noise:.4f}）。

In a world small enough to list all {count} lawful assignments of the same balance: the largest error of the probability that an officer visits a site, noise included.

| `walk_per_slot` | max error |
|---:|---:|
"""


def part(job: tuple[int, int, int]) -> list[Measure]:
    """The draws first … last − 1 of one world."""
    world, first, last = job
    return observe(WORLDS[world], range(first, last))


def gather(pool: ProcessPoolExecutor, draws: int) -> list[list[Measure]]:
    """All worlds, each in four parts."""
    cuts = [draws * i // 8 * 2 for i in range(5)]
    jobs = [(w, a, b) for w in range(len(WORLDS)) for a, b in pairwise(cuts)]
    found = list(pool.map(part, jobs))
    return [
        [reduce(Measure.join, parts) for parts in zip(*found[w * 4 : w * 4 + 4], strict=True)]
        for w in range(len(WORLDS))
    ]


def mixing_part(job: tuple[int, int]) -> list[float]:
    """Errors of every (officer, site) after so many steps a slot."""
    steps, draws = job
    _, due = mixing.exact()
    got = mixing.seen(range(draws), steps)
    return [got[key] / draws - p for key, p in due.items()]


def groups(measures: list[Measure], place: int) -> list[tuple[str, list[float], float, float]]:
    """Classes of a measure for a plot of dots."""
    found = []
    for label, one in measures[place].classes.items():
        means = one.means()
        if one.noise() > 1e-12:
            due = one.due if one.due is not None else sum(means) / len(means)
            found.append((label, means, due, one.noise()))
    return found


def plots(worlds: list[list[Measure]], errors: list[list[float]], draws: int) -> dict[str, str]:
    """File name → SVG."""
    first = worlds[0]
    band = f"{draws} draws; the band is ±3 standard deviations of the noise 蓝带为应有波动的 ±3 倍"
    every = [z for world in worlds for m in world for c in m.classes.values() for z in c.spread() if z]
    noise = mixing_noise(draws)
    mixed = [
        (f"{s} steps 步", [abs(e) for e in row], 0.0, noise) for s, row in zip(STEPS, errors, strict=True)
    ]
    work = [
        (f"{world.name.split()[0]} {label.split()[1]}", *rest)
        for world, measures in zip(WORLDS, worlds, strict=True)
        for label, *rest in groups(measures, 3)
    ]
    return {
        "sites.svg": svg.dots("每个污染源被抽中的频率 How often each site is drawn", groups(first, 0), band),
        "officers.svg": svg.dots(
            "平均工作量（每次抽取的检查数） Visits per draw of officers who are equal", work, band
        ),
        "pairs.svg": svg.dots("两人同组的频率 How often two officers are a team", groups(first, 4), band),
        "deviations.svg": svg.histogram(
            f"全部 {len(every)} 个偏差与正态曲线 All deviations and the normal curve", every, "z"
        ),
        "mixing.svg": svg.dots("换位步数与误差 Error by steps of the walk", mixed, band),
    }


def mixing_noise(draws: int) -> float:
    """Noise of one probability near one half."""
    return float((0.25 / draws) ** 0.5)


def table(rows: list[dict[str, Any]]) -> str:
    head = "| 情景 world | 检验 measure | 类 class | k | 期望 expected | 波动 noise | max z | expected | chance | χ² | expected ± |"
    lines = [head, "|---|---|---|" + "---:|" * 8]
    for r in rows:
        if not r["noise"]:
            continue
        star = "" if r["exact"] else " ≈"
        lines.append(
            f"| {r['world']} | {r['measure']} | {r['class']} | {r['items']} | {r['expected']:.4f}{star} "
            f"| {r['noise']:.5f} | {r['max_z']:.2f} | {r['max_z_expected']:.2f} | {r['chance']:.3f} "
            f"| {r['chi_square']:.1f} | {r['chi_square_expected']} ± {r['chi_square_noise']:.1f} |"
        )
    return "\n".join(lines)


def page(rows: list[dict[str, Any]], errors: list[list[float]], draws: int) -> str:
    odd, tested = suspicious(rows), sum(bool(r["noise"]) for r in rows)
    names = "; ".join(f"{r['world']}: {r['measure']}, {r['class']}" for r in odd)
    zh = f"{tested} 项检验中，{'没有一项的偏差超出偶然' if not odd else f'{len(odd)} 项偏差超出偶然：{names}'}。"
    en = f"Of {tested} classes, {'none' if not odd else len(odd)} deviates more than chance explains."
    worlds = [f"- **{w.name}** — {w.words}" for w in WORLDS]
    count, _ = mixing.exact()
    walk = MIXING.format(
        sites=len(mixing.SITES),
        officers=len(mixing.OFFICERS),
        count=count,
        draws=draws,
        noise=mixing_noise(draws),
    )
    walked = [f"| {s} | {max(map(abs, row)):.4f} |" for s, row in zip(STEPS, errors, strict=True)]
    head = HEAD.format(
        total=draws * len(WORLDS), worlds=len(WORLDS), draws=draws, verdict_zh=zh, verdict_en=en
    )
    parts = [head, "## 情景 · Worlds\n\n", "\n".join(worlds), "\n\n", walk, "\n".join(walked)]
    return "".join([*parts, "\n\n## 表 · Table\n\n“≈”：期望取该类自身的均值。\n\n", table(rows), "\n"])


def run(draws: int, say: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """All worlds; writes docs/fairness/ and returns the rows that chance does not explain."""
    os.nice(10)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        worlds = gather(pool, draws)
        errors = list(pool.map(mixing_part, [(steps, draws) for steps in STEPS]))
    rows = [
        line_of(world.name, measure.name, label, one)
        for world, measures in zip(WORLDS, worlds, strict=True)
        for measure in measures
        for label, one in measure.classes.items()
    ]
    OUT.mkdir(parents=True, exist_ok=True)
    for name, drawing in plots(worlds, errors, draws).items():
        (OUT / name).write_text(drawing, encoding="utf-8")
    (OUT / "README.md").write_text(page(rows, errors, draws), encoding="utf-8")
    record = {"draws": draws, "rows": rows, "mixing": dict(zip(map(str, STEPS), errors, strict=True))}
    (OUT / "fairness.json").write_text(
        json.dumps(record, ensure_ascii=False, indent=0) + "\n", encoding="utf-8"
    )
    odd = suspicious(rows)
    say(
        f"fairness: {draws} draws in each of {len(WORLDS)} worlds, {len(rows)} classes, {len(odd)} suspicious"
    )
    for row in odd:
        say(json.dumps(row, ensure_ascii=False))
    return odd


if __name__ == "__main__":
    sys.exit(bool(run(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)))
