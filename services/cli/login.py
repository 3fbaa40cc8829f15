"""`shuangsui login`: the logins of a bureau's people at the identity service."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from policies.access_matrix import ROLES
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.identity.logins import Login
from services.usecases.manage_login import (
    NewLogin,
    create_login,
    disable_login,
    enable_login,
    list_logins,
    require_second_factor,
    reset_login,
)

app = typer.Typer(no_args_is_help=True)
Subject = Annotated[str, typer.Argument(help="登录标识 · subject of the login", metavar="SUBJECT")]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出今天有岗位的人员及其账号 · people with a role today and their logins.

    例 / example: shuangsui login list -b 411721 --as 3f0c…
    """
    found = in_work(home, bureau, who, list_logins)
    lines = [
        [
            p.subject,
            p.login.username if p.login else "—",
            p.name,
            "、".join([*(ROLES[r][0] for r in p.roles), *(f"{ROLES[r][0]}（待批准）" for r in p.waiting)]),
            _state(p.login),
        ]
        for p in found
    ]
    columns = ["登录标识", "用户名", "姓名", "岗位", "状态"]
    show({"logins": [asdict(p) for p in found]}, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def create(
    bureau: Bureau,
    username: Annotated[str, typer.Argument(help="用户名，不含单位代码 · without the code", metavar="NAME")],
    role: Annotated[str, typer.Argument(help="岗位 · role", metavar="ROLE")],
    name: Annotated[str, typer.Option(help="姓名 · name shown")],
    who: As,
    certificate: Annotated[str, typer.Option(help="执法证号（检查人员） · of an inspector")] = "",
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="最后一天 · last day")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """开设账号并分配岗位，输出一次性密码 · open a login with a role; prints a password for one use.

    例 / example: shuangsui login create -b 411721 zhang-san publisher --name 张三 --as 3f0c…
    """
    order = NewLogin(username, name, role, certificate, until.date() if until else None)
    issued = in_work(home, bureau, who, lambda work: create_login(work, order))
    show(_row(issued.login) | {"password": issued.password, "waits": issued.waits}, as_json)


@app.command()
@guarded
def disable(
    bureau: Bureau, subject: Subject, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """停用账号，其登录立即失效 · close a login; its sessions end at once.

    例 / example: shuangsui login disable -b 411721 5a7e… --as 3f0c…
    """
    show(_row(in_work(home, bureau, who, lambda work: disable_login(work, subject))), as_json)


@app.command()
@guarded
def enable(bureau: Bureau, subject: Subject, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """重新启用账号 · open a closed login again.

    例 / example: shuangsui login enable -b 411721 5a7e… --as 3f0c…
    """
    show(_row(in_work(home, bureau, who, lambda work: enable_login(work, subject))), as_json)


@app.command()
@guarded
def reset(bureau: Bureau, subject: Subject, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """重置密码，输出一次性密码 · a new password for one use.

    例 / example: shuangsui login reset -b 411721 5a7e… --as 3f0c…
    """
    issued = in_work(home, bureau, who, lambda work: reset_login(work, subject))
    show(_row(issued.login) | {"password": issued.password}, as_json)


@app.command("second-factor")
@guarded
def second_factor(
    bureau: Bureau, subject: Subject, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """清除二次验证，下次登录时重新绑定 · enrol a new second factor at the next sign-in.

    例 / example: shuangsui login second-factor -b 411721 5a7e… --as 3f0c…
    """
    show(_row(in_work(home, bureau, who, lambda work: require_second_factor(work, subject))), as_json)


def _row(login: Login) -> dict[str, Any]:
    return {"subject": login.subject, "username": login.username, "name": login.name}


def _state(login: Login | None) -> str:
    if login is None:
        return "无账号 none"
    return "可登录 open" if login.enabled else "已停用 closed"
