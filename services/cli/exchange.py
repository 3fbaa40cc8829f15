"""`shuangsui exchange`: connections to other systems, files on their way, both sides compared."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work, member, with_app
from services.usecases.exchange_files import compare_now, exchange_of, send_again
from services.usecases.keep_connection import NewConnection, end_connection, keep_connection
from services.work import App
from tenants.exchange_rows import Connection, Reconciliation

app = typer.Typer(no_args_is_help=True)
Id = Annotated[UUID, typer.Argument(help="连接编号 · id of the connection", metavar="ID")]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """连接、报送和核对 · connections, files on their way, comparisons.

    例 / example: shuangsui exchange list -b 411721 --as demo-411721-reviewer
    """
    found = in_work(home, bureau, who, exchange_of)
    data: dict[str, Any] = {
        "connections": [_shown(one) for one in found.connections],
        "deliveries": [asdict(d) | {"file": u.file_name, "receipt": u.receipt} for d, u in found.sent],
        "comparisons": [asdict(one) for one in found.compared],
    }
    show(
        data,
        as_json,
        lambda: rows(
            ["文件", "状态", "次数", "回执"],
            [[d["file"], d["state"], d["tries"], d["receipt"] or "—"] for d in data["deliveries"]],
        ),
    )


@app.command("set")
@guarded
def set_(
    profile: Annotated[
        str, typer.Argument(help="系统的格式，如 credit-results · profile", metavar="PROFILE")
    ],
    mode: Annotated[str, typer.Argument(help="http、folder 或 manual", metavar="MODE")],
    bureau: Bureau,
    who: As,
    target: Annotated[str, typer.Option(help="地址或文件夹名 · address, or name of a folder")] = "",
    token: Annotated[str, typer.Option(help="令牌 · bearer token", envvar="EXCHANGE_TOKEN")] = "",
    columns: Annotated[str, typer.Option(help="每行“标题 = 字段” · lines heading = field")] = "",
    codes: Annotated[str, typer.Option(help="每行“字段: 词 = 代码” · lines field: word = code")] = "",
    receipt: Annotated[str, typer.Option(help="回执号的正则表达式 · form of receipts")] = "",
    format_: Annotated[str, typer.Option("--format", help="xlsx、csv、json 或 xml")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """设置或更改一个系统的连接 · set up or change the connection of a system.

    例 / example: shuangsui exchange set credit-results http --target https://credit.example/api
    -b 411721 --as demo-411721-admin
    """
    order = NewConnection(profile, mode, target, token, columns, codes, receipt, format_)
    show(_shown(in_work(home, bureau, who, lambda work: keep_connection(work, order))), as_json)


@app.command()
@guarded
def end(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """停用一个连接 · end a connection.

    例 / example: shuangsui exchange end ID -b 411721 --as demo-411721-admin
    """
    show(_shown(in_work(home, bureau, who, lambda work: end_connection(work, id))), as_json)


@app.command()
@guarded
def again(
    upload_id: Annotated[UUID, typer.Argument(help="文件编号 · id of the file", metavar="ID")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """把被拒收或停止重试的文件再报送一次 · let a refused or given up file go once more.

    例 / example: shuangsui exchange again ID -b 411721 --as demo-411721-reviewer
    """
    show(asdict(in_work(home, bureau, who, lambda work: send_again(work, upload_id))), as_json)


@app.command()
@guarded
def compare(id: Id, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """立即核对两边 · compare both sides at once.

    例 / example: shuangsui exchange compare ID -b 411721 --as demo-411721-reviewer
    """

    async def compared(app: App) -> Reconciliation:
        return await compare_now(app, await member(app, bureau, who), id)

    show(asdict(with_app(home, compared)), as_json)


def _shown(one: Connection) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "sealed"}
