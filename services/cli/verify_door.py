"""`shuangsui verify-door`: check a code at the door with the base install alone."""

from pathlib import Path
from typing import Annotated

import typer

from policies.errors import Problem
from policies.rd1.door import unfragment
from policies.rd1.logs_trust import parse_trust
from policies.verify.door import DOOR_WORDS, DoorReport, check_door
from services.cli.output import Json, console, emit, fail, language

MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "not_checked": "[yellow]–[/]"}


def command(
    code: Annotated[str, typer.Argument(help="二维码中的网址，或 # 之后的部分", metavar="CODE")],
    trust: Annotated[Path, typer.Option(help="信任文件：日志与见证者公钥")],
    as_json: Json = False,
) -> None:
    """核验执法人员在门口出示的二维码 · check the code shown at the door.

    退出码 / exit: 0 属实，1 伪造或损坏，2 无法读取 / genuine, counterfeit or damaged, unreadable.

    例 / example: shuangsui verify-door "https://draws.example/v/#AQEI..." --trust trust.txt
    """
    try:
        keys = parse_trust(trust.read_bytes().decode("utf-8", "replace"))
        report = check_door(unfragment(code), keys)
    except OSError as error:
        typer.echo(f"无法读取文件 / cannot read: {error.strerror}: {error.filename}", err=True)
        raise typer.Exit(2) from None
    except Problem as problem:
        fail(problem, as_json=as_json)
        raise typer.Exit(2) from None
    if as_json:
        emit(report.as_dict())
    else:
        _print(report)
    raise typer.Exit(0 if report.genuine else 1)


def _print(report: DoorReport) -> None:
    out, lang = console(), language()
    for id, status, detail in report.steps:
        out.print(f"{MARKS[status]} {id} ", end="")
        out.print(f"{DOOR_WORDS[id][lang]}：{detail}", markup=False)
    if not report.genuine:
        out.print("[bold red]伪造或损坏 counterfeit or damaged[/]")
        return
    word = "已取消 called off" if report.cancelled else "属实 genuine"
    out.print(f"[bold]{word}[/]{' 模拟 simulated' if report.simulated else ''}")
    out.print(f"  污染源 site：{report.uid}；单位 bureau：{report.bureau}", markup=False)
    out.print(f"  人员 officers：{', '.join(report.certificates)}", markup=False)
    out.print(f"  登入日志 logged：{report.fixed_at}；日志 log：{report.log} {report.size}", markup=False)
