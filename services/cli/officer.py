"""`shuangsui officer`: certificates, leave, recusals, training and work of officers."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.end_span import end_span
from services.usecases.enter_span import declare_recusal, enter_leave, enter_recusal
from services.usecases.log_training import log_training
from services.views.officers import OfficersFace, officers_face

app = typer.Typer(no_args_is_help=True)
Card = Annotated[str, typer.Argument(help="执法证号 · certificate number", metavar="CERTIFICATE")]
Site = Annotated[str, typer.Argument(help="单位编码或完整名称 · code or whole name", metavar="SITE")]
Day = Annotated[datetime, typer.Argument(help="日期 · day", formats=["%Y-%m-%d"])]
Reason = Annotated[str, typer.Option("--reason", help="理由代码 · code of the reason")]
Remark = Annotated[str, typer.Option("--remark", help="说明 · in words")]
Review = Annotated[
    datetime | None, typer.Option("--until", help="复核日 · day of review", formats=["%Y-%m-%d"])
]
On = Annotated[datetime | None, typer.Option("--on", help="截至日期 · as of a day", formats=["%Y-%m-%d"])]


@app.command("list")
@guarded
def listing(bureau: Bureau, who: As, on: On = None, home: HomeOption = None, as_json: Json = False) -> None:
    """截至某日的人员、证件和工作量 · officers, certificates and work as of a day.

    例 / example: shuangsui officer list -b 411721 --as demo-411721-keeper
    """
    day = on.date() if on else None
    face = in_work(home, bureau, who, lambda work: officers_face(work, bureau, day))
    show(_facts(face), as_json, lambda: _table(face))


@app.command()
@guarded
def leave(
    certificate: Card,
    first: Day,
    last: Day,
    bureau: Bureau,
    who: As,
    reason: Reason = "annual",
    remark: Remark = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记请假，重叠的不予登记 · enter leave; what overlaps is refused.

    例 / example: shuangsui officer leave 豫执001 2026-02-09 2026-02-13 --reason sick
    -b 411721 --as demo-411721-keeper
    """
    given = (certificate, first.date(), last.date(), reason, remark)
    made = in_work(home, bureau, who, lambda work: enter_leave(work, *given))
    show({"id": str(made.id), "certificate": certificate, "first": made.first, "last": made.last}, as_json)


@app.command()
@guarded
def recuse(
    certificate: Card,
    site: Site,
    bureau: Bureau,
    who: As,
    reason: Reason = "interest",
    remark: Remark = "",
    until: Review = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记回避 · enter a recusal.

    例 / example: shuangsui officer recuse 豫执001 411721S0001 --reason family
    -b 411721 --as demo-411721-keeper
    """
    day = until.date() if until else None
    made = in_work(
        home, bureau, who, lambda work: enter_recusal(work, certificate, site, day, reason, remark)
    )
    show({"id": str(made.id), "certificate": certificate, "site": made.site}, as_json)


@app.command()
@guarded
def declare(
    site: Site,
    bureau: Bureau,
    who: As,
    reason: Reason = "interest",
    remark: Remark = "",
    until: Review = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """执法人员声明本人的回避 · an officer declares a recusal of his own.

    例 / example: shuangsui officer declare 411721S0001 --reason family
    -b 411721 --as demo-411721-inspector-01
    """
    day = until.date() if until else None
    made = in_work(home, bureau, who, lambda work: declare_recusal(work, site, day, reason, remark))
    show({"id": str(made.id), "certificate": made.certificate, "site": made.site}, as_json)


@app.command("end")
@guarded
def finish(
    certificate: Card,
    span: Annotated[UUID, typer.Argument(help="登记编号 · its id", metavar="ID")],
    bureau: Bureau,
    who: As,
    why: Annotated[str, typer.Option("--why", help="理由 · the reason")],
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """结束请假、解除回避 · end a leave or recusal.

    例 / example: shuangsui officer end 豫执001 ID --why 已销假 -b 411721 --as demo-411721-keeper
    """
    made = in_work(home, bureau, who, lambda work: end_span(work, certificate, span, why))
    show({"id": str(made.id), "ended_at": made.ended_at}, as_json)


@app.command()
@guarded
def train(
    day: Day,
    topic: Annotated[str, typer.Argument(help="主题 · topic", metavar="TOPIC")],
    cards: Annotated[list[str], typer.Option("--officer", help="执法证号，可多次 · certificate")],
    hours: Annotated[float, typer.Option("--hours", help="学时 · hours", min=0.1, max=500)],
    bureau: Bureau,
    who: As,
    organiser: Annotated[str, typer.Option("--organiser", help="组织单位 · who held it")] = "",
    document: Annotated[str, typer.Option("--document", help="证书或文号 · the paper")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记培训 · log a training.

    例 / example: shuangsui officer train 2026-03-05 双随机业务培训 --officer 豫执001 --hours 4
    -b 411721 --as demo-411721-keeper
    """
    minutes = round(hours * 60)
    words = {"organiser": organiser, "document": document}
    made = in_work(
        home, bureau, who, lambda work: log_training(work, cards, day.date(), topic, minutes, **words)
    )
    show({"day": day.date(), "topic": topic, "officers": len(made), "minutes": minutes}, as_json)


def _facts(face: OfficersFace) -> dict[str, Any]:
    lines = [
        {
            "certificate": one.officer.certificate,
            "name": one.officer.name,
            "valid_until": one.officer.valid_until,
            "left": one.valid.left,
            "matters": str(one.valid.matters),
            "on_post": one.officer.on_post,
            "quarters": list(one.quarters),
            "training_minutes": one.minutes,
        }
        for one in face.lines
    ]
    return {"on": face.on, "staff": face.staff, "on_post": face.posts, "valid": face.cards, "officers": lines}


def _table(face: OfficersFace) -> None:
    heads = ["证号 certificate", "姓名 name", "有效期 valid", "剩余天 days", "Q1", "Q2", "Q3", "Q4"]
    lines = [
        [one.officer.certificate, one.officer.name, one.officer.valid_until, one.valid.left, *one.quarters]
        for one in face.lines
    ]
    rows(heads, lines, title=f"{face.on} · {face.staff}")
