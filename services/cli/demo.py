"""`shuangsui demo`: two counties, two cities, one simulated quarter, then the site."""

import asyncio
import os
import sys
import webbrowser
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.output import Json, console, emit, guarded, rows, say
from services.demo.story import run_story
from services.demo.summary import summarise
from services.embedded import using
from services.embedded.locks import held
from services.home import Home
from services.identity.people import PASSWORD, SECOND_CODE
from services.jobs.worker import worker_of
from services.main import create_app
from services.serve import refuse_taken, serve
from services.settings import DEMO_ORIGIN, Settings
from services.wiring import Servers, open_app, settings_for, start_servers


@guarded
def command(
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="只运行，不启动网站 · run, print, stop")
    ] = False,
    home: Annotated[Path | None, typer.Option(help="数据目录 · home folder")] = None,
    port: Annotated[int, typer.Option(help="网站端口 · port of the site")] = 8000,
    as_json: Json = False,
) -> None:
    """两县两市一个季度全程（模拟）；全部数据均为虚构。

    例 / example: shuangsui demo --no-serve --json
    """
    settings = demo_settings(home, port)
    if not no_serve:
        refuse_taken(settings.host, settings.port)  # now, not after the whole quarter
    with using(settings.home, stop=True):
        servers = asyncio.run(start_servers(settings))
        with held(settings.home.run / "story.lock"):  # two demonstrations in one home take turns
            summary = asyncio.run(_run(settings, servers))
        emit(summary) if as_json else _show(summary)
        if not no_serve:
            _serve(settings, servers)


def demo_settings(home: Path | None, port: int) -> Settings:
    """Settings of a demonstration: loopback, simulated clock, a log that says so."""
    settings = settings_for(Home.at(home) if home else None)
    url = f"http://127.0.0.1:{port}"
    return replace(settings, demo=True, log_origin=DEMO_ORIGIN, host="127.0.0.1", port=port, public_url=url)


async def _run(settings: Settings, servers: Servers) -> dict[str, Any]:
    async with open_app(settings, servers=servers) as app:
        await run_story(app, say)
        return await summarise(app)


def _serve(settings: Settings, servers: Servers) -> None:
    say(f"网站 / site: {settings.public_url}")
    say(f"登录口令 / password: {PASSWORD}   二次验证 / second code: {SECOND_CODE}")
    say("按 Ctrl-C 停止 / Ctrl-C stops")
    if sys.stdout.isatty() and (os.environ.get("DISPLAY") or sys.platform in ("darwin", "win32")):
        webbrowser.open(settings.public_url)
    opened = partial(open_app, settings, servers=servers)
    site = partial(create_app, settings, opened, beside=worker_of(settings))
    serve(site, settings.host, settings.port)


def _show(summary: dict[str, Any]) -> None:
    columns = [
        "单位 bureau",
        "对象 subject",
        "类型 kind",
        "周期",
        "编号",
        "抽中/总数",
        "人员",
        "结论 verdict",
    ]
    lines = [
        [
            d["bureau"],
            d["subject"],
            d["kind"],
            d["period"],
            d["draw_no"],
            "  ".join(f"{s['id']} {s['take']}/{s['size']}" for s in d["strata"]),
            d["officers_used"],
            d["verdict"],
        ]
        for d in summary["draws"]
    ]
    rows(columns, lines, title="模拟演示：抽取 · simulated demonstration: draws")
    names = ["单位 bureau", "检查 visits", "联合 joint", "问题 faults", "上报 uploads", "公告 notices"]
    counts = [
        [b["bureau"], b["visits"], b["joint"], b["faults"], b["uploads"], b["notices"]]
        for b in summary["bureaus"]
    ]
    rows(names, counts, title="检查与公告 · visits and notices")
    console().print(f"证据包 / bundles: {summary['bundles']}")
    first = summary["draws"][0]
    console().print(
        f"自行核验 / verify: shuangsui verify {first['bundle']} --trust {first['trust']}", soft_wrap=True
    )
