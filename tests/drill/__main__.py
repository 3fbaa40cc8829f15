# ruff: noqa: E501 (paragraphs and rows of the report stand on one line)
"""`make drill`: the drill at full size, and its dated report as docs/drill.md."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from services.clock import CHINA, SystemClock
from services.home import PASSABLE, Home

from .drill import Result, run
from .ground import Ground

REPORT = Path(__file__).resolve().parents[2] / "docs" / "drill.md"
TIMEOUT = 30  # archive_timeout, as docs/backup.md advises


def main() -> None:
    """Run it and write the report."""
    times = int(os.environ.get("TIMES", "800"))
    base = Path(tempfile.mkdtemp(prefix="shuangsui-drill-"))
    base.chmod(PASSABLE)
    ground = Ground(Home.at(base / "lost"), base / "backup", TIMEOUT)
    try:
        found = run(ground, (Home.at(base / "second"), Home.at(base / "latest")), times, 45, _say)
    finally:
        ground.end()
        shutil.rmtree(base, ignore_errors=True)
    REPORT.write_text(_report(found), encoding="utf-8")
    _say(f"{REPORT.name} 已更新 · written")
    if found.kept[0] != found.kept[1]:
        sys.exit("恢复后的数据与指定时刻不一致 · what came back is not what was there")


def _report(found: Result) -> str:
    day = SystemClock().now().astimezone(CHINA).date()
    same = "一致 · equal" if found.kept[0] == found.kept[1] else "**不一致 · different**"
    bureaus = "\n".join(
        f"| {one['bureau']} | {one['rows']:,} | {one['journal']} | {one['draws']} |"
        for one in found.kept[1]["bureaus"]
    )
    return f"""# 恢复演练 · Restore drill

> Written by `make drill`. A deployment is killed and its data deleted; it comes back from a base backup and the
> archived log, once to a named second and once to all there is. See [backup.md](backup.md).

演练日期 {day}，{found.rows:,} 行（含模拟数据）。

| | 目标 | 测得 |
|---|---|---|
| 丢失的时间（恢复到最后）· RPO | ≤ 60 s | {found.rpo:.1f} s |
| 恢复到指定时刻并核对完毕 · RTO | ≤ 15 min | {found.rto / 60:.1f} min（回放 {found.replay:.0f} s，核对 {found.verified:.0f} s） |
| 基础备份 · base backup | | {found.base:.0f} s |
| 恢复后与指定时刻 · restored against the named second | 一致 | {same} |

恢复后逐单位核对（操作日志的哈希链、密封名单试开、公开日志 {found.kept[1]["log"]["size"]} 条与检查点）：

| 单位 | 行数 | 操作日志 | 可打开的抽取 |
|---|---|---|---|
{bureaus}
"""


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
