"""`shuangsui draw`, from the beacon on: beacon, reveal, finish, open, bundle."""

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli.files import from_hex, read_json
from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, Of, in_draw, in_work, member, with_app
from services.outside.drand import drand_signature
from services.usecases.enter_beacon import Entered, enter_beacon
from services.usecases.open_draw import open_draw, publish_bundle
from services.usecases.reveal_secret import reveal_secret
from services.usecases.run_draw import finish_draw
from services.work import App, Work
from tenants.stores import draws

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to the sub-app."""
    for command in (beacon, reveal, finish, open_, bundle):
        app.command(command.__name__.rstrip("_"))(command)


@guarded
def beacon(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    digits: Annotated[str, typer.Option(help="见证人宣读的数字 · the digits the witness called")] = "",
    signature: Annotated[str, typer.Option(help="drand 签名 · of the round")] = "",
    numbers: Annotated[
        list[str] | None,
        typer.Option(help="一种彩票的号码，按清单次序重复 · one lottery's numbers, in manifest order"),
    ] = None,
    relay: Annotated[
        str, typer.Option(help="drand 中继地址，由本机取签名 · fetch the signature from a relay")
    ] = "",
    of: Of = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """录入信标，写入公开日志；此时还不交任何密钥 · the beacon enters the log, before any secret is told.

    例 / example: shuangsui draw beacon 1 -b 411721 --as demo-411721-drawer --digits 31415926535897932384
    """
    if [bool(digits), bool(signature), bool(numbers), bool(relay)].count(True) != 1:
        raise typer.BadParameter("--digits / --signature / --numbers / --relay，四者取一 / one of the four")
    evidence: dict[str, Any] = {"digits": digits} if digits else {"signature": signature}
    if numbers:
        evidence = {"numbers": [_integers(one) for one in numbers]}

    async def act(work: Work) -> Entered:
        given = await _fetched(work, bureau, draw_no, relay) if relay else evidence
        return await enter_beacon(work, draw_no, given)

    entered = in_draw(home, bureau, of, who, act)
    show({"draw_no": draw_no, "r": entered.r, "log": entered.index}, as_json)


def _integers(text: str) -> list[int]:
    """Numbers of one lottery, however they are set apart: "3 9 11+8" → [3, 9, 11, 8]."""
    found = re.findall(r"[0-9]+", text)
    if not found or len(text) > 1000:
        raise typer.BadParameter("3 9 11 17 25 30 8", param_hint="--numbers")
    return [int(one) for one in found]


async def _fetched(work: Work, bureau: str, draw_no: int, relay: str) -> dict[str, str]:
    """The signature of the draw's own round from a relay; whether it is true, the use case checks."""
    draw = await draws.get(work.db, work.scope, bureau, draw_no)
    rule = (draw.manifest or {}).get("beacon", {})
    if rule.get("kind") != "drand":
        raise typer.BadParameter("drand", param_hint="--relay")
    return {"signature": await asyncio.to_thread(drand_signature, relay, rule["round"])}


@guarded
def reveal(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    file: Annotated[Path, typer.Argument(help="secret reveal 的输出", metavar="KEY")],
    of: Of = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """信标录入之后，各方交出自己的密钥 · each role hands over its own secret, after the beacon.

    例 / example: shuangsui draw reveal 1 -b 411721 --of 411700 --as demo-411700-witness key.json
    """
    card = read_json(file, "role", "key")
    key, called = from_hex(card["key"], "key"), card.get("digits")
    act = partial(reveal_secret, draw_no=draw_no, role=card["role"], key=key, digits=called)
    missing = in_draw(home, bureau, of, who, act)
    show({"draw_no": draw_no, "role": card["role"], "missing": list(missing)}, as_json)


@guarded
def finish(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """密钥交齐后计算结果；中断之后再运行，结果相同 · compute once all secrets are in; the same after a crash.

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
