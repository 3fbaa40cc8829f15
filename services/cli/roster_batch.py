"""`shuangsui roster change`: one field of many sites, shown first, then taken."""

from typing import Annotated, Any

import typer

from policies.roster.batch import Batch, BatchChange
from services.cli.output import Json, guarded, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.change_sites import Changed, change_sites, preview_batch
from services.work import Work

Field = Annotated[str, typer.Argument(help="status、key、special、authority 或 basin", metavar="FIELD")]
Value = Annotated[
    str, typer.Argument(help="新值：状态、yes、no 或文字 · a status, yes, no or a text", metavar="VALUE")
]
Codes = Annotated[list[str], typer.Option("--code", help="污染源编码，可多次 · code of a site, repeatable")]
Why = Annotated[str, typer.Option(help="修改理由 · reason")]
Basis = Annotated[str, typer.Option(help="列为重点、特殊或改状态的依据 · document the change rests on")]
Case = Annotated[str, typer.Option(help="特殊情形的代码 · criterion of a special site")]
Dated = Annotated[str, typer.Option(help="依据文件的日期 · date of the document")]
Take = Annotated[bool, typer.Option("--take", help="修改；不带则只预览 · change; without it only a preview")]


@guarded
def change(
    field: Field,
    value: Value,
    bureau: Bureau,
    who: As,
    code: Codes,
    why: Why,
    basis: Basis = "",
    case: Case = "",
    dated: Dated = "",
    take: Take = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """批量修改污染源的一项；不带 --take 只预览 · change one field of many sites as one batch.

    例 / example: shuangsui roster change status closed --code DJ411721000001 --why 已拆除
    -b 411721 --as demo-411721-keeper
    """
    wish = BatchChange(field, value, why, basis, case, dated)

    async def act(work: Work) -> tuple[Batch, Changed | None]:
        plan = await preview_batch(work, code, wish)
        return plan, await change_sites(work, plan.marks, wish) if take else None

    plan, done = in_work(home, bureau, who, act)
    facts: dict[str, Any] = {
        "changes": list(plan.marks),
        "same": [one.code for one in plan.same],
        "refused": [one.site.code for one in plan.refused],
        "batch": str(done.batch) if done else None,
    }
    show(facts, as_json)


def add_to(app: typer.Typer) -> None:
    """The command, beside the others of the roster."""
    app.command("change")(change)
