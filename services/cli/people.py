"""`shuangsui people`: who holds which role in a bureau."""

from datetime import date, datetime
from typing import Annotated, Any

import typer

from policies.access_matrix import ROLES
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.grant_role import end_role, grant_role, people
from tenants.rows import Membership

app = typer.Typer(no_args_is_help=True)
Subject = Annotated[str, typer.Argument(help="登录标识 · subject of the login", metavar="SUBJECT")]
Role = Annotated[str, typer.Argument(help="岗位 · role", metavar="ROLE")]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出今天有效的岗位 · roles that hold today.

    例 / example: shuangsui people list -b 411721 --as demo-411721-admin
    """
    found = in_work(home, bureau, who, people)
    lines = [[m.subject, m.name, ROLES[m.role][0], m.role, m.valid_until or ""] for m in found]
    columns = ["登录标识", "姓名", "岗位", "role", "至 until"]
    show({"people": [_row(m) for m in found]}, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def grant(
    bureau: Bureau,
    subject: Subject,
    role: Role,
    name: Annotated[str, typer.Option(help="姓名 · name shown")],
    who: As,
    certificate: Annotated[str, typer.Option(help="执法证号（检查人员） · of an inspector")] = "",
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="最后一天 · last day")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """分配岗位，自今天起 · give a role from today on.

    例 / example: shuangsui people grant -b 411721 zhang-san publisher --name 张三 --as demo-411721-admin
    """
    last = until.date() if until else None
    made = in_work(
        home,
        bureau,
        who,
        lambda work: grant_role(work, subject, name, role, certificate=certificate, until=last),
    )
    show(_row(made), as_json)


@app.command()
@guarded
def end(
    bureau: Bureau, subject: Subject, role: Role, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """收回岗位，下一次请求即失效 · end a role; it is gone with the next request.

    例 / example: shuangsui people end -b 411721 zhang-san publisher --as demo-411721-admin
    """
    show(_row(in_work(home, bureau, who, lambda work: end_role(work, subject, role))), as_json)


def _row(one: Membership) -> dict[str, Any]:
    days: dict[str, date | None] = {"from": one.valid_from, "until": one.valid_until}
    return {"bureau": one.bureau, "subject": one.subject, "name": one.name, "role": one.role} | days
