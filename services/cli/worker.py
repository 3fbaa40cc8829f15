"""`shuangsui work`: the worker, its rounds and what it did last."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.output import Json, emit, guarded, rows, say, show
from services.cli.session import HomeOption, with_app
from services.embedded import using
from services.home import Home
from services.jobs.orders import enqueue, known_bureau, system_of
from services.jobs.status import JobBoard, JobLine, job_board
from services.jobs.worker import Round, run_round, work_until
from services.wiring import settings_for
from services.work import App
from tenants.stores import outbox

app = typer.Typer(invoke_without_command=True)
Code = Annotated[str, typer.Argument(help="单位代码 · bureau code", metavar="CODE")]


@app.callback()
def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="只做一轮 · one round, then stop")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """运行后台任务，直到中断：投递、日志头公开、日志核对、清理、两库之间未决事务的了结。

    网站进程内默认也运行同样的后台任务（WORKER=off 关闭）；多个同时运行不会重复办理。

    例 / example: shuangsui work --once
    """
    if context.invoked_subcommand is None:
        _run(once, home, as_json)


@guarded
def _run(once: bool, home: Path | None, as_json: bool) -> None:
    settings = settings_for(Home.at(home) if home else None)
    with using(settings.home, stop=False):
        if once:
            done = with_app(home, run_round)
            show(_told(done), as_json)
        else:
            say("后台任务运行中，按 Ctrl-C 停止 / working; Ctrl-C stops")
            with_app(home, _until_stopped)


async def _until_stopped(app: App) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await work_until(app, stop)


@app.command()
@guarded
def status(code: Code, home: HomeOption = None, as_json: Json = False) -> None:
    """各任务最近一次的时间和结果，以及待办的投递 · last runs, results and open orders.

    例 / example: shuangsui work status 411721
    """

    async def act(app: App) -> JobBoard:
        async with app.work(system_of(await known_bureau(app, code)), read_only=True) as work:
            return await job_board(work)

    board = with_app(home, act)
    if as_json:
        emit(_board(board))
        return
    lines = [_line(one, board.bureau) for one in board.jobs] + [_line(one, "") for one in board.deployment]
    rows(["任务", "单位", "状态", "周期", "最近完成", "进度", "结果"], lines)
    rows(
        ["投递", "待办", "失败过", "已放弃", "最早", "说明"],
        [
            [o.zh, o.count.open, o.count.failed, o.count.stuck, o.count.oldest,
             "" if o.consumed else "尚无接收方，原样保留"]
            for o in board.orders
        ],
    )  # fmt: skip


@app.command("order")
@guarded
def order_(
    code: Code,
    kind: Annotated[str, typer.Argument(help="任务名 · kind", metavar="KIND")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """排入一项不带内容的后台任务 · put an order without payload into a bureau's outbox.

    例 / example: shuangsui work order 411721 journal.verify
    """
    made = with_app(home, lambda app: enqueue(app, code, kind, {}, dedup=kind))
    show({"bureau": code, "kind": kind, "added": made is not None}, as_json)


@app.command()
@guarded
def retry(code: Code, home: HomeOption = None, as_json: Json = False) -> None:
    """重新投递已放弃的 · let the worker try again what was given up.

    例 / example: shuangsui work retry 411721
    """

    async def act(app: App) -> int:
        async with app.work(system_of(await known_bureau(app, code))) as work:
            return await outbox.free(work.db, work.scope)

    show({"bureau": code, "freed": with_app(home, act)}, as_json)


def _told(done: Round) -> dict[str, Any]:
    return {"orders": done.orders, "jobs": done.jobs, "unreached": done.unreached}


def _line(one: JobLine, bureau: str) -> list[Any]:
    run = one.run
    if run is None:
        return [one.zh, bureau, one.state, "", "", "", ""]
    progress = f"{run.progress['done']}/{run.progress['total']}" if run.progress else ""
    result = run.error or " ".join(f"{name}={value}" for name, value in (run.result or {}).items())
    return [one.zh, bureau, one.state, run.stamp, run.done_at, progress, result]


def _board(board: JobBoard) -> dict[str, Any]:
    return {
        "bureau": board.bureau,
        "jobs": [_job(one) for one in board.jobs],
        "deployment": [_job(one) for one in board.deployment],
        "orders": [
            {"kind": o.name, "open": o.count.open, "failed": o.count.failed, "stuck": o.count.stuck,
             "oldest": o.count.oldest, "consumed": o.consumed}
            for o in board.orders
        ],
    }  # fmt: skip


def _job(one: JobLine) -> dict[str, Any]:
    names = ("stamp", "tried_at", "done_at", "tries", "progress", "result", "error")
    return {"job": one.name, "state": one.state, **{n: getattr(one.run, n) for n in names if one.run}}
