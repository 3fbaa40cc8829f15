"""`shuangsui roster`, special sites: what shows it, a new record, a withdrawal, the end of the flag."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from policies.roster.evidence import NewEvidence
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.site_evidence import end_special, enter_evidence, evidence_of, withdraw_evidence
from services.views.evidence import special_faces
from services.work import Work
from tenants.evidence_rows import Evidence

MOST = 10_000
Codes = Annotated[list[str], typer.Option("--code", help="污染源编码，可多次 · code of a site, repeatable")]
Criterion = Annotated[str, typer.Option(help="情形的代码，见规则 class.special · key of the criterion")]
Document = Annotated[str, typer.Option(help="证明文件名称和文号 · document and its number")]
Dated = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="文件日期 · date of the document")]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="有效至 · last day; none = no end")
]
Note = Annotated[str, typer.Option(help="说明 · note")]
Why = Annotated[str, typer.Option(help="理由 · reason")]
Lacking = Annotated[bool, typer.Option("--lacking", help="只列没有有效证据的 · only those without evidence")]
Site = Annotated[str, typer.Argument(help="污染源编码 · code of the site", metavar="CODE")]


@guarded
def special(
    bureau: Bureau, who: As, lacking: Lacking = False, home: HomeOption = None, as_json: Json = False
) -> None:
    """特殊监管对象和有效证据 · special sites and what stands for them.

    例 / example: shuangsui roster special --lacking -b 411721 --as demo-411721-keeper
    """

    async def act(work: Work) -> list[dict[str, Any]]:
        found = await special_faces(work, work.scope.bureau, only=lacking, most=MOST)
        return [
            {
                "code": one.site.code,
                "name": one.site.name,
                "cases": list(one.site.special_cases),
                "standing": [row.document for row in one.standing],
            }
            for one in found
        ]

    found = in_work(home, bureau, who, act)
    lines = [[one["code"], one["name"], len(one["standing"])] for one in found]
    show({"sites": found}, as_json, lambda: rows(["编码", "单位", "有效证据"], lines))


@guarded
def evidence(code: Site, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """一家的证据，含已撤销的 · records of one site, withdrawn ones too.

    例 / example: shuangsui roster evidence DJ411721000001 -b 411721 --as demo-411721-keeper
    """

    async def act(work: Work) -> list[dict[str, Any]]:
        found = await evidence_of(work, work.scope.bureau, code)
        return [_row(one) | {"stands": one.stands(work.today)} for one in found]

    found = in_work(home, bureau, who, act)
    heads = ["编号", "情形", "文件", "日期", "有效至", "撤销理由", "有效"]
    show({"evidence": found}, as_json, lambda: rows(heads, [[*one.values()] for one in found]))


@guarded
def evidence_add(
    bureau: Bureau,
    who: As,
    code: Codes,
    criterion: Criterion,
    document: Document,
    dated: Dated,
    until: Until = None,
    note: Note = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """给所列单位登记一份证明文件，还不是特殊的随之列入 · enter one document for the sites it names.

    例 / example: shuangsui roster evidence-add --code DJ411721000001 --criterion violation
    --document "西环罚〔2026〕3号" --dated 2026-02-10 -b 411721 --as demo-411721-keeper
    """
    new = NewEvidence(criterion, document, dated.date(), note, until.date() if until else None)
    made = in_work(home, bureau, who, lambda work: enter_evidence(work, code, new))
    batch = str(made.batch) if made.batch else None
    facts = {"records": [str(one.id) for one in made.records], "made": list(made.made), "batch": batch}
    show(facts, as_json)


@guarded
def evidence_withdraw(
    id: Annotated[UUID, typer.Argument(help="证据编号 · id of the record", metavar="ID")],
    why: Why,
    bureau: Bureau,
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """撤销一条证据并写明理由 · withdraw a record.

    例 / example: shuangsui roster evidence-withdraw ID --why 文号有误 -b 411721 --as demo-411721-keeper
    """
    show(_row(in_work(home, bureau, who, lambda work: withdraw_evidence(work, id, why))), as_json)


@guarded
def special_end(
    code: Site, why: Why, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """不再列为特殊监管对象 · the site is no longer special.

    例 / example: shuangsui roster special-end DJ411721000001 --why 整改完成 -b 411721
    --as demo-411721-keeper
    """
    batch = in_work(home, bureau, who, lambda work: end_special(work, code, why))
    show({"code": code, "batch": str(batch)}, as_json)


def add_to(app: typer.Typer) -> None:
    """Put these commands under the noun."""
    for name, command in (
        ("special", special),
        ("evidence", evidence),
        ("evidence-add", evidence_add),
        ("evidence-withdraw", evidence_withdraw),
        ("special-end", special_end),
    ):
        app.command(name)(command)


def _row(one: Evidence) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "words": one.words,
        "document": one.document,
        "dated": one.dated.isoformat(),
        "until": one.until.isoformat() if one.until else "",
        "withdrawn": one.withdrawn_why or "",
    }
