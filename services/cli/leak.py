"""`shuangsui leak`: leak cases, and tracing a found list to the copy it came from."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from policies.secrecy.leak import CHANNELS, STATES, Measure
from services.cli.output import Json, guarded, rows, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.exporting.found import Tracing
from services.leaks.handed import MOST
from services.sheets.reader import read_lines
from services.usecases.close_leak import close_leak, note_measure
from services.usecases.decide_leak import decide_leak, send_leak_back
from services.usecases.propose_leak import propose_leak
from services.usecases.report_leak import LeakReport, report_leak
from services.usecases.show_leak import leak_cases, leak_counts, show_leak
from services.usecases.trace_leak import trace_leak, trace_list
from services.work import Work
from tenants.secrecy_rows import LeakCase

app = typer.Typer(no_args_is_help=True)
Case = Annotated[int, typer.Argument(help="泄密事件编号 · number of the case", min=1, metavar="N")]
Found = Annotated[
    Path | None, typer.Option("--list", help="发现的名单，按原顺序 · the found list, in its order")
]


@app.command()
@guarded
def report(
    draw_no: Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")],
    bureau: Bureau,
    who: As,
    channel: Annotated[str, typer.Option(help=f"来源 · {'、'.join(CHANNELS)}")],
    seen_on: Annotated[datetime, typer.Option("--day", formats=["%Y-%m-%d"], help="发现日期 · day")],
    words: Annotated[str, typer.Option(help="经过，密封保存 · what happened; sealed")],
    slot: Annotated[list[int] | None, typer.Option(help="涉及的检查，可多次 · visits", min=0)] = None,
    found: Found = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """报告泄密线索，内容当场密封 · report a leak; the report is sealed at once.

    例 / example: shuangsui leak report 1 -b 411721 --as demo-411721-dispatcher --channel list
    --day 2026-01-08 --words 企业群里出现名单 --list found.txt
    """
    body, lines = _read(found)
    made = LeakReport(draw_no, channel, seen_on.date(), words, tuple(slot or ()), lines, body)
    _tell(in_work(home, bureau, who, lambda work: report_leak(work, made)), as_json)


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """本单位的泄密事件，不打开内容 · cases of the bureau; nothing is opened.

    例 / example: shuangsui leak list -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, leak_cases)
    lines = [[c.n, c.draw_no, CHANNELS[c.channel][0], c.seen_on, STATES[c.state][0]] for c in found]
    heads = ["编号", "抽取", "来源", "发现日期", "状态"]
    show([_facts(c) for c in found], as_json, lambda: rows(heads, lines))


@app.command("show")
@guarded
def show_(n: Case, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """打开一件的内容（留痕） · open the papers of a case; journalled.

    例 / example: shuangsui leak show 1 -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, lambda work: show_leak(work, n))
    measures = [
        {"k": m.measure.k, "kind": m.measure.kind, "words": m.words, "done": m.done} for m in found.measures
    ]
    told = {
        "words": found.words,
        "lines": list(found.lines),
        "proposal": found.proposal,
        "measures": measures,
    }
    show(_facts(found.case) | told, as_json)


@app.command()
@guarded
def trace(
    bureau: Bureau,
    who: As,
    file: Annotated[Path | None, typer.Argument(help="名单文件 · the found list", metavar="FILE")] = None,
    draw: Annotated[int, typer.Option(help="抽取编号 · draw number", min=0)] = 0,
    roster: Annotated[str, typer.Option(help="sites 或 officers，比对名录时 · for a roster")] = "",
    case: Annotated[int, typer.Option(help="泄密事件编号，用其附的名单 · of a case", min=0)] = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """一份名单出自哪一份导出：按行序排出候选和概率 · which copy a found list comes from.

    例 / example: shuangsui leak trace found.txt --draw 1 -b 411721 --as demo-411721-head
    """
    if not case and (file is None or not (draw or roster)):
        raise typer.BadParameter(
            "写明 FILE 和 --draw 或 --roster，或 --case / needed", param_hint="FILE, --case"
        )
    _, lines = _read(file)

    async def act(work: Work) -> Tracing:
        if case:
            return await trace_leak(work, case)
        return await trace_list(work, lines, draw_no=draw, roster=roster)

    _told(in_work(home, bureau, who, act).as_dict(), as_json)


@app.command()
@guarded
def propose(
    n: Case,
    bureau: Bureau,
    who: As,
    finding: Annotated[str, typer.Option(help="founded 或 unfounded")],
    words: Annotated[str, typer.Option(help="理由，密封保存 · reasons; sealed")] = "",
    measure: Annotated[
        list[str] | None,
        typer.Option(help="措施，如 criticism:对象和理由、change:3、void，可多次 · KIND[:WORDS]"),
    ] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提出处理意见，由负责人决定 · propose a finding and measures.

    例 / example: shuangsui leak propose 1 -b 411721 --as demo-411721-admin --finding founded --measure void
    """
    measures = [_measure(one) for one in measure or ()]
    _tell(in_work(home, bureau, who, lambda work: propose_leak(work, n, finding, words, measures)), as_json)


@app.command()
@guarded
def decide(
    n: Case,
    bureau: Bureau,
    who: As,
    proposal: Annotated[int, typer.Option(help="已核对的意见编号 · number read", min=1)],
    back: Annotated[bool, typer.Option("--back", help="退回 · send back")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """负责人决定，不能是提出人 · decided by the head, never by who proposed.

    例 / example: shuangsui leak decide 1 -b 411721 --as demo-411721-head --proposal 1
    """
    act = send_leak_back if back else decide_leak
    _tell(in_work(home, bureau, who, lambda work: act(work, n, proposal)), as_json)


@app.command()
@guarded
def done(
    n: Case,
    k: Annotated[int, typer.Argument(help="措施序号 · number of the measure", min=1, metavar="K")],
    bureau: Bureau,
    who: As,
    ref: Annotated[int, typer.Option(help="变更提议编号 · of the change", min=0)] = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记一项措施已落实 · note that a measure is carried out.

    例 / example: shuangsui leak done 1 2 -b 411721 --as demo-411721-admin
    """
    _tell(in_work(home, bureau, who, lambda work: note_measure(work, n, k, ref or None)), as_json)


@app.command()
@guarded
def close(n: Case, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """全部措施落实后办结 · close a case whose measures are all carried out.

    例 / example: shuangsui leak close 1 -b 411721 --as demo-411721-admin
    """
    _tell(in_work(home, bureau, who, lambda work: close_leak(work, n)), as_json)


@app.command()
@guarded
def counts(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """各单位件数和状态，不含内容 · numbers by bureau and state.

    例 / example: shuangsui leak counts -b 411700 --as demo-411700-auditor
    """
    asked = in_work(home, bureau, who, leak_counts)
    found = dict(asked.found)
    for one in asked.absent:
        say(f"{one.code} {one.words()}")
    lines = [[code, STATES[state][0], n] for code, states in found.items() for state, n in states.items()]
    show(found, as_json, lambda: rows(["单位 bureau", "状态 state", "件数 number"], lines))


def _read(path: Path | None) -> tuple[bytes, tuple[str, ...]]:
    if path is None:
        return b"", ()
    body = path.read_bytes()[: MOST + 1]
    return body, read_lines(body, path.name)


def _measure(words: str) -> Measure:
    kind, _, rest = words.partition(":")
    return Measure(kind, "", int(rest)) if kind == "change" and rest.isdigit() else Measure(kind, rest)


def _facts(case: LeakCase) -> dict[str, Any]:
    return {
        "n": case.n,
        "draw_no": case.draw_no,
        "channel": case.channel,
        "seen_on": case.seen_on.isoformat(),
        "state": case.state,
        "finding": case.finding,
        "proposal": case.proposal,
        "list_mac": case.list_mac,
    }


def _tell(case: LeakCase, as_json: bool) -> None:
    show(_facts(case), as_json)


def _told(made: dict[str, Any], as_json: bool) -> None:
    def text() -> None:
        say(f"{made['rows']} 行 / rows；误认上限 / false at most {made['false_at_most']}")
        say(f"结论 / named: {made['named'] or '不能确定 / none'}")
        lines = [
            [f"E{s['number']}", s["reader_name"], s["probability"], f"{s['distance']}/{s['pairs']}"]
            for s in made["suspects"]
        ]
        rows(["导出 copy", "领取人 reader", "概率 probability", "逆序对 pairs"], lines)

    show(made, as_json, text)
