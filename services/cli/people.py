"""`shuangsui people`: who holds which role in a bureau."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from policies.access_matrix import ROLES
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.approve_grant import approve_grant
from services.usecases.grant_role import end_role, past_roles, people
from services.usecases.propose_grant import RoleOrder, give_role, proposed_grants, withdraw_grant
from services.usecases.restore_roles import restore_roles
from services.views.duty_bars import DrawBars, RoleBar, draw_bars, role_bars, roster_bars
from services.work import Work
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.stores import draws

app = typer.Typer(no_args_is_help=True)
Subject = Annotated[str, typer.Argument(help="登录标识 · subject of the login", metavar="SUBJECT")]
Role = Annotated[str, typer.Argument(help="岗位 · role", metavar="ROLE")]
Id = Annotated[UUID, typer.Argument(help="提议编号 · id of the proposal", metavar="ID")]


@app.command("list")
@guarded
def list_(
    bureau: Bureau,
    who: As,
    past: Annotated[bool, typer.Option("--past", help="以往和将来的任期 · periods not of today")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """列出今天有效的岗位 · roles that hold today.

    例 / example: shuangsui people list -b 411721 --as demo-411721-admin
    """
    found = in_work(home, bureau, who, past_roles if past else people)
    lines = [[m.subject, m.name, ROLES[m.role][0], m.role, m.valid_from, m.valid_until or ""] for m in found]
    columns = ["登录标识", "姓名", "岗位", "role", "自 from", "至 until"]
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
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="第一天 · first day")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="最后一天 · last day")] = None,
    why: Annotated[str, typer.Option(help="说明，批准人可见 · told to who approves")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """分配岗位；重要岗位为提议，由另一人批准 · give a role, or propose one that two people grant.

    例 / example: shuangsui people grant -b 411721 zhang-san publisher --name 张三 --as demo-411721-admin
    """
    days = (since.date() if since else None, until.date() if until else None)
    order = RoleOrder(subject, name, role, certificate, *days, why)
    made = in_work(home, bureau, who, lambda work: give_role(work, order))
    if made.membership is not None:
        show(_row(made.membership), as_json)
    elif made.proposal is not None:
        show(_grant(made.proposal), as_json)


@app.command()
@guarded
def proposals(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """重要岗位的提议 · roles proposed for two people to grant.

    例 / example: shuangsui people proposals -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, proposed_grants)
    lines = [[g.id, g.subject, g.name, ROLES[g.role][0], g.since, g.proposed_by, _state(g)] for g in found]
    columns = ["编号 id", "登录标识", "姓名", "岗位", "自 from", "提议人 by", "状态"]
    show({"proposals": [_grant(g) for g in found]}, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def approve(
    bureau: Bureau,
    id: Id,
    subject: Subject,
    role: Role,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """批准重要岗位，写明人员和岗位 · approve a proposed role, naming its person and role.

    例 / example: shuangsui people approve -b 411721 7c1e5a52-… zhang-san drawer --as demo-411721-head
    """
    made = in_work(home, bureau, who, lambda work: approve_grant(work, id, subject, role))
    show(_row(made), as_json)


@app.command()
@guarded
def restore(
    bureau: Bureau, subject: Subject, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """重置账号后，由另一人核实本人并恢复其重要岗位 · roles that rest after a new password hold again.

    例 / example: shuangsui people restore -b 411721 zhang-san --as demo-411721-head
    """
    made = in_work(home, bureau, who, lambda work: restore_roles(work, subject))
    show({"restored": [_row(one) for one in made]}, as_json)


@app.command()
@guarded
def withdraw(bureau: Bureau, id: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """撤回或退回岗位提议 · take back or decline a proposed role.

    例 / example: shuangsui people withdraw -b 411721 7c1e5a52-… --as demo-411721-head
    """
    show(_grant(in_work(home, bureau, who, lambda work: withdraw_grant(work, id))), as_json)


@app.command()
@guarded
def bars(
    bureau: Bureau,
    who: As,
    draw_no: Annotated[int, typer.Option("--draw", "-d", help="某次抽取，默认下一次 · of one draw")] = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """谁不能冻结和执行抽取，谁不能兼任什么，为什么 · who is barred from what, and why.

    例 / example: shuangsui people bars -b 411721 --as demo-411721-admin
    """

    async def ask(work: Work) -> tuple[DrawBars | None, tuple[RoleBar, ...]]:
        work.require("people.read")
        if not draw_no:
            return await roster_bars(work), await role_bars(work, bureau)
        return await draw_bars(work, await draws.get(work.db, work.scope, bureau, draw_no)), ()

    drawing, held = in_work(home, bureau, who, ask)
    told = {"drawing": asdict(drawing) if drawing else None, "roles": [asdict(one) for one in held]}
    lines = [[one.name, f"污染源 {one.sites}，执法人员 {one.officers}", one.first, "不能冻结和执行抽取"]
             for one in (drawing.barred if drawing else ())]  # fmt: skip
    lines += [[one.subject, ROLES[one.role][0], one.until or "", "、".join(ROLES[r][0] for r in one.others)]
              for one in held]  # fmt: skip
    columns = ["人员", "因为", "首处或截止", "限制"]
    show(told, as_json, lambda: rows(columns, lines, title=bureau))


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
    days = {"from": one.valid_from, "until": one.valid_until, "ended_at": one.ended_at}
    return {"bureau": one.bureau, "subject": one.subject, "name": one.name, "role": one.role} | days


def _grant(one: RoleGrant) -> dict[str, Any]:
    return asdict(one) | {"state": _state(one)}


def _state(one: RoleGrant) -> str:
    if one.open:
        return "proposed"
    return "approved" if one.approved_by else "withdrawn"
