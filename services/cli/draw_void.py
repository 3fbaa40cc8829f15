"""`shuangsui draw void` and `void-approve`: one person proposes, another approves."""

import sys
from typing import Annotated

import typer

from policies.errors import Missing
from services.cli.output import Json, guarded, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.void_draw import approve_void, propose_void, void_proposal

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the sub-app."""
    app.command("void")(void)
    app.command("void-approve")(approve)


@guarded
def void(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    reason: Annotated[str, typer.Option(help="公开的理由，不写名称 · is published; name nobody")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提议作废；另一人批准之前不公开、不生效 · propose to void; another person approves.

    例 / example: shuangsui draw void 1 -b 411721 --as demo-411721-admin --reason 名录有误
    """
    made = in_work(home, bureau, who, lambda work: propose_void(work, draw_no, reason))
    show({"draw_no": draw_no, "proposal": made.n, "reason": made.reason, "by": made.by}, as_json)


@guarded
def approve(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    proposal: Annotated[int | None, typer.Option(help="已核对的提议编号 · number read", min=1)] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """批准作废：编号不再使用，材料立即公开 · approve; the draw is opened at once.

    例 / example: shuangsui draw void-approve 1 -b 411721 --as demo-411721-head --proposal 1 --yes
    """
    if proposal is None or not yes:
        proposal = _asked(draw_no, bureau, who, proposal, home)
    index = in_work(home, bureau, who, lambda work: approve_void(work, draw_no, proposal))
    show({"draw_no": draw_no, "proposal": proposal, "log": index}, as_json)


def _asked(draw_no: int, bureau: str, who: str, number: int | None, home: HomeOption) -> int:
    """Show the proposal and ask; whoever does not sit at a terminal names it and says so."""
    if not sys.stdin.isatty():
        need = "不在终端运行须写明 --proposal 和 --yes / needed outside a terminal"
        raise typer.BadParameter(need, param_hint="--proposal, --yes")
    found = in_work(home, bureau, who, lambda work: void_proposal(work, draw_no))
    if found is None:
        raise Missing(draw_no, what="作废提议")
    say(f"{found.n}：{found.reason}（{found.by}）")
    typer.confirm("批准后立即公开，不能恢复。继续？ / It is opened at once. Go on?", abort=True, err=True)
    return number or found.n
