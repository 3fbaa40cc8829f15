"""`shuangsui client`: programs of the province that may read for a bureau."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.allow_client import NewClient, allow_client, clients, end_client
from tenants.client_rows import ApiClient

app = typer.Typer(no_args_is_help=True)
Until = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="最后一天，最长一年 · last day")]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出登记的接口客户端 · programs let in, ended ones included.

    例 / example: shuangsui client list -b 410000 --as demo-410000-admin
    """
    found = in_work(home, bureau, who, clients)
    lines = [[c.id, c.client, c.name, c.valid_until, "已结束" if c.ended_at else ""] for c in found]
    columns = ["编号 id", "客户端 client", "名称 name", "至 until", "状态"]
    show({"clients": [_row(c) for c in found]}, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def allow(
    bureau: Bureau,
    client: Annotated[str, typer.Argument(help="客户端标识 · client id", metavar="CLIENT")],
    name: Annotated[str, typer.Option(help="平台名称 · name shown")],
    until: Until,
    who: As,
    subject: Annotated[str, typer.Option(help="服务账号的 sub，可不填 · sub of its account")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记接口客户端，自今天起 · let a program read for a bureau and those below it, from today.

    例 / example: shuangsui client allow -b 410000 platform-410000 --name 省平台
    --until 2026-11-30 --as demo-410000-admin
    """
    order = NewClient(client, name, until.date(), subject)
    show(_row(in_work(home, bureau, who, lambda work: allow_client(work, order))), as_json)


@app.command()
@guarded
def end(
    bureau: Bureau,
    id: Annotated[UUID, typer.Argument(help="登记编号 · id of the registration", metavar="ID")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """结束登记，下一次请求即失效 · end a registration; it is gone with the next request.

    例 / example: shuangsui client end -b 410000 7c1e5a52-… --as demo-410000-admin
    """
    show(_row(in_work(home, bureau, who, lambda work: end_client(work, id))), as_json)


def _row(one: ApiClient) -> dict[str, Any]:
    return asdict(one)
