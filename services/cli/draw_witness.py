"""`shuangsui draw invite …`: a witness without a login for one draw, and the minutes both parts confirm."""

from typing import Annotated, Any

import typer

from policies.errors import Missing
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, Of, in_draw, in_work
from services.usecases.confirm_minutes import confirm_minutes, cut_minutes, minutes_for, minutes_seen
from services.usecases.invite_witness import (
    invitation_state,
    invitations_of,
    invite_witness,
    withdraw_invitation,
)
from services.work import Work

DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]


@guarded
def invite(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    name: Annotated[str, typer.Option(help="受邀人姓名和单位 · who is invited")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """邀请没有账号的见证人：链接和六位数字分两路告知，只显示一次 · invite a witness by link and code.

    例 / example: shuangsui draw invite 1 -b 411721 --as demo-411721-head --name 区纪委某某
    """
    made = in_work(home, bureau, who, lambda work: invite_witness(work, draw_no, name))
    facts = {"draw_no": draw_no, "n": made.n, "name": made.name, "link": made.link, "code": made.code}
    show(facts | {"expires_at": made.expires_at.isoformat()}, as_json)


@guarded
def uninvite(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    n: Annotated[int, typer.Option(help="邀请序号 · number of the invitation", min=1)],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """撤回见证邀请 · withdraw an invitation.

    例 / example: shuangsui draw uninvite 1 -b 411721 --as demo-411721-head --n 1
    """
    in_work(home, bureau, who, lambda work: withdraw_invitation(work, draw_no, n))
    show({"draw_no": draw_no, "n": n, "state": "withdrawn"}, as_json)


@guarded
def invitations(
    draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """一次抽取的见证邀请 · the invitations of a draw.

    例 / example: shuangsui draw invitations 1 -b 411721 --as demo-411721-head
    """

    async def act(work: Work) -> list[dict[str, Any]]:
        return [
            {"n": row.n, "name": row.name, "expires_at": row.expires_at.isoformat(), "tries": row.tries,
             "state": invitation_state(row, work.now)}
            for row in await invitations_of(work, draw_no)
        ]  # fmt: skip

    found = in_work(home, bureau, who, act)
    lines = [[one["n"], one["name"], one["state"], one["tries"], one["expires_at"]] for one in found]
    show(found, as_json, lambda: rows(["序号", "受邀人", "状态", "输错", "有效至"], lines))


@guarded
def minutes(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    of: Of = "",
    confirm: Annotated[str, typer.Option(help="核对后确认的纪要指纹 · fingerprint to stand by")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """抽取纪要：查看，或以抽取人、见证人身份确认 · the minutes, shown or confirmed.

    例 / example: shuangsui draw minutes 1 -b 411721 --as demo-411721-drawer --confirm 5f3a…
    """

    async def act(work: Work) -> dict[str, Any]:
        if confirm:
            await confirm_minutes(work, draw_no, confirm)
        kept = await minutes_for(work, draw_no)
        found = cut_minutes(kept, minutes_seen(work, work.scope.bureau))
        if found is None:
            raise Missing(draw_no, what="抽查")
        words = [{"role": one.role, "name": one.name, "at": one.at.isoformat()} for one in found.words]
        return {"h": found.h, "words": words, "body": found.body}

    show(in_draw(home, bureau, of, who, act), as_json)


def add_to(app: typer.Typer) -> None:
    """The commands, under `draw`."""
    for name, command in (
        ("invite", invite), ("uninvite", uninvite), ("invitations", invitations), ("minutes", minutes),
    ):  # fmt: skip
        app.command(name)(command)
