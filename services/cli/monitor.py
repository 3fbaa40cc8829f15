"""`shuangsui monitor`: follow the public log from outside; needs no server, no account, no deployment."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from policies.errors import Place, Problem
from policies.rd1.logs_expected import Expected, parse_expected
from policies.rd1.logs_trust import Trust, parse_trust
from policies.rd1.logs_watch import SIMULATED, Report
from policies.rd1.moments import SECOND
from services.cli.files import BadFile
from services.cli.output import Json, console, emit, fail, guarded, language
from services.clock import CHINA, SystemClock
from services.outside.monitoring import Look, look
from services.outside.sources import FolderSource, Source, WebSource


@guarded
def command(
    trust: Annotated[Path, typer.Option(help="信任文件：日志与见证人公钥，取自另一渠道")],
    url: Annotated[str, typer.Option(help="日志地址 · address of the log")] = "",
    folder: Annotated[Path | None, typer.Option(help="日志文件夹 · folder of the log")] = None,
    state: Annotated[Path | None, typer.Option(help="上次见到的检查点 · what was seen last")] = None,
    expected: Annotated[Path | None, typer.Option(help="应抽单位清单 · draws there should be")] = None,
    mirror: Annotated[list[str] | None, typer.Option(help="同一日志的另一地址，比对 · compare with")] = None,
    patience: Annotated[int, typer.Option(help="新条目等待联签的小时数 · hours", min=0)] = 24,
    now: Annotated[
        datetime | None, typer.Option(help="按此刻判断（北京时间），模拟日志默认取最新条目的时间")
    ] = None,
    as_json: Json = False,
) -> None:
    """监督公开日志：只增不改、每条链、每次抽取是否按时 · follow the log and name what is wrong.

    退出码 / exit: 0 没有发现，1 有问题 / faults，2 输入不能用 / unusable input.

    例 / example: shuangsui monitor --url https://draws.example/log --trust trust.txt --state state.json
    """
    if bool(url) == bool(folder):
        raise typer.BadParameter("--url / --folder，二者取一 / one of the two")
    keys, duties = parse_trust(_text(trust)), parse_expected(_text(expected)) if expected else ()
    try:
        source: Source = WebSource(url) if url else FolderSource(folder or Path())
        others = [WebSource(one) for one in mirror or ()]
        moment = _moment(keys, now)
        seen = look(source, keys, state, moment, expected=duties, mirrors=others, patience=patience * 3600)
    except Problem as problem:
        if problem.kind == "failed" or problem.code in ("BadNote", "BadSignature"):
            raise _no_head(problem, as_json) from None
        raise
    _tell(seen, duties, state, as_json)
    raise typer.Exit(1 if seen.report.faults else 0)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadFile(str(error)[:120], where=Place(file=path.name), need="UTF-8") from None


def _moment(keys: Trust, now: datetime | None) -> int | None:
    """The time to judge by; None for a simulated log, whose own newest entry tells it."""
    if now is not None:
        return int(now.replace(tzinfo=now.tzinfo or CHINA).timestamp()) * SECOND
    if all(SIMULATED in key.name for key in keys.logs):
        return None
    return int(SystemClock().now().timestamp()) * SECOND


def _no_head(problem: Problem, as_json: bool) -> typer.Exit:
    """There is not even a head to judge: that is a finding too."""
    if as_json:
        emit({"faults": [problem.as_dict(language()) | {"index": None}], "unchecked": ["log"]})
    else:
        fail(problem, as_json=False)
    return typer.Exit(1)


def _tell(seen: Look, duties: tuple[Expected, ...], state: Path | None, as_json: bool) -> None:
    report = seen.report
    if as_json:
        evidence = {} if report.sound_history else {"evidence": {"seen": seen.seen, "now": seen.now}}
        emit({**report.as_dict(language()), "state_kept": bool(state) and report.sound_history, **evidence})
        return
    for line in _lines(report, duties, state):
        console().print(line, markup=False)
    for fault in report.faults:
        console().print(f"✗ {fault.code}  {fault.line(language())}", markup=False)
    if not report.sound_history:
        console().print(f"{seen.seen}\n--\n{seen.now}", markup=False)


def _lines(report: Report, duties: tuple[Expected, ...], state: Path | None) -> list[str]:
    """The report in words: what was read, what could not be judged."""
    facts: list[Any] = []
    if report.simulated:
        facts.append("【模拟日志】演示用，不是任何单位的真实抽取 / a simulated log")
    facts.append(f"{report.origin}：{report.size} 条 / entries，新增 / new {report.fresh}，{report.now}")
    if report.first:
        why = "没有状态文件 / no state" if state is None else "首次 / first look"
        facts.append(f"– 没有可比对的旧检查点（{why}）/ nothing to compare with")
    if not duties:
        facts.append("– 没有给出应抽单位清单，未查缺抽 / no list of expected draws")
    facts += [f"✓ {name} {at}" for name, at in report.witnesses.items()]
    facts += [f"– 未判断 / not judged: {what}" for what in report.unchecked]
    return [*facts, f"{len(report.faults)} 个问题 / faults"]
