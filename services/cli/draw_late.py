"""`shuangsui draw`, after the beacon: run, finish, open, bundle, void."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.files import from_hex, read_json
from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work, member, with_app
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.run_draw import finish_draw, run_draw
from services.usecases.void_draw import void_draw
from services.work import App

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the sub-app."""
    for command in (run, finish, open_, bundle, void):
        app.command(command.__name__.rstrip("_"))(command)


@guarded
def run(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    key: Annotated[list[Path], typer.Option(help="secret reveal 的输出，每方一个 · one a role")],
    digits: Annotated[str, typer.Option(help="宣读的数字 · the spoken digits")] = "",
    signature: Annotated[str, typer.Option(help="drand 签名 · of the round")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """录入信标、交出密钥、完成抽取 · beacon and secrets in, result out.

    例 / example: shuangsui draw run 1 -b 411721 --as demo-411721-drawer --digits 31415926535897932384
    --key key.json
    """
    if bool(digits) == bool(signature):
        raise typer.BadParameter("--digits 或 --signature，二者取一 / one of the two")
    evidence = {"digits": digits} if digits else {"signature": signature}
    cards = [read_json(path, "role", "key") for path in key]
    keys = {card["role"]: from_hex(card["key"], "key") for card in cards}

    async def act(app: App) -> dict[str, Any]:
        return (await run_draw(app, await member(app, bureau, who), draw_no, evidence, keys)).as_dict()

    show(with_app(home, act), as_json)


@guarded
def finish(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """中断之后完成同一次抽取 · complete the very same draw after a crash.

    例 / example: shuangsui draw finish 1 -b 411721 --as demo-411721-drawer
    """

    async def act(app: App) -> dict[str, Any]:
        return (await finish_draw(app, await member(app, bureau, who), draw_no)).as_dict()

    show(with_app(home, act), as_json)


@guarded
def open_(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """检查全部完成后公开 · open the draw when nothing is outstanding.

    例 / example: shuangsui draw open 1 -b 411721 --as demo-411721-drawer
    """
    index = in_work(home, bureau, who, lambda work: open_draw(work, draw_no))
    show({"draw_no": draw_no, "log": index}, as_json)


@guarded
def bundle(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """日志联签之后，写出公开包和信任文件 · write bundle and trust file once the log is cosigned.

    例 / example: shuangsui draw bundle 1 -b 411721 --as demo-411721-drawer --json
    """

    async def act(app: App) -> dict[str, str]:
        files = await publish_bundle(app, await member(app, bureau, who), draw_no)
        return {"bundle": str(files.bundle), "trust": str(files.trust)}

    show(with_app(home, act), as_json)


@guarded
def void(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    reason: Annotated[str, typer.Option(help="公开的理由，不写名称 · is published; name nobody")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """作废：编号不再使用，材料立即公开 · void; it is opened at once.

    例 / example: shuangsui draw void 1 -b 411721 --as demo-411721-head --reason 名录有误 --yes
    """
    if not yes and not sys.stdin.isatty():
        raise typer.BadParameter("--yes", param_hint="--yes")
    if not yes:
        typer.confirm("作废后立即公开，不能恢复。继续？ / It is opened at once. Go on?", abort=True, err=True)
    index = in_work(home, bureau, who, lambda work: void_draw(work, draw_no, reason))
    show({"draw_no": draw_no, "log": index}, as_json)
