"""`shuangsui secret`: on the device of whoever holds a secret; needs no server."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.files import from_hex
from services.cli.output import Json, guarded, show
from services.outside.folder import Device
from services.outside.secret import confirm_spoken, make_secret, read_secret, spoken_digits

app = typer.Typer(no_args_is_help=True)
Folder = Annotated[Path, typer.Option("--folder", help="本人设备上的目录 · a folder of one's own")]
Bureau = Annotated[str, typer.Option("--bureau", "-b", help="抽取单位代码 · bureau that draws")]
DrawNo = Annotated[int, typer.Option("--draw", help="抽取编号 · draw number", min=1)]
Role = Annotated[str, typer.Option("--role", help="bureau 或 witness")]


@app.command()
@guarded
def make(
    folder: Folder,
    bureau: Bureau,
    draw: DrawNo,
    escrow_public: Annotated[str, typer.Option(help="上级托管公钥（十六进制） · the superior's key, hex")],
    role: Role = "bureau",
    suite: Annotated[int, typer.Option(help="1 为 SHA-256，2 为国密 SM3，见 draw prepare", min=1, max=2)] = 1,
    as_json: Json = False,
) -> None:
    """生成密钥，输出承诺和密封给上级的副本 · make a secret, print commitment and sealed copy.

    例 / example: shuangsui secret make --folder ./mine -b 411721 --draw 1
    --escrow-public 5f3a… --json > card.json
    """
    public = from_hex(escrow_public, "escrow-public")
    device = Device(folder)
    card = make_secret(device, bureau=bureau, draw_no=draw, role=role, escrow_public=public, suite=suite)
    show(card.as_dict(), as_json)


@app.command()
@guarded
def reveal(
    folder: Folder,
    bureau: Bureau,
    draw: DrawNo,
    role: Role = "bureau",
    digits: Annotated[str, typer.Option(help="见证人宣读的数字 · the digits the witness called")] = "",
    r: Annotated[str, typer.Option("--r", help="公开日志中的 R · R in the public log, hex")] = "",
    suite: Annotated[int, typer.Option(help="1 为 SHA-256，2 为国密 SM3", min=1, max=2)] = 1,
    as_json: Json = False,
) -> None:
    """信标产生之后，交出密钥；唱号的先核对数字 · hand over the secret after the beacon, digits checked first.

    例 / example: shuangsui secret reveal --folder ./mine -b 411721 --draw 1 --role witness
    --digits 31415926535897932384 --r 5f3a… --json > key.json
    """
    if bool(digits) != bool(r):
        raise typer.BadParameter("--digits 与 --r 同时填写 / both or neither")
    if digits:
        confirm_spoken(digits, r, suite)
    key = read_secret(Device(folder), bureau=bureau, draw_no=draw, role=role)
    called = {"digits": digits} if digits else {}
    show({"bureau": bureau, "draw_no": draw, "role": role, "key": key.hex()} | called, as_json)


@app.command()
@guarded
def digits(
    count: Annotated[int, typer.Option(help="位数 · how many", min=20)] = 20, as_json: Json = False
) -> None:
    """没有摇号机时生成供宣读的数字 · digits to call aloud where there are no balls or dice.

    例 / example: shuangsui secret digits --json
    """
    show({"digits": spoken_digits(count)}, as_json)
