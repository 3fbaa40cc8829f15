"""`shuangsui visit`: what became of a record and of the problems found."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.amend_visit import amend_visit
from services.usecases.follow_finding import link_case, note_corrected
from tenants.records import Finding

VisitId = Annotated[UUID, typer.Argument(help="记录编号 · id of the record", metavar="ID")]
Order = Annotated[int, typer.Argument(help="第几个问题 · number of the problem", min=1, metavar="N")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="核实改正的日期 · day", metavar="DAY")]
Case = Annotated[str, typer.Argument(help="案件文号 · number of the case", metavar="CASE")]


def add_to_visit(app: typer.Typer) -> None:
    """The reviewer's commands."""
    app.command("corrected")(corrected)
    app.command("case")(case)
    app.command("amend")(amend)


@guarded
def corrected(
    visit: VisitId,
    n: Order,
    day: Day,
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记一个问题已经改正 · note that a problem is corrected.

    例 / example: shuangsui visit corrected 3f0c… 1 2026-02-06 -b 411721 --as demo-411721-reviewer
    """
    show(_facts(in_work(home, bureau, who, lambda work: note_corrected(work, visit, n, day.date()))), as_json)


@guarded
def case(
    visit: VisitId,
    n: Order,
    ref: Case,
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记一个问题的案件文号 · note the case a problem led to.

    例 / example: shuangsui visit case 3f0c… 1 西环罚〔2026〕1号 -b 411721 --as demo-411721-reviewer
    """
    show(_facts(in_work(home, bureau, who, lambda work: link_case(work, visit, n, ref))), as_json)


@guarded
def amend(
    visit: VisitId,
    why: Annotated[str, typer.Option(help="更正理由 · what is wrong")],
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """更正已通过的记录：退回检查组提交新的版本 · take an accepted record back for a new version.

    例 / example: shuangsui visit amend 3f0c… --why 排口编号有误 -b 411721 --as demo-411721-reviewer
    """
    file = in_work(home, bureau, who, lambda work: amend_visit(work, visit, why))
    show({"visit_id": str(file.visit.id), "state": file.visit.state, "why": file.visit.review_note}, as_json)


def _facts(one: Finding) -> dict[str, Any]:
    return {
        "n": one.n,
        "order_no": one.order_no,
        "corrected_at": one.corrected_at and one.corrected_at.isoformat(),
        "case": one.penalty_ref,
    }
