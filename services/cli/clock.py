"""`shuangsui clock`: the simulated clock of a demonstration, shown or moved on."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar

import typer

from policies.errors import Kind, Language, Problem, Wording
from services.cli.output import Json, guarded, show
from services.clock import CHINA, SimulatedClock
from services.home import Home
from services.wiring import DEMO_START, settings_for


class NoSimulatedClock(Problem):
    """The home is not a demonstration's: its time is the machine's and nobody sets it."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "这里没有模拟时钟", "演示的数据目录", "正式数据使用本机时间；演示请先运行 shuangsui demo。"
        ),
        "en": Wording("No simulated clock here", "the home of a demonstration", "Run: shuangsui demo first."),
    }


@guarded
def command(
    to: Annotated[datetime | None, typer.Option(help="拨到此时（北京时间） · move on to, UTC+8")] = None,
    home: Annotated[Path | None, typer.Option("--home", help="数据目录 · home folder")] = None,
    as_json: Json = False,
) -> None:
    """查看或拨快演示的模拟时钟；只能拨到更晚，正在运行的网站重新启动后生效。

    例 / example: shuangsui clock --to 2026-06-25T09:00:00
    """
    settings = settings_for(Home.at(home) if home else None)
    if not settings.home.clock_file.exists():
        raise NoSimulatedClock(settings.home.root)
    clock = SimulatedClock.resume(settings.home.clock_file, DEMO_START)
    now = clock.now() if to is None else clock.set(to.replace(tzinfo=CHINA))
    show({"now": now.astimezone(CHINA).isoformat(), "simulated": True}, as_json)
