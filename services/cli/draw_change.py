"""`shuangsui draw change…`: changes after the draw by two people; the superior's copy on its day."""

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from services.cli.output import Json, guarded, rows, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.clock import CHINA
from services.drawing.change_case import Shown
from services.drawing.changing import Kind, Step
from services.drawing.roll import Source, SourceKind
from services.usecases.approve_change import approve_change
from services.usecases.change_board import Line, change_board, find_visit
from services.usecases.declare import declare_absence, declare_own_absence, declare_own_recusal
from services.usecases.propose_change import preview_change, propose_change, repeat_change, withdraw_change
from services.usecases.superior_open import superior_open
from services.work import Work

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]
Proposal = Annotated[int, typer.Option("--proposal", help="提议编号 · number of the proposal", min=1)]
WORDS: dict[Kind, str] = {"replace": "替换", "substitute": "换人", "cancel": "取消"}
AWAY: dict[SourceKind, str] = {
    "unlisted": "已不在名录",
    "certificate": "证件过期",
    "leave": "名录请假",
    "absence": "声明缺勤",
    "recusal": "声明回避",
}
STATES = {"open": "待批准", "stale": "已过时", "approved": "已批准", "withdrawn": "已撤回"}


def add_to(app: typer.Typer) -> None:
    """Add these commands to the sub-app."""
    app.command("change")(change)
    app.command("changes")(changes)
    app.command("change-approve")(approve)
    app.command("change-withdraw")(withdraw)
    app.command("change-repeat")(repeat)
    app.command("find-visit")(find)
    app.command("superior-open")(superior)


def add_to_task(app: typer.Typer) -> None:
    """Add the declarations to the sub-app of tasks."""
    app.command("absent")(absent)
    app.command("recuse")(recuse)


@guarded
def change(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    kind: Annotated[str, typer.Option(help="replace、substitute 或 cancel")],
    slot: Annotated[list[int], typer.Option(help="任务序号，可多次 · slot of the visit", min=0)],
    reason: Annotated[str, typer.Option(help="规定原因；换人写可公开的理由 · is published")],
    officer: Annotated[str, typer.Option(help="被替换人员的证号 · who cannot go")] = "",
    absent: Annotated[bool, typer.Option("--absent", help="该人员当日缺勤 · away all day")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="只看结果，不提议 · only look")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提议变更：替换、换人或取消；另一人批准前不生效 · propose a change; another person approves.

    例 / example: shuangsui draw change 1 -b 411721 --as demo-411721-dispatcher --kind substitute
    --slot 3 --officer DEMO4117210001 --reason 因病请假 --absent
    """
    steps = tuple(Step(_kind(kind), one, reason, officer, absent) for one in slot)
    if preview:
        found = in_work(home, bureau, who, lambda work: preview_change(work, draw_no, steps))
        show([one.as_dict() for one in found], as_json, lambda: _table(found))
        return
    made = in_work(home, bureau, who, lambda work: propose_change(work, draw_no, steps))
    show({"draw_no": draw_no, "proposal": made.n, "steps": made.steps, "repeated": made.repeated}, as_json)


@guarded
def changes(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """变更提议和已作的变更（查看留痕） · proposals and changes made; the reading is journalled.

    例 / example: shuangsui draw changes 1 -b 411721 --as demo-411721-head --json
    """
    board = in_work(home, bureau, who, lambda work: change_board(work, draw_no))
    lines = [
        [one.n, STATES[one.state], "、".join(WORDS[s.kind] for s in one.steps), one.by, list(one.events)]
        for one in board.lines
    ]
    told = {"events": board.events, "lines": [_line(one) for one in board.lines]}
    show(told, as_json, lambda: rows(["提议", "状态", "内容", "提议人", "变更"], lines))


@guarded
def approve(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    proposal: Proposal,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """批准变更：记入公开日志，任务随即变更 · approve; it enters the log and the visits change.

    例 / example: shuangsui draw change-approve 1 -b 411721 --as demo-411721-head --proposal 1 --yes
    """
    if not yes:
        _ask(draw_no, bureau, who, proposal, home)
    done = in_work(home, bureau, who, lambda work: approve_change(work, draw_no, proposal))
    show(done.as_dict(), as_json)


@guarded
def withdraw(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    proposal: Proposal,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """撤回或不同意一项提议 · withdraw or decline a proposal.

    例 / example: shuangsui draw change-withdraw 1 -b 411721 --as demo-411721-head --proposal 1
    """
    in_work(home, bureau, who, lambda work: withdraw_change(work, draw_no, proposal))
    show({"draw_no": draw_no, "proposal": proposal, "withdrawn": True}, as_json)


@guarded
def repeat(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    proposal: Proposal,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """已过时的提议，按现在的名单重新提议 · propose a stale proposal anew.

    例 / example: shuangsui draw change-repeat 1 -b 411721 --as demo-411721-dispatcher --proposal 1
    """
    made = in_work(home, bureau, who, lambda work: repeat_change(work, draw_no, proposal))
    show({"draw_no": draw_no, "proposal": made.n, "steps": made.steps, "repeated": made.repeated}, as_json)


@guarded
def find(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    code: Annotated[str, typer.Argument(help="污染源编码 · code of the site", metavar="CODE")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """某污染源是否在待检查名单内（派单员，查询留痕） · the slot of a drawn site, for dispatchers.

    例 / example: shuangsui draw find-visit 1 -b 411721 --as demo-411721-dispatcher 411721S0001
    """
    slot = in_work(home, bureau, who, lambda work: find_visit(work, draw_no, code))
    show({"draw_no": draw_no, "slot": slot}, as_json)


@guarded
def superior(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    district: Annotated[str, typer.Option(help="抽取单位代码 · the bureau that drew")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """到保密期限，上级取出自己的密封副本；两级均留痕 · the superior's sealed copy, on its day.

    例 / example: shuangsui draw superior-open 1 -b 411700 --as demo-411700-witness --district 411721
    --json > pack.json
    """
    pack = in_work(home, bureau, who, lambda work: superior_open(work, district, draw_no))
    if as_json:
        show(pack.body, True)
        return
    say("加 --json 保存后，在见证设备上运行 shuangsui witness open · save with --json, open on the device")
    show({"bureau": district, "draw_no": draw_no, "outstanding": pack.outstanding}, False)


@guarded
def absent(
    bureau: Bureau,
    who: As,
    officer: Annotated[str, typer.Option(help="证号；不填为本人 · certificate; own when left out")] = "",
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="日期；不填为今天 · today when left out")
    ] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """声明缺勤：本人，或由派单员代为登记 · declare an absence, one's own or as dispatcher.

    例 / example: shuangsui task absent -b 411721 --as demo-411721-inspector-01
    """

    async def act(work: Work) -> Any:
        on = day.date() if day else None
        return await (declare_absence(work, officer, on) if officer else declare_own_absence(work, on))

    done = in_work(home, bureau, who, act)
    show({"certificate": done.certificate, "kind": done.kind, "repeated": done.repeated}, as_json)


@guarded
def recuse(
    draw_no: DrawNo,
    slot: Annotated[int, typer.Argument(help="任务序号 · slot", min=0, metavar="SLOT")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """对本人的一项任务声明回避，到场后亦可 · recuse oneself from one's own visit.

    例 / example: shuangsui task recuse 1 3 -b 411721 --as demo-411721-inspector-01
    """
    done = in_work(home, bureau, who, lambda work: declare_own_recusal(work, draw_no, slot))
    show({"certificate": done.certificate, "kind": done.kind, "repeated": done.repeated}, as_json)


def _kind(text: str) -> Kind:
    found = next((kind for kind in WORDS if kind == text), None)
    if found is None:
        raise typer.BadParameter(", ".join(WORDS), param_hint="--kind")
    return found


def _table(found: tuple[Shown, ...]) -> None:
    lines = [
        [one.slot, WORDS[one.kind], one.site, one.out or "—", one.into or one.reserve or "—",
         "、".join(f"{p.name}（{'；'.join(_source(s) for s in p.sources)}）" for p in one.passed) or "—"]
        for one in found
    ]  # fmt: skip
    rows(["序号", "变更", "污染源", "换下", "换上", "越过（依据）"], lines)


def _source(one: Source) -> str:
    """From where an absence is known; who proposes is marked."""
    when = one.at.astimezone(CHINA).strftime(" %m-%d %H:%M") if one.at else ""
    by = f" {one.by}{when}" if one.by else ""
    return AWAY[one.kind] + by + ("，由提议人登记" if one.by_proposer else "")


def _line(one: Line) -> dict[str, Any]:
    return {
        "proposal": one.n,
        "state": one.state,
        "by": one.by,
        "at": one.at,
        "events": list(one.events),
        "steps": [step.as_dict() for step in one.steps],
        "made": [made.as_dict() for made in one.made],
    }


def _ask(draw_no: int, bureau: str, who: str, number: int, home: HomeOption) -> None:
    """Show what would be approved and ask; whoever does not sit at a terminal says so."""
    if not sys.stdin.isatty():
        raise typer.BadParameter("不在终端运行须写明 --yes / needed outside a terminal", param_hint="--yes")
    board = in_work(home, bureau, who, lambda work: change_board(work, draw_no))
    for line in board.lines:
        if line.n == number:
            _table(line.made)
    typer.confirm("批准后立即生效，不能恢复。继续？ / It takes effect at once. Go on?", abort=True, err=True)
