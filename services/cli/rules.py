"""`shuangsui rules`: the rules in force with their basis; own choices, proposed and approved."""

from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from services.cli.files import BadFile, read_json
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.ruling.rule_proposals import Proposal
from services.ruling.ruleset import rules_for
from services.usecases.approve_rule import approve_rule
from services.usecases.preview_rule import Preview, preview_rule
from services.usecases.propose_rule import propose_rule
from services.usecases.revoke_rule import approve_revocation, propose_revocation
from services.usecases.withdraw_rule import withdraw_rule
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices

app = typer.Typer(no_args_is_help=True)
File = Annotated[
    Path, typer.Argument(help="JSON：key、value、effective、text、clause、factors …", metavar="FILE")
]
Id = Annotated[UUID, typer.Argument(help="提议的编号 · id of the proposal", metavar="ID")]
DATES = ("effective", "checked_on", "until")


@app.command("show")
@guarded
def show_(
    bureau: Bureau,
    who: As,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="哪一天 · the day")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """列出某日有效的规则及依据 · rules in force, each with its basis.

    例 / example: shuangsui rules show -b 411721 --on 2026-01-01 --as demo-411721-keeper
    """

    async def read(work: Work) -> dict[str, Any]:
        work.require("rules.read")
        rules = await rules_for(work, bureau, on=on.date() if on else None)
        return rules.as_dict()

    found = in_work(home, bureau, who, read)
    lines = [
        [one["key"], one["words"], one["basis"]["text"], one["basis"]["clause"], one["basis"]["mark"]]
        for one in found["values"]
    ]
    columns = ["规则 rule", "值 value", "依据 text", "条款 clause", "标记 mark"]
    show(found, as_json, lambda: rows(columns, lines, title=bureau))


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出本单位的自选规则 · the bureau's own choices and proposals.

    例 / example: shuangsui rules list -b 150203 --as demo-150203-admin
    """

    async def read(work: Work) -> tuple[RuleChoice, ...]:
        work.require("rules.read")
        return await choices.all_of(work.db, work.scope, bureau)

    found = [_row(one) for one in in_work(home, bureau, who, read)]
    lines = [[r["id"], r["key"], r["value"], r["effective"], r["state"]] for r in found]
    columns = ["编号 id", "规则 rule", "值 value", "自 from", "状态 state"]
    show({"choices": found}, as_json, lambda: rows(columns, lines, title=bureau))


@app.command()
@guarded
def preview(bureau: Bureau, file: File, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """试算一条自选规则对本年度的影响，不保存 · try a choice out; nothing is kept.

    例 / example: shuangsui rules preview -b 411721 choice.json --as demo-411721-admin
    """
    order = _proposal(file)
    show(_shown(in_work(home, bureau, who, lambda work: preview_rule(work, order))), as_json)


@app.command()
@guarded
def propose(bureau: Bureau, file: File, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """提议一条自选规则，由另一人批准 · propose a choice; another person approves it.

    例 / example: shuangsui rules propose -b 411721 choice.json --as demo-411721-admin
    """
    order = _proposal(file)
    show(_shown(in_work(home, bureau, who, lambda work: propose_rule(work, order))), as_json)


@app.command()
@guarded
def approve(bureau: Bureau, choice: Id, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """批准提议，规则指纹进入公开日志 · approve; the composed rules enter the public log.

    例 / example: shuangsui rules approve -b 411721 0f8fad5b-d9cb-469f-a165-70867728950e --as demo-411721-head
    """
    done = in_work(home, bureau, who, lambda work: approve_rule(work, choice))
    logged = {"h": done.h, "log": done.index, "warnings": [w.zh for w in done.warnings]}
    show(_row(done.row) | logged, as_json)


@app.command()
@guarded
def withdraw(
    bureau: Bureau,
    choice: Id,
    why: Annotated[str, typer.Option(help="原因 · reason")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """撤回或退回提议 · take a proposal back, or turn it down.

    例 / example: shuangsui rules withdraw -b 411721 0f8fad5b-d9cb-469f-a165-70867728950e
    --why 改用新文件 --as demo-411721-admin
    """
    show(_row(in_work(home, bureau, who, lambda work: withdraw_rule(work, choice, why))), as_json)


@app.command()
@guarded
def revoke(
    bureau: Bureau,
    choice: Id,
    why: Annotated[str, typer.Option(help="原因，批准后公开 · reason, public once approved")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提出在生效前撤销已批准的自选 · ask to revoke an approved choice before its day.

    例 / example: shuangsui rules revoke -b 411721 0f8fad5b-d9cb-469f-a165-70867728950e
    --why 文号有误 --as demo-411721-admin
    """
    (asked,) = in_work(home, bureau, who, lambda work: propose_revocation(work, [choice], why))
    show({"revocation": str(asked.id), "choice": str(choice), "state": asked.state}, as_json)


@app.command("approve-revocation")
@guarded
def approve_revoking(
    bureau: Bureau, revocation: Id, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """由另一人批准撤销，撤销后的规则指纹进入公开日志 · another person revokes the choice.

    例 / example: shuangsui rules approve-revocation -b 411721 0f8fad5b-d9cb-469f-a165-70867728950e
    --as demo-411721-head
    """
    done = in_work(home, bureau, who, lambda work: approve_revocation(work, [revocation]))
    show({"revocation": str(revocation), "state": "approved", "h": done.h, "log": done.index}, as_json)


def _proposal(file: Path) -> Proposal:
    given = read_json(file, "key", "value", "effective", "text", "clause")
    unknown = sorted(set(given) - {f.name for f in fields(Proposal)})
    if unknown:
        raise BadFile("、".join(unknown), need="docs/rules.md 的字段")
    try:
        days: dict[str, Any] = {n: date.fromisoformat(given[n]) for n in DATES if given.get(n)}
    except (TypeError, ValueError) as error:
        raise BadFile(str(error)[:120], need="日期：2026-01-01") from None
    return Proposal(**{k: v for k, v in given.items() if k not in DATES}, **days)


def _shown(tried: Preview) -> dict[str, Any]:
    effects = [
        {"subject": e.subject, "item": e.item, "year": e.year, "source": e.source, "missing": e.missing}
        | {"changes": [dict(line) for line in e.lines]}
        for e in tried.effects
    ]
    return _row(tried.row) | {"effects": effects}


def _row(row: RuleChoice) -> dict[str, Any]:
    shown = {"id": str(row.id), "key": row.key, "value": row.value, "effective": row.effective.isoformat()}
    return shown | {"basis": row.basis, "subject": row.subject, "state": row.state}
