"""`shuangsui visit`: what became of the problems found."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
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


def _facts(one: Finding) -> dict[str, Any]:
    return {
        "n": one.n,
        "order_no": one.order_no,
        "corrected_at": one.corrected_at and one.corrected_at.isoformat(),
        "case": one.penalty_ref,
    }
